/** A plain table with aligned columns: what a model and a person read first. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** `name: value` lines; empty values are left out. */
export function lines(pairs: readonly (readonly [string, string | undefined])[]): string {
  return pairs
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');
}

/** A copy of a JSON value with every string in it changed; keys stay as they are. */
export function mapStrings(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, change));
  if (value !== null && typeof value === 'object') {
    return mapFields(value, (item) => mapStrings(item, change));
  }
  return value;
}

/** A copy of a JSON object with every field changed. */
export function mapFields(
  value: object,
  change: (item: unknown, key: string) => unknown,
): Record<string, unknown> {
  const fields = value as Readonly<Record<string, unknown>>;
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(fields)) {
    const item = change(fields[key], key);
    // An assignment to this name would change the prototype.
    if (key === '__proto__') Object.defineProperty(copy, key, { value: item, ...plain });
    else copy[key] = item;
  }
  return copy;
}

const plain = { enumerable: true, configurable: true, writable: true };
