import { mapStrings } from './text.ts';

const MASK = '********';
/** Shorter values would blank out ordinary words and numbers. */
const SHORTEST = 6;

/** Remembers secret values of one host and takes them out of every text that leaves the server. */
export class Secrets {
  readonly #values = new Set<string>();

  /** Values that were read or written as configuration; short ones and plain words stay readable. */
  learn(values: Iterable<string>): void {
    for (const value of values) {
      for (const form of [value, ...value.split('\n')]) {
        if (form.length >= SHORTEST && !isPlain(form)) this.#values.add(form);
      }
    }
  }

  /** The text with every known value masked, also in its base64, URL and JSON forms; longest values first. */
  mask(text: string): string {
    let masked = text;
    const values = [...this.#values].sort((a, b) => b.length - a.length);
    for (const value of values) {
      for (const form of forms(value)) masked = masked.replaceAll(form, MASK);
    }
    return masked;
  }

  /** The same for every string inside a JSON value; keys stay as they are. */
  maskValue<T>(value: T): T {
    if (this.#values.size === 0) return value;
    return mapStrings(value, (text) => this.mask(text)) as T;
  }
}

/** Booleans, numbers and lower-case words are not worth hiding and would garble ordinary text. */
function isPlain(value: string): boolean {
  return /^(?:[a-z]+|[0-9.]+|true|false)$/.test(value);
}

function forms(value: string): string[] {
  const json = JSON.stringify(value).slice(1, -1);
  const base64 = btoa(String.fromCharCode(...new TextEncoder().encode(value))).replace(/=+$/, '');
  return [...new Set([value, json, encodeURIComponent(value), base64])];
}
