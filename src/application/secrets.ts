import { sanitize } from '../domain/sanitize.ts';
import { mapStrings } from './text.ts';

const MASK = '********';
/** Shorter values would blank out ordinary words and numbers. */
const SHORTEST = 6;

/** Remembers secret values of one host and takes them out of every text that leaves the server. */
export class Secrets {
  readonly #values = new Set<string>();
  /** All forms of all values, longest first; made when it is first needed after something was learned. */
  #forms: readonly string[] | undefined;

  /** Values that were read or written as configuration; short and plain ones stay readable (see {@link isPlain}). */
  learn(values: Iterable<string>): void {
    for (const value of values) {
      for (const part of [value, ...value.split(/\r?\n/)]) {
        if (part.length < SHORTEST || isPlain(part) || this.#values.has(part)) continue;
        this.#values.add(part);
        this.#forms = undefined;
      }
    }
  }

  /** The text with every known value masked, in all the {@link forms} in which programs print it. */
  mask(text: string): string {
    this.#forms ??= [...new Set([...this.#values].flatMap(forms))].sort((a, b) => b.length - a.length);
    return this.#forms.reduce((masked, form) => masked.replaceAll(form, MASK), text);
  }

  /** The same for every string inside a JSON value; keys stay as they are. */
  maskValue<T>(value: T): T {
    if (this.#values.size === 0) return value;
    return mapStrings(value, (text) => this.mask(text)) as T;
  }
}

/**
 * What is not worth hiding and would garble ordinary text: lower-case words and numbers of a usual length, and
 * addresses without credentials, path and query (an app's domains stand in its configuration more often than not).
 */
function isPlain(value: string): boolean {
  return (
    /^(?:[a-z]{1,15}|[0-9.]{1,15}|\*+)$/.test(value) ||
    /^(?:https?:\/\/)?(?:[a-z0-9-]{1,63}\.)+[a-z]{2,24}(?::\d{1,5})?\/?$/.test(value)
  );
}

/** A value as it is, cleaned, quoted for JSON (also Go's way) and for a shell, in an address, and inside of base64. */
function forms(value: string): string[] {
  const json = JSON.stringify(value).slice(1, -1);
  const go = json.replace(/[<>&]/g, (char) => `\\u00${char.charCodeAt(0).toString(16)}`);
  const url = encodeURIComponent(value.replace(/\p{Cs}/gu, '\ufffd'));
  const shell = value.replaceAll("'", "'\\''");
  return [value, sanitize(value), json, go, url, shell, ...base64(value)].filter(
    (form) => form.length >= SHORTEST,
  );
}

/**
 * Base64 of a longer text shows a value in one of three ways, by where it begins; of each the characters that hold
 * nothing of what stands before and after it, also in the alphabet for addresses (RFC 4648 section 5).
 */
function base64(value: string): string[] {
  const bytes = new TextEncoder().encode(value);
  return [0, 1, 2].flatMap((before) => {
    const shifted = new Uint8Array(before + bytes.length);
    shifted.set(bytes, before);
    const text = btoa(Array.from(shifted, (byte) => String.fromCharCode(byte)).join(''));
    const own = text.slice(Math.ceil((before * 8) / 6), Math.floor((shifted.length * 8) / 6));
    return [own, own.replaceAll('+', '-').replaceAll('/', '_')];
  });
}
