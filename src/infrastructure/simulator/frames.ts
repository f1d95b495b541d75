/** What a session's server tells its client, one frame each: a byte for the kind, four for the length, the payload. */
export type FrameKind = 'stdout' | 'stderr' | 'exit';

export interface Frame {
  readonly kind: FrameKind;
  readonly payload: Buffer;
}

const kinds: readonly FrameKind[] = ['stdout', 'stderr', 'exit'];
const HEADER_BYTES = 5;

export function encodeFrame(kind: FrameKind, payload: Buffer): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt8(kinds.indexOf(kind), 0);
  header.writeUInt32BE(payload.length, 1);
  return Buffer.concat([header, payload]);
}

/** Cuts a byte stream into frames; throws on a kind that does not exist. */
export class FrameReader {
  #buffer: Buffer = Buffer.alloc(0);

  /** The frames that are complete with these bytes. */
  read(chunk: Buffer): Frame[] {
    this.#buffer = Buffer.concat([this.#buffer, chunk]);
    const frames: Frame[] = [];
    for (let end = this.#end(); end !== undefined && end <= this.#buffer.length; end = this.#end()) {
      const kind = kinds[this.#buffer.readUInt8(0)];
      if (kind === undefined) throw new Error(`no frame has the kind ${this.#buffer.readUInt8(0)}`);
      frames.push({ kind, payload: Buffer.from(this.#buffer.subarray(HEADER_BYTES, end)) });
      this.#buffer = this.#buffer.subarray(end);
    }
    return frames;
  }

  #end(): number | undefined {
    return this.#buffer.length < HEADER_BYTES ? undefined : HEADER_BYTES + this.#buffer.readUInt32BE(1);
  }
}
