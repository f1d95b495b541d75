import type { SimulatedDatastore } from '../datastore.ts';
import type { ClientResult, ServerMoment } from '../server.ts';
import { statements } from '../sql/lexer.ts';
import type { Outcome } from '../sql/select.ts';
import { run } from '../sql/statements.ts';
import { type Database, SqlFault, type SqlType, type Table, type Value } from '../sql/tables.ts';
import { databaseName } from '../target.ts';
import { describeTable, tableList } from './catalogue.ts';
import { VERSION_TEXT } from './version.ts';

/** How rows are shown: psql's `\pset format` and `-A`, `-t`. */
interface Style {
  format: 'aligned' | 'unaligned' | 'csv';
  tuplesOnly: boolean;
  quiet: boolean;
}

const numeric: ReadonlySet<SqlType> = new Set(['integer', 'bigint', 'numeric']);

/** The text of a value as the server sends it. */
export function shown(value: Value): string {
  if (value === null) return '';
  return typeof value === 'boolean' ? (value ? 't' : 'f') : String(value);
}

const width = (text: string): number => [...text].length;
const pad = (text: string, size: number): string => text + ' '.repeat(Math.max(0, size - width(text)));
const lead = (text: string, size: number): string => ' '.repeat(Math.max(0, size - width(text))) + text;

function centred(text: string, size: number): string {
  const left = Math.floor((size - width(text)) / 2);
  return pad(' '.repeat(left) + text, size);
}

/** Rows as psql shows them. */
export function table(outcome: Outcome, style: Readonly<Style>): string {
  const { columns = [], rows = [] } = outcome;
  const cells = rows.map((row) => row.map(shown));
  const names = columns.map(({ name }) => name);
  const count = `(${rows.length} row${rows.length === 1 ? '' : 's'})\n`;
  if (style.format !== 'aligned') {
    const separator = style.format === 'csv' ? ',' : '|';
    const field = (text: string): string =>
      style.format === 'csv' && /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
    const lines = (style.tuplesOnly ? cells : [names, ...cells]).map(
      (line) => `${line.map(field).join(separator)}\n`,
    );
    return lines.join('') + (style.tuplesOnly || style.format === 'csv' ? '' : count);
  }
  const sizes = columns.map(({ name }, index) =>
    Math.max(width(name), ...cells.map((row) => width(row[index] ?? ''))),
  );
  const right = columns.map(({ type }) => numeric.has(type));
  const body = cells.map((row) => {
    const parts = row.map((cell, index) => {
      const size = sizes[index] ?? 0;
      if (right[index]) return lead(cell, size);
      return index === row.length - 1 ? cell : pad(cell, size);
    });
    return ` ${parts.join(' | ')}\n`;
  });
  if (style.tuplesOnly) return `${body.join('')}\n`;
  const header = ` ${names.map((name, index) => centred(name, sizes[index] ?? 0)).join(' | ')} \n`;
  const rule = `${sizes.map((size) => '-'.repeat(size + 2)).join('+')}\n`;
  return `${header}${rule}${body.join('')}${count}\n`;
}

/** The place in a statement to which a fault points, as psql draws it. */
function pointer(statement: string, position: number): string {
  const before = statement.slice(0, position);
  const number = before.split('\n').length;
  const column = position - (before.lastIndexOf('\n') + 1);
  const prefix = `LINE ${number}: `;
  const line = statement.split('\n')[number - 1] ?? '';
  return `${prefix}${line}\n${' '.repeat(prefix.length + width(line.slice(0, column)))}^\n`;
}

type Output = { stream: 'stdout' | 'stderr'; text: string }[];

/** psql with ON_ERROR_STOP: statements and backslash commands of its input until the first error, which is exit code 3. */
export class Psql {
  readonly #service: SimulatedDatastore;
  readonly #database: Database;
  readonly #moment: ServerMoment;
  readonly #output: Output = [];
  readonly #style: Style;
  /** The tables as they were at BEGIN. */
  #before: [string, Table][] | undefined;

  constructor(
    service: SimulatedDatastore,
    database: Database,
    moment: ServerMoment,
    style: Partial<Style> = {},
  ) {
    this.#service = service;
    this.#database = database;
    this.#moment = moment;
    this.#style = { format: 'aligned', tuplesOnly: false, quiet: false, ...style };
  }

