import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { isMissing } from '../state/files.ts';
import { type AuditRecord, type Body, type Head, parseLine } from './record.ts';
import { readSegment, type Segment } from './segments.ts';

/** A file that is put away for good, and the head of the chain at its end, from which the next file goes on. */
interface Pruned extends Head {
  readonly name: string;
}

const Record = z.looseObject({
  phase: z.literal('system'),
  event: z.literal('pruned'),
  files: z.array(z.object({ name: z.string(), seq: z.number(), hash: z.string() })),
});

/** So many files at a time, for nobody can append meanwhile. */
const MOST = 4;

/**
 * The oldest of these files that hold nothing younger than `cutoff`, at most a few of them; the newest file is never among
 * them. A file that cannot be read stays, and so does whatever is younger than it.
 */
export async function prunable(
  folder: string,
  segments: readonly Segment[],
  cutoff: number,
): Promise<readonly Pruned[]> {
  const found: Pruned[] = [];
  for (const segment of segments.slice(0, -1).slice(0, MOST)) {
    const last = await lastOf(folder, segment, cutoff);
    if (last === undefined) break;
    found.push({ name: segment.name, seq: last.seq, hash: last.hash });
  }
  return found;
}

/** Says in the chain itself what is gone, before it goes. */
export function prunedBody(files: readonly Pruned[]): Body {
  return { phase: 'system', event: 'pruned', files: [...files] };
}

/** The oldest first: what is left is a whole chain after any of them. */
export async function removePruned(folder: string, files: readonly Pruned[]): Promise<void> {
  for (const { name } of files) {
    await rm(join(folder, name), { force: true });
    await rm(join(folder, `${name}.gz`), { force: true });
  }
}

/** The heads that a record of pruning vouches for; none for any other record. */
export function vouchedBy(record: AuditRecord): readonly Head[] {
  return Record.safeParse(record).data?.files ?? [];
}

/** The last record of a segment that is wholly older; the time of the file saves reading one that cannot be. */
async function lastOf(folder: string, segment: Segment, cutoff: number): Promise<AuditRecord | undefined> {
  if ((await changedAt(folder, segment)) >= cutoff) return undefined;
  const text = (await readSegment(folder, segment)).toString('utf8');
  const last = text
    .split('\n')
    .map(parseLine)
    .findLast((record) => record !== undefined);
  return last !== undefined && Date.parse(last.at) < cutoff ? last : undefined;
}

async function changedAt(folder: string, { name }: Segment): Promise<number> {
  for (const file of [name, `${name}.gz`]) {
    try {
      return (await stat(join(folder, file))).mtimeMs;
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }
  return Number.POSITIVE_INFINITY;
}
