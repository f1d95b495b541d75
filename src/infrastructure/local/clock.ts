import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../../application/ports.ts';

/** The time of this machine. */
export const clock: Clock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    await delay(ms, undefined, signal === undefined ? {} : { signal });
  },
};
