import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../test/support/manual-clock.ts';
import { DomainError } from '../../domain/errors.ts';
import { Remembered } from './remembered.ts';

function deferred<T>() {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<T>((ok, failed) => {
    resolve = ok;
    reject = failed;
  });
  return { promise, resolve, reject };
}

describe('Remembered', () => {
  it('shares one reading and remembers it for its time', async () => {
    const clock = new ManualClock();
    const memory = new Remembered<number>('x', clock, 5000);
    let reads = 0;
    const load = async () => ++reads;
    expect(await Promise.all([memory.get('a', load), memory.get('a', load)])).toEqual([
      { value: 1, at: clock.now() },
      { value: 1, at: clock.now() },
    ]);
    clock.advance(4999);
    expect((await memory.get('a', load)).value).toBe(1);
    clock.advance(1);
    expect((await memory.get('a', load)).value).toBe(2);
    expect((await memory.get('b', load)).value).toBe(3);
  });

  it('keeps nothing with a time of 0, but shares', async () => {
    const memory = new Remembered<number>('x', new ManualClock(), 0);
    let reads = 0;
    const load = async () => ++reads;
    const both = await Promise.all([memory.get('a', load), memory.get('a', load)]);
    expect(both.map(({ value }) => value)).toEqual([1, 1]);
    expect((await memory.get('a', load)).value).toBe(2);
  });

  it('does not remember failures', async () => {
    const memory = new Remembered<string>('x', new ManualClock(), 5000);
    await expect(memory.get('a', () => Promise.reject(new Error('down')))).rejects.toThrow('down');
    expect((await memory.get('a', async () => 'up')).value).toBe('up');
  });

  it('gives what was being read at a forget to nobody who asks later', async () => {
    const memory = new Remembered<string>('x', new ManualClock(), 5000);
    const old = deferred<string>();
    const first = memory.get('a', () => old.promise);
    memory.forget((key) => key === 'a');
    const second = memory.get('a', async () => 'new');
    old.resolve('old');
    expect((await first).value).toBe('old');
    expect((await second).value).toBe('new');
    expect((await memory.get('a', async () => 'newer')).value).toBe('new');
  });

  it('forgets only what matches', async () => {
    const memory = new Remembered<string>('x', new ManualClock(), 5000);
    await memory.get('a', async () => 'a1');
    await memory.get('b', async () => 'b1');
    memory.forget((key) => key === 'a');
    expect((await memory.get('a', async () => 'a2')).value).toBe('a2');
    expect((await memory.get('b', async () => 'b2')).value).toBe('b1');
  });

  it('lets one reader go without disturbing the other, and stops when the last has gone', async () => {
    const memory = new Remembered<string>('apps:list', new ManualClock(), 5000);
    const reading = deferred<string>();
    let signal: AbortSignal | undefined;
    const load = (shared: AbortSignal) => {
      signal = shared;
      return reading.promise;
    };
    const [one, two] = [new AbortController(), new AbortController()];
    const first = memory.get('a', load, one.signal);
    const second = memory.get('a', load, two.signal);
    one.abort();
    await expect(first).rejects.toMatchObject({ code: 'CANCELLED', details: { command: 'apps:list' } });
    expect(signal?.aborted).toBe(false);
    two.abort();
    await expect(second).rejects.toBeInstanceOf(DomainError);
    expect(signal?.aborted).toBe(true);
    expect((await memory.get('a', async () => 'again')).value).toBe('again');
  });

  it('does not begin for a reader that has already gone', async () => {
    const memory = new Remembered<string>('x', new ManualClock(), 5000);
    await expect(memory.get('a', async () => 'x', AbortSignal.abort())).rejects.toMatchObject({
      details: { sent: false },
    });
  });
});
