import { setMaxListeners } from 'node:events';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FairQueue, type TurnKind } from './queue.ts';

const never = new AbortController().signal;
setMaxListeners(0, never);

/** Lets what is already settled take its course. */
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
};

describe('FairQueue', () => {
  it('takes turns between reads and changes, first come first served within each', async () => {
    const queue = new FairQueue(1);
    const order: string[] = [];
    const releases: (() => void)[] = [];
    const enter = (kind: TurnKind, name: string): void => {
      void queue.acquire(kind, never).then((release) => {
        order.push(name);
        releases.push(release);
      });
    };
    for (const name of ['r1', 'r2', 'r3', 'r4']) enter('read', name);
    for (const name of ['c1', 'c2']) enter('change', name);
    await settle();
    for (let index = 0; index < 5; index += 1) {
      releases[index]?.();
      await settle();
    }
    expect(order).toEqual(['r1', 'c1', 'r2', 'c2', 'r3', 'r4']);
  });

  it('never lets more in than its limit and lets everyone in at last', async () => {
    const kinds = fc.array(fc.constantFrom<TurnKind>('read', 'change'), { minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(kinds, fc.integer({ min: 1, max: 6 }), async (all, limit) => {
        const queue = new FairQueue(limit);
        let most = 0;
        let served = 0;
        await Promise.all(
          all.map(async (kind) => {
            const release = await queue.acquire(kind, never);
            most = Math.max(most, queue.running);
            await Promise.resolve();
            served += 1;
            release();
            release();
          }),
        );
        expect(most).toBeLessThanOrEqual(limit);
        expect(served).toBe(all.length);
        expect(queue).toMatchObject({ running: 0, waiting: 0 });
      }),
    );
  });

  it('forgets a call that is aborted in line', async () => {
    const queue = new FairQueue(1);
    const release = await queue.acquire('read', never);
    const abort = new AbortController();
    const aborted = queue.acquire('change', abort.signal);
    const next = queue.acquire('change', never);
    abort.abort(new Error('gone'));
    await expect(aborted).rejects.toThrow('gone');
    release();
    (await next)();
    await expect(queue.acquire('read', abort.signal)).rejects.toThrow('gone');
    expect(queue).toMatchObject({ running: 0, waiting: 0 });
  });
});
