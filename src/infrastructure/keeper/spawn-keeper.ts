import { spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { KEEPER_LOG } from './job-folder.ts';

/**
 * Starts `node ENTRY keeper FOLDER` as a process of its own: another session, no pipes to us, so that it outlives the
 * server however that ends; what it writes to standard error stands in its folder. Resolves when the process runs;
 * rejects when it could not be started.
 */
export function spawnKeeperOf(entry: readonly string[]): (folder: string) => Promise<void> {
  return async (folder) => {
    const log = await open(join(folder, KEEPER_LOG), 'a', 0o600);
    try {
      await new Promise<void>((resolve, reject) => {
        const child = spawn(process.execPath, [...entry, 'keeper', folder], {
          detached: true,
          stdio: ['ignore', 'ignore', log.fd],
        });
        child.once('error', reject);
        child.once('spawn', () => {
          child.unref();
          resolve();
        });
      });
    } finally {
      await log.close();
    }
  };
}
