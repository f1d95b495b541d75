import { spawn } from 'node:child_process';

/**
 * Starts `node ENTRY keeper FOLDER` as a process of its own: another session, no pipes to us, so that it outlives the
 * server however that ends. Resolves when the process runs; rejects when it could not be started.
 */
export function spawnKeeperOf(entry: readonly string[]): (folder: string) => Promise<void> {
  return (folder) =>
    new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [...entry, 'keeper', folder], {
        detached: true,
        stdio: 'ignore',
      });
      child.once('error', reject);
      child.once('spawn', () => {
        child.unref();
        resolve();
      });
    });
}