  run(input: string, errorExit = 3): ClientResult {
    const exit = this.#script(input, errorExit);
    this.#undo();
    return { output: this.#output, exit };
  }

  #script(input: string, errorExit: number): number {
    let buffer = '';
    for (const line of input.split('\n')) {
      if (buffer.trim() === '' && line.trimStart().startsWith('\\')) {
        if (/^\s*\\q\b/.test(line)) break;
        this.#meta(line.trim());
        continue;
      }
      const { complete, rest } = statements(buffer === '' ? line : `${buffer}\n${line}`);
      buffer = rest;
      for (const statement of complete) {
        if (!this.#statement(statement)) return errorExit;
      }
    }
    if (buffer.trim() !== '' && !this.#statement(buffer)) return errorExit;
    return 0;
  }

  #say(text: string, stream: 'stdout' | 'stderr' = 'stdout'): void {
    if (text !== '') this.#output.push({ stream, text });
  }

  #statement(statement: string): boolean {
    const database = databaseName(this.#service);
    const session = { now: this.#moment.now, version: VERSION_TEXT, database, user: 'postgres' };
    try {
      const outcome = run(this.#database, statement, session);
      if (outcome.notice !== undefined) this.#say(`NOTICE:  ${outcome.notice}\n`, 'stderr');
      if (outcome.rows !== undefined) this.#say(table(outcome, this.#style));
      if (outcome.rows === undefined || outcome.tag.startsWith('INSERT')) this.#say(`${outcome.tag}\n`);
      this.#transact(outcome.tag);
      return true;
    } catch (error) {
      if (!(error instanceof SqlFault)) throw error;
      const { message, position, detail } = error;
      const place = position === undefined ? '' : pointer(statement, position);
      this.#say(
        `ERROR:  ${message}\n${place}${detail === undefined ? '' : `DETAIL:  ${detail}\n`}`,
        'stderr',
      );
      this.#log(statement, error);
      return false;
    }
  }

  /** What was done since BEGIN is undone by ROLLBACK, and when the session ends without COMMIT. */
  #transact(tag: string): void {
    if (tag === 'BEGIN') this.#before = structuredClone([...this.#database.tables]);
    if (tag === 'COMMIT') this.#before = undefined;
    if (tag === 'ROLLBACK') this.#undo();
  }

  #undo(): void {
    if (this.#before === undefined) return;
    this.#database.tables.clear();
    for (const [name, table] of this.#before) this.#database.tables.set(name, table);
    this.#before = undefined;
  }

  #log(statement: string, { message, position, detail }: SqlFault): void {
    const stamp = new Date(this.#moment.now).toISOString().slice(0, 23).replace('T', ' ');
    const line = (kind: string, text: string): void =>
      this.#moment.log(`${stamp} UTC [46] ${kind}:  ${text}`);
    line('ERROR', `${message}${position === undefined ? '' : ` at character ${position + 1}`}`);
    if (detail !== undefined) line('DETAIL', detail);
    line('STATEMENT', statement.trim());
  }

  #meta(line: string): void {
    const [command = '', ...args] = line.split(/\s+/);
    if (command === '\\pset' && args[0] === 'format' && /^(aligned|unaligned|csv)$/.test(args[1] ?? '')) {
      this.#style.format = args[1] as Style['format'];
      this.#say(`Output format is ${args[1]}.\n`);
    } else if (command === '\\t') {
      this.#style.tuplesOnly = !this.#style.tuplesOnly;
      this.#say(`Tuples only is ${this.#style.tuplesOnly ? 'on' : 'off'}.\n`);
    } else if (command === '\\echo') {
      this.#say(`${args.join(' ')}\n`);
    } else if (/^\\(dt\+?|d)$/.test(command) && args.length === 0) {
      const found = tableList(this.#database);
      if (found === undefined) this.#say('Did not find any relations.\n', 'stderr');
      else this.#say(`${found.title}\n${table(found.outcome, this.#style)}`);
    } else if (command === '\\d') {
      const text = describeTable(this.#database, args[0] ?? '');
      if (text === undefined) this.#say(`Did not find any relation named "${args[0]}".\n`, 'stderr');
      else this.#say(text);
    } else if (!/^\\(set|timing|x|conninfo|l)$/.test(command)) {
      this.#say(`invalid command ${command}\nTry \\? for help.\n`, 'stderr');
    }
  }
}
