import { z } from 'zod';

/**
 * An object of values under names of one kind. As z.record, which however leaves the name `__proto__` out without a
 * word: here it is a name like any other, and the result's own property.
 */
export function recordOf<K extends string, V>(key: z.ZodType<K, string>, value: z.ZodType<V>) {
  const { $schema: _dialect, ...shape } = z.toJSONSchema(z.record(z.string(), value), {
    io: 'input',
    unrepresentable: 'any',
  });
  return z
    .custom<object>(
      (given) => typeof given === 'object' && given !== null && !Array.isArray(given),
      'it is an object of names and values',
    )
    .transform((given, context): Record<K, V> => {
      const entries: [K, V][] = [];
      for (const [name, item] of Object.entries(given)) {
        const [good, kept] = [key.safeParse(name), value.safeParse(item)];
        if (good.success && kept.success) {
          entries.push([good.data, kept.data]);
          continue;
        }
        const [issue] = (good.success ? kept : good).error?.issues ?? [];
        const path = [name, ...(issue?.path ?? [])];
        context.issues.push({ code: 'custom', path, message: issue?.message ?? 'is not valid', input: item });
      }
      return Object.fromEntries(entries) as Record<K, V>;
    })
    .meta(shape);
}
