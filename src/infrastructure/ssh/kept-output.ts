import type { Kept } from '../transport.ts';

const noBytes = Buffer.alloc(0);

/**
 * Keeps the first and the last part of a stream within a fixed amount of memory, and counts all of it.
 * Bytes are copied in, so the chunk may be reused by whoever read it. Both parts grow with what really arrives:
 * a short answer costs little, a long one never more than `limit` (while it grows, twice that).
 */
export class KeptOutput {
  readonly #headLimit: number;
  readonly #tailLimit: number;
  #head = noBytes;
  #headUsed = 0;
  #ring = noBytes;
  /** How many bytes ever went into the ring; the next one goes to this index modulo the ring's full size. */
  #ringTotal = 0;
  #bytes = 0;

  /** `limit` bytes are kept in all: the first quarter as head, the rest as tail, where errors stand. */
  constructor(limit: number) {
    this.#headLimit = Math.ceil(limit / 4);
    this.#tailLimit = limit - this.#headLimit;
  }

  get bytes(): number {
    return this.#bytes;
  }

  add(chunk: Buffer): void {
    this.#bytes += chunk.length;
    const toHead = Math.min(chunk.length, this.#headLimit - this.#headUsed);
    if (toHead > 0) {
      this.#head = withRoom(this.#head, this.#headUsed + toHead, this.#headLimit);
      chunk.copy(this.#head, this.#headUsed, 0, toHead);
      this.#headUsed += toHead;
    }
    if (toHead < chunk.length) this.#addToTail(toHead === 0 ? chunk : chunk.subarray(toHead));
  }

  #addToTail(chunk: Buffer): void {
    const size = this.#tailLimit;
    const skipped = Math.max(0, chunk.length - size);
    this.#ringTotal += skipped;
    const last = chunk.subarray(skipped);
    this.#ring = withRoom(this.#ring, Math.min(size, this.#ringTotal + last.length), size);
    if (size === 0) return;
    const at = this.#ringTotal % size;
    const first = Math.min(last.length, size - at);
    last.copy(this.#ring, at, 0, first);
    last.copy(this.#ring, 0, first);
    this.#ringTotal += last.length;
  }

  /** What was kept so far, as a copy of its own. */
  kept(): Kept {
    const size = this.#tailLimit;
    const head = this.#head.subarray(0, this.#headUsed);
    const held = Math.min(size, this.#ringTotal);
    const at = this.#ringTotal > size ? this.#ringTotal % size : 0;
    const data = Buffer.concat([head, this.#ring.subarray(at, held), this.#ring.subarray(0, at)]);
    return { data, bytes: this.#bytes, truncated: data.length < this.#bytes };
  }
}

/** The buffer itself when it has room for `needed` bytes, else a larger copy, doubling up to `limit`. */
function withRoom(buffer: Buffer<ArrayBuffer>, needed: number, limit: number): Buffer<ArrayBuffer> {
  if (buffer.length >= needed) return buffer;
  const larger = Buffer.allocUnsafe(Math.min(limit, Math.max(needed, buffer.length * 2, 4096)));
  buffer.copy(larger);
  return larger;
}
