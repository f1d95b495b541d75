/** One hostile (or honest) input and what has to come of it. */
export interface CorpusCase {
  readonly id: string;
  readonly group: string;
  readonly tool_hint: string;
  /** `{repeat, count}`, `{prefix, repeat, count, suffix}` and `{bytes_b64}` in it stand for long and binary texts. */
  readonly input: Readonly<Record<string, unknown>>;
  /** In words; how it begins decides, see `expectationOf`. */
  readonly expect: string;
  /** Has to be accepted, byte for byte: a server that refuses everything must fail too. */
  readonly positive?: boolean;
}

export type Expectation =
  /** Refused with one of these codes, and nothing changed on the host. */
  | { readonly kind: 'refused'; readonly codes: readonly string[] }
  | { readonly kind: 'accepted' }
  /** Either way, but whole: what the host has afterwards is what was given, or nothing. */
  | { readonly kind: 'either' };

const CODES = /\b(?:INVALID_ARGUMENT|POLICY_DENIED|CONFIRMATION_REQUIRED|UNSUPPORTED|NOT_FOUND|CONFLICT)\b/g;
const LIMITS = /\b(?:VALUE_TOO_LARGE|TOO_LARGE|TOO_MANY|limit)\b/;

/**
 * Reads the words of a case. `-32602` and the names of limits mean our INVALID_ARGUMENT; where that is asked for,
 * POLICY_DENIED is as good: the value was understood and is refused as a matter of rule.
 */
export function expectationOf({ expect, positive }: CorpusCase): Expectation {
  if (/accepted or rejected|stripped or rejected|or rejected with TOO_MANY|as the Dokku cron|treated as missing/.test(expect)) {
    return { kind: 'either' };
  }
  if (positive === true || /^(?:accepted|value stored|lower-cased)/.test(expect)) return { kind: 'accepted' };
  const codes = new Set(expect.match(CODES) ?? []);
  if (LIMITS.test(expect) || expect.includes('-32602') || codes.size === 0) codes.add('INVALID_ARGUMENT');
  if (expect.includes('-32602')) codes.add('-32602');
  if (codes.has('INVALID_ARGUMENT')) codes.add('POLICY_DENIED');
  return { kind: 'refused', codes: [...codes] };
}

/** A value with its abbreviations written out; binary texts become Buffers. */
export function expand(value: unknown): unknown {
  if (typeof value === 'string') {
    const [, json] = /^<JSON (.+)>$/.exec(value) ?? [];
    return json === undefined ? value : (JSON.parse(json) as unknown);
  }
  if (Array.isArray(value)) return value.map(expand);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value);
  const parts = new Map<string, unknown>(entries);
  const [repeat, count, bytes] = [parts.get('repeat'), parts.get('count'), parts.get('bytes_b64')];
  if (typeof repeat === 'string' && typeof count === 'number') {
    if (repeat.includes('<i>')) return numbered(repeat, count);
    return `${String(parts.get('prefix') ?? '')}${repeat.repeat(count)}${String(parts.get('suffix') ?? '')}`;
  }
  if (typeof bytes === 'string') return Buffer.from(bytes, 'base64');
  // Object.fromEntries makes even `__proto__` an ordinary key.
  return Object.fromEntries(entries.map(([key, item]) => [key, expand(item)]));
}

/** `K<i>=x` five thousand times: K0 = x, K1 = x ... */
function numbered(pattern: string, count: number): Record<string, string> {
  const [key = '', value = ''] = pattern.split('=');
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [key.replace('<i>', String(index)), value] as const),
  );
}
