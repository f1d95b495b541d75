import { endBytes } from '../../domain/service/dumps.ts';

/** The first and the last bytes of a stream, and how many there were. Nothing is allocated while it runs. */
export class Ends {
  readonly #head = new Uint8Array(endBytes);
  readonly #tail = new Uint8Array(endBytes);
  #bytes = 0;

  get head(): Uint8Array {
    return this.#head.subarray(0, Math.min(this.#bytes, endBytes));
  }

  get tail(): Uint8Array {
    return this.#tail.subarray(endBytes - Math.min(this.#bytes, endBytes));
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Copies what it keeps. */
  add(chunk: Uint8Array): void {
    if (this.#bytes < endBytes) this.#head.set(chunk.subarray(0, endBytes - this.#bytes), this.#bytes);
    const last = chunk.subarray(-endBytes);
    this.#tail.copyWithin(0, last.length);
    this.#tail.set(last, endBytes - last.length);
    this.#bytes += chunk.length;
  }
}
