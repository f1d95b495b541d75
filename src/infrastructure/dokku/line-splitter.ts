import { StringDecoder } from 'node:string_decoder';
import { sanitizeLine } from '../../domain/sanitize.ts';

/** A line that never ends is handed on in pieces of this many characters. */
const longest = 65_536;

/**
 * Makes whole, cleaned lines of the chunks of one stream; a UTF-8 character that is split over two chunks stays
 * whole. `end` gives what stands after the last line feed.
 */
export class LineSplitter {
  readonly #decoder = new StringDecoder('utf8');
  #rest = '';

  push(chunk: Buffer): readonly string[] {
    return this.#take(this.#decoder.write(chunk));
  }

  end(): readonly string[] {
    const lines = this.#take(this.#decoder.end());
    const rest = this.#rest;
    this.#rest = '';
    return rest === '' ? lines : [...lines, sanitizeLine(rest)];
  }

  #take(text: string): readonly string[] {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    const pieces: string[] = [];
    while (this.#rest.length > longest) {
      pieces.push(this.#rest.slice(0, longest));
      this.#rest = this.#rest.slice(longest);
    }
    return [...lines, ...pieces].map(sanitizeLine);
  }
}
