import { z } from 'zod';
import { ValidationError } from '../../domain/errors.ts';

/** One field for all that some actions of a tool take besides: each field of its own would cost every conversation. */
export function optionsField(described: string) {
  return z.record(z.string(), z.unknown()).optional().describe(described);
}

/** Faults: INVALID_ARGUMENT for an option that the action does not take, naming those that it does. */
export function refuseStray(
  action: string,
  options: Readonly<Record<string, unknown>>,
  known: readonly string[],
): void {
  const stray = Object.keys(options).find((key) => !known.includes(key));
  if (stray === undefined) return;
  throw new ValidationError(`options.${stray}`, `${action} has no such option`, {
    wayOut: `Its options are: ${known.join(', ') || 'none'}.`,
  });
}

/** The options in their kinds. Faults: INVALID_ARGUMENT naming the first that is of another. */
export function parseOptions<S extends z.ZodObject>(schema: S, options: unknown): z.output<S> {
  const parsed = schema.safeParse(options);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ValidationError(
    `options.${issue?.path.join('.') ?? ''}`,
    issue?.message ?? 'is not as it should be',
  );
}
