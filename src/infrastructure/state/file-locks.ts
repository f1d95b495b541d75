import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Held, Locks } from '../../application/locks.ts';
import { pathOf } from './keys.ts';
import { Lease } from './lease.ts';

/** Locks as leases in `locks/NAME` of the state directory: one small file for each name that was ever taken. */
export class FileLocks implements Locks {
  readonly #root: string;

  constructor(root: string) {
    this.#root = join(root, 'locks');
  }

  async take(name: string, options: { once?: boolean } = {}): Promise<Held | undefined> {
    const folder = join(this.#root, pathOf(name));
    const lease = await Lease.take(folder, 'lock');
    if (lease === undefined) return undefined;
    return {
      before: lease.before,
      release: async () => {
        lease.release();
        if (options.once === true) await rm(folder, { recursive: true, force: true });
      },
    };
  }

  now(): number {
    return Date.now();
  }
}
