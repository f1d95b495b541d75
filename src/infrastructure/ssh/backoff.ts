const firstMs = 250;
const longestMs = 30_000;

/** How long a refused key or an untrusted host is left alone: a loop of logins gets an address banned. */
export const refusalPauseMs = 5000;

/** How long to leave a host alone after attempts that failed: from 0.25 s, doubling, to 30 s, with jitter. */
export class Backoff {
  readonly #now: () => number;
  readonly #random: () => number;
  #failures = 0;
  #until = 0;

  constructor(now: () => number = () => performance.now(), random: () => number = Math.random) {
    this.#now = now;
    this.#random = random;
  }

  /** Milliseconds until the next attempt may be made; 0 when it may be made now. */
  get remainingMs(): number {
    return Math.max(0, this.#until - this.#now());
  }

  failed(): void {
    const ms = Math.min(longestMs, firstMs * 2 ** this.#failures);
    this.#failures += 1;
    this.holdFor(ms * (0.5 + this.#random() / 2));
  }

  succeeded(): void {
    this.#failures = 0;
    this.#until = 0;
  }

  /** A fixed pause, for refusals that a quick repetition would only make worse. */
  holdFor(ms: number): void {
    this.#until = this.#now() + ms;
  }
}
