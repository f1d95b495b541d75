/** Below this name stand fingerprints of secret values: what changed is named, and no more. */
const SECRET = 'variables';

/**
 * What is different between two states, field by field, as words: `domains: b.example.com added`. Values of variables are
 * never shown. Empty when nothing moved.
 */
export function moved(before: unknown, now: unknown, path: readonly string[] = []): string[] {
  if (same(before, now) || (isEmpty(before) && isEmpty(now))) return [];
  if (isRecord(before) && isRecord(now)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(now)])];
    return keys.flatMap((key) => moved(before[key], now[key], [...path, key]));
  }
  const name = path.join('.') || 'the state';
  const hidden = path.includes(SECRET);
  if (isEmpty(before)) return [hidden ? `${name} was added` : `${name}: ${show(now)} (there was nothing)`];
  if (isEmpty(now))
    return [hidden ? `${name} is gone` : `${name}: nothing any more (there was ${show(before)})`];
  if (hidden) return [`${name} has another value`];
  if (Array.isArray(before) && Array.isArray(now)) return [`${name}: ${listed(before, now)}`];
  return [`${name}: ${show(now)} (there was ${show(before)})`];
}

function listed(before: readonly unknown[], now: readonly unknown[]): string {
  const added = now
    .filter((item) => !before.some((one) => same(one, item)))
    .map((item) => `${show(item)} added`);
  const gone = before
    .filter((item) => !now.some((one) => same(one, item)))
    .map((item) => `${show(item)} gone`);
  return [...added, ...gone].join(', ') || 'in another order';
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}

function same(a: unknown, b: unknown): boolean {
  return canonical(a) === canonical(b);
}

function show(value: unknown): string {
  const words = Array.isArray(value) && value.every((item) => typeof item === 'string');
  const text = typeof value === 'string' ? value : words ? value.join(', ') : canonical(value);
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}

/** JSON with the keys of every object in order: equal values have equal texts. */
export function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_key, item: unknown) =>
      isRecord(item) ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1))) : item,
    ) ?? 'null'
  );
}
