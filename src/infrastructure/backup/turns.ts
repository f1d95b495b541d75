import type { Clock } from '../../application/ports.ts';

/** Lets one thing of a kind happen at a time, the next one no sooner than its pause after the last. */
export class Turns {
  readonly #clock: Clock;
  readonly #last = new Map<string, Promise<void>>();
  readonly #endedAt = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves when it is our turn, with what ends it. Rejects when the signal ends the waiting; others then go on. */
  async take(key: string, pauseMs: number, signal: AbortSignal | undefined): Promise<() => void> {
    const before = this.#last.get(key) ?? Promise.resolve();
    let end: () => void = () => undefined;
    const over = new Promise<void>((resolve) => {
      end = resolve;
    });
    this.#last.set(
      key,
      before.then(() => over),
    );
    try {
      await before;
      signal?.throwIfAborted();
      const wait = (this.#endedAt.get(key) ?? Number.NEGATIVE_INFINITY) + pauseMs - this.#clock.now();
      if (wait > 0) await this.#clock.sleep(wait, signal);
    } catch (error) {
      end();
      throw error;
    }
    return () => {
      this.#endedAt.set(key, this.#clock.now());
      end();
    };
  }
}
