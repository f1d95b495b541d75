import { MASK } from './mask.ts';

/** A line is held back for so many more lines, while it may be the beginning of a secret. */
const MOST_HELD = 64;
/** So few characters at the end of a line are not taken for the beginning of a secret, but they are remembered. */
const REMEMBERED = 3;
const begin = /-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----/;
const end = /-----END (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----/;

/**
 * Masks lines as they come. A line that ends in the beginning of a known secret waits for the next one, so that a
 * secret which is broken over lines (a wrapped base64 text, a line that was cut into pieces) is found all the same;
 * the lines of a private key are masked from its first to its last, however slowly they come.
 */
export class MaskingStream {
  readonly #mask: (text: string) => string;
  readonly #endsOpen: (text: string) => boolean;
  #held: string[] = [];
  /** The last characters that have gone on already: what comes next may complete them. */
  #gone = '';
  #inKey = false;

  constructor(mask: (text: string) => string, endsOpen: (text: string) => boolean) {
    this.#mask = mask;
    this.#endsOpen = endsOpen;
  }

  /** The lines that may go on now, masked; as many as came, in the end. */
  push(line: string): readonly string[] {
    if (this.#inKey) {
      if (!end.test(line)) return [MASK];
      this.#inKey = false;
      return [this.#mask(line.slice(line.search(end)))];
    }
    this.#inKey = begin.test(line) && !end.test(line);
    if (this.#inKey) return [...this.end(), this.#mask(line)];
    this.#held.push(line);
    if (this.#held.length < MOST_HELD && this.#endsOpen(`${this.#gone}\n${this.#held.join('\n')}`)) return [];
    return this.end();
  }

  /** What was held back. */
  end(): readonly string[] {
    if (this.#held.length === 0) return [];
    const text = `${this.#gone}\n${this.#held.join('\n')}`;
    this.#held = [];
    this.#gone = text.replaceAll('\n', '').slice(-REMEMBERED);
    const masked = this.#mask(text);
    return masked.slice(masked.indexOf('\n') + 1).split('\n');
  }
}
