import type { Clock } from '../../application/ports.ts';
import type { Sampled } from '../../domain/application/application.ts';
import { DomainError } from '../../domain/errors.ts';

interface Entry<T> {
  readonly value: Promise<T>;
  /** When the reading began: what was read is at least as new as this. */
  readonly at: number;
  readonly stop: AbortController;
  settled: boolean;
  waiting: number;
}

/** Reads a value; the signal fires when nobody waits for it any more. */
export type Load<T> = (signal: AbortSignal) => Promise<T>;

/**
 * Values of one kind by key, kept in memory for a short while. Readers of the same key share one reading (single
 * flight); a reader that gives up does not disturb the others, and the reading ends when the last one has gone.
 * Failures are not remembered. What was being read when `forget` was called is given to those who wait for it, and
 * never to anybody who asks later. With a time of 0 readings are shared but nothing is kept.
 */
export class Remembered<T> {
  readonly #label: string;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #keepMs: number;
  readonly #entries = new Map<string, Entry<T>>();

  /** `label` names what is read in the CANCELLED of a reader that gave up. */
  constructor(label: string, clock: Pick<Clock, 'now'>, keepMs: number) {
    this.#label = label;
    this.#clock = clock;
    this.#keepMs = keepMs;
  }

  async get(key: string, load: Load<T>, signal?: AbortSignal): Promise<Sampled<T>> {
    if (signal?.aborted === true) throw this.#cancelled(false);
    const known = this.#entries.get(key);
    const entry = known !== undefined && this.#isGood(known) ? known : this.#start(key, load);
    return { value: await this.#wait(key, entry, signal), at: entry.at };
  }

  /** Forgets the keys that `matches` accepts, all without it. */
  forget(matches: (key: string) => boolean = () => true): void {
    for (const key of [...this.#entries.keys()].filter(matches)) this.#entries.delete(key);
  }

  #isGood(entry: Entry<T>): boolean {
    return !entry.settled || this.#clock.now() - entry.at < this.#keepMs;
  }

  #start(key: string, load: Load<T>): Entry<T> {
    const stop = new AbortController();
    const entry: Entry<T> = {
      value: load(stop.signal),
      at: this.#clock.now(),
      stop,
      settled: false,
      waiting: 0,
    };
    this.#entries.set(key, entry);
    entry.value.then(
      () => {
        entry.settled = true;
        if (this.#keepMs === 0) this.#drop(key, entry);
      },
      () => {
        entry.settled = true;
        this.#drop(key, entry);
      },
    );
    return entry;
  }

  /** The entry may have been replaced since. */
  #drop(key: string, entry: Entry<T>): void {
    if (this.#entries.get(key) === entry) this.#entries.delete(key);
  }

  async #wait(key: string, entry: Entry<T>, signal: AbortSignal | undefined): Promise<T> {
    entry.waiting += 1;
    let leave: (() => void) | undefined;
    try {
      if (signal === undefined) return await entry.value;
      const left = new Promise<never>((_, reject) => {
        leave = () => reject(this.#cancelled(true));
        signal.addEventListener('abort', leave, { once: true });
      });
      return await Promise.race([entry.value, left]);
    } finally {
      if (leave !== undefined) signal?.removeEventListener('abort', leave);
      entry.waiting -= 1;
      if (entry.waiting === 0 && !entry.settled) {
        this.#drop(key, entry);
        entry.stop.abort();
      }
    }
  }

  #cancelled(sent: boolean): DomainError {
    return new DomainError('CANCELLED', { command: this.#label, sent });
  }
}
