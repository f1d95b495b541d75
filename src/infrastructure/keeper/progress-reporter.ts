import type { Clock, Progress } from '../../application/ports.ts';
import { initialPhase, nextPhase, progressMessage } from '../../domain/application/phases.ts';

const PAUSE_MS = 500;

/**
 * Turns output lines into progress: every change of phase at once, and in between the newest line that says something,
 * at most twice a second.
 */
export class ProgressReporter {
  readonly #progress: Progress;
  readonly #clock: Pick<Clock, 'now'>;
  #state = initialPhase;
  #last = Number.NEGATIVE_INFINITY;
  #pending: string | undefined;

  constructor(progress: Progress, clock: Pick<Clock, 'now'>) {
    this.#progress = progress;
    this.#clock = clock;
  }

  add(lines: readonly string[]): void {
    for (const line of lines) {
      const before = this.#state.phase;
      this.#state = nextPhase(this.#state, line);
      const message = progressMessage(line);
      if (message === undefined) continue;
      const { phase } = this.#state;
      this.#pending = phase === 'unknown' ? message : `${phase}: ${message}`;
      if (this.#state.phase !== before) this.#report();
    }
    if (this.#clock.now() - this.#last >= PAUSE_MS) this.#report();
  }

  /** The newest line, when it was not told yet. */
  end(): void {
    this.#report();
  }

  #report(): void {
    if (this.#pending === undefined) return;
    this.#progress(this.#pending);
    this.#pending = undefined;
    this.#last = this.#clock.now();
  }
}
