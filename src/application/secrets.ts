import { namesSecret } from '../domain/secret-names.ts';
import { variablesOf } from './masking/command-variables.ts';
import { formsOf, isPlain, isWord } from './masking/forms.ts';
import { MASK, SHORTEST } from './masking/mask.ts';
import { MaskedTexts } from './masking/masked-texts.ts';
import { Matcher } from './masking/matcher.ts';
import { maskShapes } from './masking/patterns.ts';
import { MaskingStream } from './masking/stream.ts';
import type { Command } from './ports.ts';
import { mapFields } from './text.ts';

/** Plain words and numbers from this length on are masked everywhere when their key says that they are secret. */
const LONG_WORD = 10;
/** A short value, quoted or not, right behind its key: `KEY=x7`, `"KEY": "x7"`, `KEY: x7`. */
const beside =
  /(?<![A-Za-z0-9_])([A-Za-z_][A-Za-z0-9_]{0,99})(\\*["']?[ \t]{0,20}(?:=>|[=:])[ \t]{0,60}\\*["']?)/g;

/** Which names of one answer are those of secrets: its rows have the same ones. */
type Names = Map<string, boolean>;

/** Remembers secret values of one host and takes them out of every text that leaves the server. */
export class Secrets {
  readonly #values = new Set<string>();
  readonly #others = new Set<Secrets>();
  /** Values that are only masked beside their key, by key. */
  readonly #short = new Map<string, Set<string>>();
  /** Finds all forms of all values; made when it is first needed after something was learned. */
  #matcher: Matcher | undefined;
  /** What was masked with what is known now: a remembered fact is shown many times in the same words. */
  readonly #masked = new MaskedTexts();

  /** Values that were read or written as configuration; short and plain ones stay readable (see `isPlain`). */
  learn(values: Iterable<string>): void {
    for (const value of values) for (const part of partsOf(value)) this.#add(part);
  }

  /**
   * Variables with their names. A value that is short is masked where it stands beside its key; so is a plain word
   * whose key says that it is a secret, and everywhere when it is long.
   */
  learnVariables(variables: Iterable<readonly [key: string, value: string]>): void {
    for (const [key, value] of variables) {
      this.learn([value]);
      if (value === '' || this.#values.has(value)) continue;
      const secret = namesSecret(key);
      if (secret && isWord(value) && value.length >= LONG_WORD) this.#add(value, true);
      else if (secret || !isPlain(value)) {
        const known = this.#short.get(key);
        if (known?.has(value) === true) continue;
        this.#short.set(key, new Set([...(known ?? []), value]));
        this.#masked.clear();
      }
    }
  }

  /** Masks from now on what another host keeps secret too: what is read there is shown with what is read here. */
  include(other: Secrets): void {
    if (other !== this) this.#others.add(other);
  }

  /** What a command carries: what it names as secret, and the variables that it sets. */
  learnCommand(command: Command): void {
    this.learn(command.secrets ?? []);
    this.learnVariables(variablesOf(command));
  }

  /** The text with every known value masked, in all the forms in which programs print it, and every known shape. */
  mask(text: string): string {
    let masked = this.#maskOwn(text);
    for (const other of this.#others) masked = other.#maskOwn(masked);
    return masked;
  }

  #maskOwn(text: string): string {
    if (text.length < 3) return text;
    return this.#masked.get(text, () => this.#scan(text));
  }

  #scan(text: string): string {
    this.#matcher ??= new Matcher([...this.#values].flatMap(formsOf));
    let masked = '';
    let from = 0;
    for (const [start, end] of this.#matcher.find(text)) {
      masked += `${text.slice(from, start)}${MASK}`;
      from = end;
    }
    const rest = from === 0 ? text : masked + text.slice(from);
    return maskShapes(this.#short.size === 0 ? rest : this.#maskShort(rest));
  }

  /** The same for every string inside a JSON value, and for whatever stands under a name that says it is a secret. */
  maskValue<T>(value: T): T {
    return this.#maskJson(value, '', new Map()) as T;
  }

  /** Masks a text that comes line by line, also what is broken over lines. */
  stream(): MaskingStream {
    return new MaskingStream(
      (text) => this.mask(text),
      (text) => {
        this.#matcher ??= new Matcher([...this.#values].flatMap(formsOf));
        return this.#matcher.endsOpen(text);
      },
    );
  }

  #add(value: string, plain = false): void {
    if (value.length < SHORTEST || (!plain && isPlain(value)) || this.#values.has(value)) return;
    this.#values.add(value);
    this.#matcher = undefined;
    this.#masked.clear();
  }

  #maskJson(value: unknown, name: string, names: Names): unknown {
    if (typeof value === 'string') {
      const secret = names.get(name) ?? namesSecret(name);
      names.set(name, secret);
      return secret && value !== '' ? MASK : this.mask(value);
    }
    if (Array.isArray(value)) return value.map((item) => this.#maskJson(item, name, names));
    if (value === null || typeof value !== 'object') return value;
    return mapFields(value, (item, key) => this.#maskJson(item, key, names));
  }

  #maskShort(text: string): string {
    let masked = '';
    let from = 0;
    for (const match of text.matchAll(beside)) {
      const start = match.index + match[0].length;
      const values = this.#short.get(match[1] ?? '');
      if (values === undefined || start < from) continue;
      const value = [...values].find(
        (one) =>
          text.startsWith(one, start) &&
          !/^[\w]/.test(text.slice(start + one.length, start + one.length + 1)),
      );
      if (value === undefined) continue;
      masked += `${text.slice(from, start)}${MASK}`;
      from = start + value.length;
    }
    return from === 0 ? text : masked + text.slice(from);
  }
}

/** The first and the last line of PEM are the same for everybody. */
const frame = /^\s*-----(?:BEGIN|END) [A-Z0-9 ]{1,60}-----\s*$/;

/**
 * A value, its lines, the password in it when it is an address, and what in it looks like a token of its own (in JSON,
 * in the path of a hook): an app may print that part alone.
 */
function partsOf(value: string): string[] {
  const tokens = (value.match(/[A-Za-z0-9_]{12,}/g) ?? []).filter(
    (part) => /\d.*\d/.test(part) && /[A-Za-z].*[A-Za-z]/.test(part),
  );
  const [, password = ''] = /^[a-z][a-z0-9+.-]*:\/\/[^\s:@/?#]*:([^\s]+)@/i.exec(value) ?? [];
  return [
    value,
    ...value.split(/\r?\n/).filter((line) => !frame.test(line)),
    password,
    decoded(password),
    ...tokens,
  ];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
