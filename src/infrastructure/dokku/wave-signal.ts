import { setMaxListeners } from 'node:events';

/** A signal for many commands at once, and the way to end them all. */
export interface Wave {
  readonly signal: AbortSignal;
  /** Ends what still runs, for the reason that one part failed. */
  stop(): void;
  /** Forgets the caller's signal. */
  release(): void;
}

/** Follows the caller's signal. Node warns of a leak when more than ten listen to one; a wave is larger than that. */
export function startWave(caller: AbortSignal | undefined): Wave {
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  setMaxListeners(0, controller.signal);
  if (caller?.aborted === true) stop();
  caller?.addEventListener('abort', stop, { once: true });
  return {
    signal: controller.signal,
    stop,
    release: () => caller?.removeEventListener('abort', stop),
  };
}
