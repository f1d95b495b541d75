import type { OutputStream } from '../transport.ts';
import type { Job } from './carrier.ts';

export interface OutputFeedEvents {
  /** So many bytes are off our hands; their room may be given back to the sender. */
  readonly taken: (bytes: number) => void;
  /** The sink threw or rejected. It is asked again with the next chunk unless the feed is discarded. */
  readonly failed: (error: unknown) => void;
  /** Everything that had to wait for a slow sink has been taken. */
  readonly idle: () => void;
}

/**
 * Hands the chunks of a command to its sink, in order and one at a time. A chunk is a view that may be reused after
 * `push`; only while the sink is still busy is it copied and kept, so what waits is bounded by what the sender may
 * send ahead.
 */
export class OutputFeed {
  readonly #events: OutputFeedEvents;
  #sink: Job['sink'] | undefined;
  #waiting: { stream: OutputStream; data: Buffer }[] = [];
  #busy = false;

  constructor(sink: Job['sink'], events: OutputFeedEvents) {
    this.#sink = sink;
    this.#events = events;
  }

  /** True when nothing waits and the sink has nothing in hand. */
  get idle(): boolean {
    return !this.#busy && this.#waiting.length === 0;
  }

  push(stream: OutputStream, data: Buffer): void {
    if (this.#busy) this.#waiting.push({ stream, data: Buffer.from(data) });
    else this.#deliver(stream, data);
  }

  /** Nobody is interested any longer: what waits and what comes is thrown away, as if taken. */
  discard(): void {
    this.#sink = undefined;
    for (const { data } of this.#waiting.splice(0)) this.#events.taken(data.length);
  }

  #deliver(stream: OutputStream, data: Buffer): void {
    const bytes = data.length;
    let pending: Promise<void> | undefined;
    try {
      pending = this.#sink?.(stream, data);
    } catch (error) {
      this.#events.failed(error);
    }
    if (pending === undefined) {
      this.#events.taken(bytes);
      return;
    }
    this.#busy = true;
    pending.then(
      () => this.#next(bytes),
      (error: unknown) => {
        this.#events.failed(error);
        this.#next(bytes);
      },
    );
  }

  #next(bytes: number): void {
    this.#busy = false;
    this.#events.taken(bytes);
    while (!this.#busy) {
      const next = this.#waiting.shift();
      if (next === undefined) {
        this.#events.idle();
        return;
      }
      this.#deliver(next.stream, next.data);
    }
  }
}
