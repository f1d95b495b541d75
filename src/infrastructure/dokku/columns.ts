import type { DokkuClient } from '../../application/ports.ts';
import { DomainError } from '../../domain/errors.ts';
import { readColumn, readNames } from './overview.ts';

/** A column of a report over all apps: one bare line an app, without its name. */
export interface Column {
  readonly command: string;
  readonly key: string;
  readonly deadlineMs?: number;
}

/**
 * Columns by app: app -> values in the order of `columns`. They are believed only if apps:list is the same before and
 * after them and each has as many lines; otherwise they are read once more, and after that given up as undefined.
 */
export async function readColumns(
  client: DokkuClient,
  columns: readonly Column[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, readonly string[]> | undefined> {
  return (await joined(client, columns, signal)) ?? (await joined(client, columns, signal));
}

async function joined(
  client: DokkuClient,
  columns: readonly Column[],
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, readonly string[]> | undefined> {
  const before = await readNames(client, signal);
  if (before.length === 0) return new Map();
  let read: readonly (readonly string[])[];
  try {
    read = await Promise.all(
      columns.map(({ command, key, deadlineMs }) =>
        readColumn(client, command, [key], { signal, ...(deadlineMs === undefined ? {} : { deadlineMs }) }),
      ),
    );
  } catch (error) {
    // A report over all apps ends early when one of them is removed meanwhile.
    if (DomainError.is(error, 'APP_NOT_FOUND')) return undefined;
    throw error;
  }
  const after = await readNames(client, signal);
  const same = after.join('\n') === before.join('\n');
  if (!same || read.some((lines) => lines.length !== before.length)) return undefined;
  return new Map(before.map((app, index) => [app, read.map((lines) => lines[index] ?? '')]));
}
