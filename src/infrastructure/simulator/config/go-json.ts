import { EnvFileFault } from './env-file.ts';

/**
 * Finds the first JSON value of a text as Go's json.Decoder does: what follows it is not looked at. Throws EnvFileFault
 * with Go's words (encoding/json/scanner.go) when the text is no JSON.
 */
export function firstJsonValue(text: string): string {
  if (text.trim() === '') throw new EnvFileFault('EOF');
  const scanner = new Scanner(text);
  scanner.value();
  return text.slice(0, scanner.at);
}

class Scanner {
  at = 0;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  value(): void {
    const first = this.#peek();
    if (first === '{') this.#object();
    else if (first === '[') this.#array();
    else if (first === '"') this.#string();
    else if (first === '-' || /\d/.test(first)) this.#number();
    else if (first === 't') this.#literal('true');
    else if (first === 'f') this.#literal('false');
    else if (first === 'n') this.#literal('null');
    else throw this.#fault('looking for beginning of value');
  }

  #object(): void {
    this.at++;
    if (this.#peek() === '}') {
      this.at++;
      return;
    }
    for (;;) {
      if (this.#peek() !== '"') throw this.#fault('looking for beginning of object key string');
      this.#string();
      if (this.#peek() !== ':') throw this.#fault('after object key');
      this.at++;
      this.value();
      if (this.#closes('}', 'after object key:value pair')) return;
    }
  }

  #array(): void {
    this.at++;
    if (this.#peek() === ']') {
      this.at++;
      return;
    }
    do this.value();
    while (!this.#closes(']', 'after array element'));
  }

  /** Steps over a comma, or over the end of the collection and says so. */
  #closes(end: string, place: string): boolean {
    const next = this.#peek();
    if (next !== ',' && next !== end) throw this.#fault(place);
    this.at++;
    return next === end;
  }

  #string(): void {
    for (this.at++; ; this.at++) {
      const letter = this.#letter();
      if (letter === '"') break;
      if (letter < ' ') throw this.#fault('in string literal');
      if (letter !== '\\') continue;
      this.at++;
      if (!/["\\/bfnrtu]/.test(this.#letter())) throw this.#fault('in string escape code');
      if (this.#letter() !== 'u') continue;
      for (let digit = 0; digit < 4; digit++) {
        this.at++;
        if (!/[0-9a-fA-F]/.test(this.#letter())) throw this.#fault('in \\u hexadecimal character escape');
      }
    }
    this.at++;
  }

  #number(): void {
    const [found] = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/.exec(this.#text.slice(this.at)) ?? [];
    if (found === undefined) {
      this.at++;
      throw this.#fault('in numeric literal');
    }
    this.at += found.length;
  }

  #literal(word: string): void {
    for (const letter of word) {
      if (this.#letter() !== letter) throw this.#fault(`in literal ${word} (expecting '${letter}')`);
      this.at++;
    }
  }

  /** The next character that is no blank, which becomes the current one. */
  #peek(): string {
    while (/[ \t\r\n]/.test(this.#text.charAt(this.at))) this.at++;
    return this.#letter();
  }

  #letter(): string {
    if (this.at >= this.#text.length) throw new EnvFileFault('unexpected EOF');
    return this.#text.charAt(this.at);
  }

  #fault(place: string): EnvFileFault {
    const letter = this.#letter();
    const shown = letter === "'" ? "\\'" : letter === '"' ? '"' : JSON.stringify(letter).slice(1, -1);
    return new EnvFileFault(`invalid character '${shown}' ${place}`);
  }
}
