import { expect, it } from 'vitest';
import { Backoff } from './backoff.ts';

it('waits from a quarter of a second to half a minute, with jitter, and begins anew after a success', () => {
  let now = 1000;
  let random = 1;
  const backoff = new Backoff(
    () => now,
    () => random,
  );
  expect(backoff.remainingMs).toBe(0);
  const waits = Array.from({ length: 10 }, () => {
    backoff.failed();
    return backoff.remainingMs;
  });
  expect(waits).toEqual([250, 500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  random = 0;
  backoff.failed();
  expect(backoff.remainingMs).toBe(15_000);
  now += 15_000;
  expect(backoff.remainingMs).toBe(0);
  backoff.succeeded();
  backoff.failed();
  expect(backoff.remainingMs).toBe(125);
  backoff.holdFor(5000);
  expect(backoff.remainingMs).toBe(5000);
});
