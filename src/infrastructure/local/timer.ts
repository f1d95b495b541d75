import type { Timer } from '../../application/steps/deadline.ts';

/** The timer of this machine. */
export const timer: Timer = (ms) => {
  const late = new AbortController();
  const running = setTimeout(() => late.abort(), ms);
  return { signal: late.signal, stop: () => clearTimeout(running) };
};
