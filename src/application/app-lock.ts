import { DomainError } from '../domain/errors.ts';
import type { Held, Locks } from './locks.ts';
import type { Clock } from './ports.ts';

const POLL_MS = { first: 20, most: 250 };

/**
 * Runs changes of one app one after the other, whichever process makes them; changes of other apps go on beside them.
 * In one process they keep their order.
 */
export class AppLock {
  readonly #tails = new Map<string, Promise<unknown>>();
  readonly #locks: Locks;
  readonly #clock: Clock;

  constructor(locks: Locks, clock: Clock) {
    this.#locks = locks;
    this.#clock = clock;
  }

  /** A moment for `hold`: what was read before it may be old when the lock is had. */
  now(): number {
    return this.#locks.now();
  }

  /**
   * Resolves and rejects as `work` does; a failed predecessor does not stop its successors. `work` is told whether
   * anyone had the lock since the moment `since`. Faults: CANCELLED while it waits.
   */
  async hold<T>(
    key: string,
    { since, signal }: { since: number; signal: AbortSignal },
    work: (moved: boolean) => Promise<T>,
  ): Promise<T> {
    const before = this.#tails.get(key) ?? Promise.resolve();
    const run = async (): Promise<T> => {
      const held = await this.#take(key, signal);
      try {
        return await work(held.before !== undefined && held.before >= since);
      } finally {
        await held.release();
      }
    };
    const mine = before.then(run, run);
    const tail = mine.catch(() => undefined);
    this.#tails.set(key, tail);
    try {
      return await mine;
    } finally {
      if (this.#tails.get(key) === tail) this.#tails.delete(key);
    }
  }

  async #take(key: string, signal: AbortSignal): Promise<Held> {
    for (let pause = POLL_MS.first; ; pause = Math.min(pause * 2, POLL_MS.most)) {
      if (signal.aborted) throw new DomainError('CANCELLED', { command: 'the change', sent: false });
      const held = await this.#locks.take(key);
      if (held !== undefined) return held;
      await this.#clock.sleep(pause, signal).catch((error: unknown) => {
        if (!signal.aborted) throw error;
      });
    }
  }
}
