import RateLimiterMemory from 'rate-limiter-flexible/lib/RateLimiterMemory.js';
import type { Kind, RateLimiter } from '../../application/steps/rate-limit.ts';

/** Calls that one client may make in a minute; 0 lifts the limit. */
export type RateLimits = Readonly<Record<Kind, number>>;

const WINDOW_S = 60;

/** Counts the calls of each client in this process, a minute at a time. */
export function memoryRateLimiter(limits: RateLimits): RateLimiter {
  const counters = new Map<Kind, RateLimiterMemory>();
  for (const kind of ['reads', 'changes', 'destructive'] as const) {
    if (limits[kind] > 0)
      counters.set(kind, new RateLimiterMemory({ points: limits[kind], duration: WINDOW_S }));
  }
  return {
    async take(client, kind) {
      try {
        await counters.get(kind)?.consume(client);
        return undefined;
      } catch (refusal) {
        if (refusal instanceof Error) throw refusal;
        return waitOf(refusal);
      }
    },
  };
}

/** The library rejects with a result that tells how long to wait, which is no Error. */
function waitOf(refusal: unknown): number {
  const { msBeforeNext } = refusal as { msBeforeNext?: unknown };
  return typeof msBeforeNext === 'number' ? msBeforeNext : WINDOW_S * 1000;
}
