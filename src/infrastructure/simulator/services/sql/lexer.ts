import { SqlFault } from './tables.ts';

export interface Token {
  readonly kind: 'word' | 'quoted' | 'string' | 'number' | 'sign' | 'end';
  /** Lower-case for unquoted words; the content of quoted ones and of strings. */
  readonly text: string;
  readonly position: number;
}

const PATTERN =
  /\s+|--[^\n]*|\/\*[\s\S]*?\*\/|(?<word>[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*)|(?<quoted>"(?:[^"]|"")*"|`[^`]*`)|(?<string>'(?:[^']|'')*')|(?<number>\d+(?:\.\d+)?)|(?<sign>::|<>|!=|<=|>=|\|\||[-+*/%=<>(),.;])/y;

/** The words of a statement; throws the server's fault where none can stand. */
export function tokens(statement: string): Token[] {
  const found: Token[] = [];
  PATTERN.lastIndex = 0;
  while (PATTERN.lastIndex < statement.length) {
    const position = PATTERN.lastIndex;
    const match = PATTERN.exec(statement);
    if (match === null) {
      const near = statement.slice(position, position + 1);
      throw new SqlFault('42601', `syntax error at or near "${near}"`, { position });
    }
    const { word, quoted, string, number, sign } = match.groups ?? {};
    if (word !== undefined) found.push({ kind: 'word', text: word.toLowerCase(), position });
    else if (quoted !== undefined) {
      found.push({ kind: 'quoted', text: quoted.slice(1, -1).replaceAll('""', '"'), position });
    } else if (string !== undefined) {
      found.push({ kind: 'string', text: string.slice(1, -1).replaceAll("''", "'"), position });
    } else if (number !== undefined) found.push({ kind: 'number', text: number, position });
    else if (sign !== undefined) found.push({ kind: 'sign', text: sign, position });
  }
  return found;
}

/** Reads the tokens of one statement one after the other. */
export class Reader {
  readonly statement: string;
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(statement: string) {
    this.statement = statement;
    this.#tokens = tokens(statement).filter(({ kind, text }) => !(kind === 'sign' && text === ';'));
  }

  peek(ahead = 0): Token {
    return (
      this.#tokens[this.#at + ahead] ?? { kind: 'end', text: '', position: this.statement.trimEnd().length }
    );
  }

  next(): Token {
    const token = this.peek();
    this.#at++;
    return token;
  }

  /** True, and past it, when these words or signs come next. */
  take(...wanted: readonly string[]): boolean {
    const fits = wanted.every((text, index) => {
      const token = this.peek(index);
      return (token.kind === 'word' || token.kind === 'sign') && token.text === text;
    });
    if (fits) this.#at += wanted.length;
    return fits;
  }

  expect(...wanted: readonly string[]): void {
    if (!this.take(...wanted)) this.refuse();
  }

  /** A name, quoted or not; a schema before it is left out. */
  identifier(): Token {
    const token = this.next();
    if (token.kind !== 'word' && token.kind !== 'quoted') this.refuse(token);
    return this.take('.') ? this.identifier() : token;
  }

  end(): void {
    if (this.peek().kind !== 'end') this.refuse();
  }

  /** The server's word for a token that cannot stand there. */
  refuse(token: Token = this.peek()): never {
    if (token.kind === 'end') {
      // What ends a statement is its semicolon.
      const semicolon = this.statement.trimEnd().endsWith(';');
      const position = this.statement.trimEnd().length - (semicolon ? 1 : 0);
      const message = semicolon ? 'syntax error at or near ";"' : 'syntax error at end of input';
      throw new SqlFault('42601', message, { position });
    }
    const length =
      token.kind === 'string' || token.kind === 'quoted' ? token.text.length + 2 : token.text.length;
    const text = this.statement.slice(token.position, token.position + length);
    throw new SqlFault('42601', `syntax error at or near "${text}"`, { position: token.position });
  }
}

/** Cuts a script into statements at the semicolons outside of quotes; the rest without one comes last. */
export function statements(script: string): { complete: string[]; rest: string } {
  const complete: string[] = [];
  let from = 0;
  const boundary = /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|;/g;
  for (const found of script.matchAll(boundary)) {
    if (found[0] !== ';') continue;
    const end = found.index + 1;
    complete.push(script.slice(from, end).replace(/^\s+/, ''));
    from = end;
  }
  const rest = script.slice(from).trim();
  const said = rest.replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, '').trim() !== '';
  return { complete: complete.filter((text) => text !== ';'), rest: said ? rest : '' };
}
