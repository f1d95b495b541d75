import { constants } from 'node:fs';
import { open, readdir, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { DomainError } from '../../domain/errors.ts';
import { isMissing, privateFolder } from '../state/files.ts';

/** So much stays free: a disk that is filled to the last byte takes the audit log with it. */
const spareBytes = 64 * 1024 * 1024;
/** An export takes a day at most (`backups.export_minutes`); what is older was left by a process that died. */
const abandonedMs = 25 * 3_600_000;

/** Makes the directory. Faults: BACKUP_FAILED when the disk has no room, or the directory cannot be made. */
export async function refuseFull(dir: string, needed = 0): Promise<void> {
  const refuse = (reason: string, cause?: unknown): DomainError =>
    new DomainError(
      'BACKUP_FAILED',
      {
        what: `The backup directory ${dir}`,
        reason,
        wayOut:
          'Make room, remove old backups with backups_run {"action": "prune", …}, or set backups.dir to a larger disk. Nothing was sent to the host.',
      },
      { cause },
    );
  let free: number;
  try {
    await privateFolder(dir);
    const { bavail, bsize } = await statfs(dir);
    free = bavail * bsize;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw refuse(`it cannot be used (${code})`, error);
  }
  if (free < needed + spareBytes) {
    throw refuse(
      `its disk has only ${room(free)} left${needed === 0 ? '' : `, and the last dump took ${room(needed)}`}`,
    );
  }
}

/** Removes what exports of processes that died have left. */
export async function removeAbandoned(dir: string, now: number): Promise<void> {
  for (const name of await names(dir)) {
    if (!/^\..*\.part$/.test(name)) continue;
    const found = await stat(join(dir, name)).catch(() => undefined);
    if (found !== undefined && now - found.mtimeMs > abandonedMs) await rm(join(dir, name), { force: true });
  }
}

/** Where a dump stands until it is whole. */
export function partOf(dir: string, file: string): string {
  return join(dir, `.${file}.part`);
}

/** Names in the directory, sorted; none while it does not exist. */
export async function names(dir: string): Promise<readonly string[]> {
  try {
    return (await readdir(dir)).sort();
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** A rename in it is on the disk. */
export async function syncFolder(dir: string): Promise<void> {
  const handle = await open(dir, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export function room(bytes: number): string {
  return bytes < 1e6 ? `${bytes} bytes` : `${Math.round(bytes / 1e6)} MB`;
}
