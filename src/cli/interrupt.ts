import { constants } from 'node:os';
import { warn } from './options.ts';

/** How a shell tells that a program was ended by Ctrl-C. */
const interrupted = 128 + constants.signals.SIGINT;

export interface Interrupt {
  readonly signal: AbortSignal;
  readonly stop: () => void;
}

/**
 * The first Ctrl-C fires the signal, so that a read is given up and a change says what is known of it; the second ends
 * the process at once. After `stop` Ctrl-C ends the process, as it does by itself.
 */
export function onInterrupt(): Interrupt {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(interrupted);
    warn('Stopping; Ctrl-C again ends at once.');
    controller.abort();
  };
  process.on('SIGINT', onSignal);
  return { signal: controller.signal, stop: () => void process.off('SIGINT', onSignal) };
}
