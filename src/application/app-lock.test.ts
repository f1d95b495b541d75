import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppLock } from './app-lock.ts';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('AppLock', () => {
  it('runs work of one key one after the other, in order, and of others beside it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ key: fc.constantFrom('a', 'b'), turns: fc.nat(3), fails: fc.boolean() }), {
          maxLength: 12,
        }),
        async (jobs) => {
          const lock = new AppLock();
          const running = new Map<string, number>();
          const order = new Map<string, number[]>();
          const results = jobs.map(({ key, turns, fails }, index) =>
            lock.hold(key, async () => {
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
          for (const key of ['a', 'b']) expect(lock.isHeld(key)).toBe(false);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('starts work of another key while one is held', async () => {
    const lock = new AppLock();
    let end = (): void => undefined;
    const first = lock.hold('a', () => new Promise<void>((resolve) => (end = resolve)));
    expect(await lock.hold('b', async () => 'b')).toBe('b');
    expect([lock.isHeld('a'), lock.isHeld('b')]).toEqual([true, false]);
    end();
    await first;
  });

  it('gives the failure to the one whose work failed, and forgets the key', async () => {
    const lock = new AppLock();
    const failing = lock.hold('a', async () => {
      throw new Error('mine');
    });
    const next = lock.hold('a', async () => 'went on');
    await expect(failing).rejects.toThrow('mine');
    expect(await next).toBe('went on');
    expect(lock.isHeld('a')).toBe(false);
  });
});
