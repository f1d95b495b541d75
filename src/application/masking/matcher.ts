/** Begin and end (exclusive) of a stretch of text. */
export type Span = readonly [from: number, to: number];

/** Characters of a form that its index is made of; no form is shorter. */
const PREFIX = 4;
/** A form shorter than this is not looked for across a line break. */
const SHORTEST_WRAPPED = 8;
/** So much of the end of a text is looked at for the beginning of a form. */
const LONGEST_TAIL = 8_192;

/** Finds many texts in one pass: the time goes by the length of the text, not by how many are looked for. */
export class Matcher {
  /** For each hash of four characters: whether any form begins with them. Most positions end here. */
  readonly #begins = new Uint8Array(65_536);
  readonly #forms = new Map<number, string[]>();

  /** Forms have at least four characters. */
  constructor(forms: Iterable<string>) {
    for (const form of new Set(forms)) {
      const key = hashAt(form, 0);
      this.#begins[key] = 1;
      const others = this.#forms.get(key);
      if (others === undefined) this.#forms.set(key, [form]);
      else others.push(form);
    }
    for (const forms of this.#forms.values()) forms.sort((a, b) => b.length - a.length);
  }

  /** Where forms stand, in order; stretches that touch or overlap are one. Also finds what is broken over lines. */
  find(text: string): Span[] {
    if (this.#forms.size === 0) return [];
    const found = this.#scan(text, PREFIX);
    if (text.includes('\n')) found.push(...this.#wrapped(text));
    return merge(found);
  }

  /** True when the text ends in the beginning of a form, so that what comes next may complete it. */
  endsOpen(text: string): boolean {
    const tail = text.slice(-LONGEST_TAIL).replace(gaps, '');
    for (let at = 0; at + PREFIX <= tail.length; at += 1) {
      const key = hashAt(tail, at);
      if (this.#begins[key] === 0) continue;
      const rest = tail.length - at;
      for (const form of this.#forms.get(key) ?? []) {
        if (form.length > rest && form.length >= SHORTEST_WRAPPED && form.startsWith(tail.slice(at)))
          return true;
      }
    }
    return false;
  }

  #scan(text: string, shortest: number): Span[] {
    const found: Span[] = [];
    const last = text.length - PREFIX;
    if (last < 0) return found;
    let key = hashAt(text, 0);
    for (let at = 0; at <= last; at += 1) {
      if (at > 0) key = nextHash(key, text.charCodeAt(at - 1), text.charCodeAt(at + PREFIX - 1));
      if (this.#begins[key] === 0) continue;
      const form = this.#forms.get(key)?.find((one) => text.startsWith(one, at));
      if (form !== undefined && form.length >= shortest) found.push([at, at + form.length]);
    }
    return found;
  }

  /** What stands in the text without its line breaks, as stretches of each line. */
  #wrapped(text: string): Span[] {
    const found = this.#scan(text.replace(gaps, ''), SHORTEST_WRAPPED);
    if (found.length === 0) return [];
    const at = placesOf(text);
    return found.flatMap(([from, to]) => {
      const spans: Span[] = [];
      let start = at[from] ?? 0;
      for (let index = from; index < to; index += 1) {
        const here = at[index] ?? 0;
        const next = index + 1 < to ? at[index + 1] : undefined;
        if (next === here + 1) continue;
        spans.push([start, here + 1]);
        start = next ?? 0;
      }
      return spans;
    });
  }
}

function hashAt(text: string, at: number): number {
  return (
    (text.charCodeAt(at) * 29_791 +
      text.charCodeAt(at + 1) * 961 +
      text.charCodeAt(at + 2) * 31 +
      text.charCodeAt(at + 3)) &
    0xffff
  );
}

/** The hash one character further on. */
function nextHash(key: number, gone: number, come: number): number {
  // What a character that goes weighs then: 31 to the fourth, modulo 2 to the sixteenth.
  return (key * 31 - gone * 6_017 + come) & 0xffff;
}

/** Line breaks with the blanks around them, and what Dokku puts before each line of a log (time, app, process). */
const gaps = /[ \t\r]*\n[ \t\r\n]*(?:\d{4}-\d\d-\d\dT[\d:.]{8,20}Z app\[[^\]\n]{1,80}\]: )?/g;

/** Where each character of the text without its gaps stood. */
function placesOf(text: string): Uint32Array {
  const at = new Uint32Array(text.length);
  let count = 0;
  let from = 0;
  const take = (to: number): void => {
    for (let index = from; index < to; index += 1) at[count + index - from] = index;
    count += to - from;
  };
  for (const { index, 0: gap } of text.matchAll(gaps)) {
    take(index);
    from = index + gap.length;
  }
  take(text.length);
  return at;
}

function merge(spans: Span[]): Span[] {
  const sorted = spans.sort((a, b) => a[0] - b[0] || b[1] - a[1]);
  const merged: [number, number][] = [];
  for (const [from, to] of sorted) {
    const last = merged.at(-1);
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return merged;
}
