import { z } from 'zod';
import { AppName, EnvKey, ProcessType } from '../../domain/names.ts';
import type { References } from '../context.ts';

/* Input fields that several operations share: one wording, one rule. */

export const app = AppName.describe('App name');
export const limit = z.int().min(1).max(200).describe('Most rows to return');
export const cursor = z.string().max(200).describe('Continue after this cursor');
export const restart = z
  .boolean()
  .default(true)
  .describe('Restart running processes so that they see the change');
export const processCounts = z
  .record(ProcessType, z.int().min(0).max(100))
  .refine((counts) => Object.keys(counts).length > 0, 'name at least one process type')
  .describe('Instances per process type, e.g. {"web": 2, "worker": 0}');

/** A value, or where the server finds or makes one that the model never sees. */
export const reference = z.union([
  z.string(),
  z.strictObject({ env: EnvKey }),
  z.strictObject({ file: z.string().min(1).max(4096) }),
  z.strictObject({ generate: z.int().min(16).max(512) }),
]);

/** Faults: INVALID_ARGUMENT for what may not be read. */
export async function resolveReference(
  given: z.output<typeof reference>,
  references: References,
): Promise<string> {
  if (typeof given === 'string') return given;
  if ('env' in given) return references.env(given.env);
  return 'file' in given ? await references.file(given.file) : references.generate(given.generate);
}

/** Shared output pieces. */
export const Build = z.object({
  id: z.string(),
  status: z.string(),
  via: z.string(),
  started_at: z.string(),
  finished_at: z.string().optional(),
});
export const SourceFact = z.object({
  kind: z.string(),
  location: z.string(),
  revision: z.string().optional(),
});

/** ISO 8601 in whole seconds. */
export function time(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
