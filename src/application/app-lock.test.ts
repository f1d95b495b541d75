import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppLock } from './app-lock.ts';
import type { Locks } from './locks.ts';
import type { Clock } from './ports.ts';

const clock: Clock = { now: () => 0, sleep: () => turn() };
const free = () => ({ since: 1, signal: new AbortController().signal });

/** Locks of one state, seen by every AppLock over them as by another process. */
function memoryLocks(): Locks {
  const held = new Set<string>();
  const before = new Map<string, number>();
  let now = 1;
  return {
    now: () => now,
    take: async (name) => {
      if (held.has(name)) return undefined;
      held.add(name);
      return {
        before: before.get(name),
        release: async () => {
          now += 1;
          before.set(name, now);
          held.delete(name);
        },
      };
    },
  };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('AppLock', () => {
  it('runs work of one key one after the other, in order, and of others beside it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ key: fc.constantFrom('a', 'b'), turns: fc.nat(3), fails: fc.boolean() }), {
          maxLength: 12,
        }),
        async (jobs) => {
          const lock = new AppLock(memoryLocks(), clock);
          const running = new Map<string, number>();
          const order = new Map<string, number[]>();
          const results = jobs.map(({ key, turns, fails }, index) =>
            lock.hold(key, free(), async () => {
              expect(running.get(key) ?? 0).toBe(0);
              running.set(key, 1);
              order.set(key, [...(order.get(key) ?? []), index]);
              for (let left = turns; left > 0; left -= 1) await turn();
              running.set(key, 0);
              if (fails) throw new Error(`job ${index}`);
              return index;
            }),
          );
          const settled = await Promise.allSettled(results);
          for (const [index, result] of settled.entries()) {
            expect(result.status).toBe(jobs[index]?.fails ? 'rejected' : 'fulfilled');
          }
          for (const indices of order.values()) expect(indices).toEqual([...indices].sort((a, b) => a - b));
        },
      ),
      { numRuns: 50 },
    );
  });

  it('starts work of another key while one is held', async () => {
    const lock = new AppLock(memoryLocks(), clock);
    let end = (): void => undefined;
    const first = lock.hold('a', free(), () => new Promise<void>((resolve) => (end = resolve)));
    expect(await lock.hold('b', free(), async () => 'b')).toBe('b');
    end();
    await first;
  });

  it('gives the failure to the one whose work failed, and forgets the key', async () => {
    const lock = new AppLock(memoryLocks(), clock);
    const failing = lock.hold('a', free(), async () => {
      throw new Error('mine');
    });
    const next = lock.hold('a', free(), async () => 'went on');
    await expect(failing).rejects.toThrow('mine');
    expect(await next).toBe('went on');
  });

  it('lets one process in at a time, and tells who came later that something happened', async () => {
    const locks = memoryLocks();
    const [one, two] = [new AppLock(locks, clock), new AppLock(locks, clock)];
    const since = one.now();
    let inside = 0;
    const work = async (moved: boolean) => {
      inside += 1;
      expect(inside).toBe(1);
      await turn();
      inside -= 1;
      return moved;
    };
    const { signal } = new AbortController();
    const moved = await Promise.all([
      one.hold('a', { since, signal }, work),
      two.hold('a', { since, signal }, work),
      one.hold('b', { since, signal }, async (told) => told),
    ]);
    expect(moved).toEqual([false, true, false]);
    expect(await two.hold('a', { since: locks.now() + 1, signal }, work)).toBe(false);
  });

  it('stops waiting for another process when it is told to', async () => {
    const locks = memoryLocks();
    await locks.take('a');
    const stop = new AbortController();
    const waiting = new AppLock(locks, clock).hold(
      'a',
      { since: 0, signal: stop.signal },
      async () => 'never',
    );
    stop.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'CANCELLED', details: { sent: false } });
  });
});
