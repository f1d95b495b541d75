import { afterEach, describe, expect, it, vi } from 'vitest';
import { memoryRateLimiter } from './memory-rate-limiter.ts';

afterEach(() => {
  vi.useRealTimers();
});

describe('memoryRateLimiter', () => {
  it('allows so many calls of each kind and client, and more after a minute', async () => {
    vi.useFakeTimers();
    const limiter = memoryRateLimiter({ reads: 2, changes: 1, destructive: 0 });
    expect(await limiter.take('a', 'reads')).toBeUndefined();
    expect(await limiter.take('a', 'reads')).toBeUndefined();
    vi.advanceTimersByTime(20_000);
    expect(await limiter.take('a', 'reads')).toBe(40_000);
    expect(await limiter.take('b', 'reads')).toBeUndefined();
    expect(await limiter.take('a', 'changes')).toBeUndefined();
    expect(await limiter.take('a', 'changes')).toBe(60_000);
    vi.advanceTimersByTime(40_001);
    expect(await limiter.take('a', 'reads')).toBeUndefined();
  });

  it('0 lifts a limit', async () => {
    const limiter = memoryRateLimiter({ reads: 0, changes: 0, destructive: 0 });
    for (let count = 0; count < 100; count += 1) {
      expect(await limiter.take('a', 'destructive')).toBeUndefined();
    }
  });
});
