export interface StdinFeedEvents {
  /** There is something to take again, or the end was reached. */
  readonly ready: () => void;
  /** The source broke off: what was sent is not all there is, so the command must not see an end of its input. */
  readonly failed: (error: unknown) => void;
}

/**
 * Standard input of one command, handed out in parts. Of a source that gives pieces one is held at a time, and the next
 * is asked for when it is used up: what waits in memory is one piece, however much there is to send.
 */
export class StdinFeed {
  readonly #events: StdinFeedEvents;
  readonly #source: AsyncIterator<Uint8Array> | undefined;
  #piece: Uint8Array = new Uint8Array();
  #at = 0;
  #asking = false;
  #ended = false;

  constructor(source: Uint8Array | AsyncIterable<Uint8Array>, events: StdinFeedEvents) {
    this.#events = events;
    if (source instanceof Uint8Array) this.#piece = source;
    else this.#source = source[Symbol.asyncIterator]();
    this.#ended = this.#source === undefined && this.#piece.length === 0;
  }

  /** True when everything was taken. */
  get ended(): boolean {
    return this.#ended;
  }

  /** At most so many bytes; undefined while there is nothing, `ready` tells when to ask again. */
  take(most: number): Uint8Array | undefined {
    if (this.#at >= this.#piece.length) {
      this.#next();
      return undefined;
    }
    const part = this.#piece.subarray(this.#at, this.#at + most);
    this.#at += part.length;
    if (this.#at >= this.#piece.length && this.#source === undefined) this.#ended = true;
    return part;
  }

  /** The command has ended, or nobody waits for it: the source is let go. */
  discard(): void {
    this.#ended = true;
    void this.#source?.return?.()?.catch(() => undefined);
  }

  #next(): void {
    if (this.#ended || this.#asking || this.#source === undefined) return;
    this.#asking = true;
    this.#source.next().then(
      ({ done, value }) => {
        this.#asking = false;
        if (this.#ended) return;
        if (done === true) this.#ended = true;
        else {
          this.#piece = value;
          this.#at = 0;
        }
        this.#events.ready();
      },
      (error: unknown) => {
        this.#asking = false;
        if (this.#ended) return;
        this.#ended = true;
        this.#events.failed(error);
      },
    );
  }
}
