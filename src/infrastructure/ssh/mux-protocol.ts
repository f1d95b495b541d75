/**
 * The bytes on OpenSSH's control socket in proxy mode (PROTOCOL.mux, MUX_C_PROXY): every frame is
 * `uint32 length` + payload. After the hello and the proxy request the payload is
 * `byte padding (0)`, `byte type` and the body of an SSH connection message (RFC 4254).
 */

const hello = 1;
const protocolVersion = 4;
const proxyRequest = 0x1000000f;
const proxyGranted = 0x8000000f;

/** Connection messages of RFC 4254 that concern a session channel. */
export const messageType = {
  open: 90,
  openConfirmation: 91,
  openFailure: 92,
  windowAdjust: 93,
  data: 94,
  extendedData: 95,
  eof: 96,
  close: 97,
  request: 98,
  success: 99,
  failure: 100,
} as const;

/** OpenSSH drops a proxy client that sends a longer frame (channels.c, CHANNEL_MUX_MAX_PACKET). */
export const maxFrameBytes = 256 * 1024;

/** What the host tells one of our channels; `channel` is our own number of it. */
export type ChannelMessage =
  | {
      readonly type: 'openConfirmation';
      readonly channel: number;
      readonly remote: number;
      readonly window: number;
      readonly maxPacket: number;
    }
  | { readonly type: 'openFailure'; readonly channel: number; readonly reason: number; readonly text: string }
  | { readonly type: 'windowAdjust'; readonly channel: number; readonly bytes: number }
  | {
      readonly type: 'data';
      readonly channel: number;
      readonly stream: 'stdout' | 'stderr';
      readonly data: Buffer;
    }
  | { readonly type: 'eof' | 'close' | 'success' | 'failure'; readonly channel: number }
  | { readonly type: 'exitStatus'; readonly channel: number; readonly status: number }
  | { readonly type: 'exitSignal'; readonly channel: number; readonly signal: string }
  | {
      readonly type: 'request';
      readonly channel: number;
      readonly name: string;
      readonly wantReply: boolean;
    };

/** The peer broke the framing or the message layout: the link cannot be used any further. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
}

/**
 * Cuts a byte stream into frames. A frame that lies whole within one chunk is handed on as a view of that chunk
 * and is only valid during the call; a split one is put together in a buffer of its own, so nothing piles up.
 */
export class FrameReader {
  readonly #onFrame: (payload: Buffer) => void;
  #partial = Buffer.allocUnsafe(64 * 1024);
  #held = 0;

  constructor(onFrame: (payload: Buffer) => void) {
    this.#onFrame = onFrame;
  }

  /** Takes the next chunk, however the stream was cut. Throws ProtocolError when a frame is too long. */
  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#held > 0) {
        at += this.#complete(chunk, at);
        continue;
      }
      const left = chunk.length - at;
      const size = left < 4 ? undefined : frameSize(chunk, at);
      if (size === undefined || left < size) {
        this.#hold(chunk, at, left);
        return;
      }
      this.#onFrame(chunk.subarray(at + 4, at + size));
      at += size;
    }
  }

  /** Adds to the frame begun earlier, first its length, then the rest of it; returns how many bytes it took. */
  #complete(chunk: Buffer, at: number): number {
    const wanted = this.#held < 4 ? 4 : frameSize(this.#partial, 0);
    const taken = Math.min(wanted - this.#held, chunk.length - at);
    this.#hold(chunk, at, taken);
    if (this.#held >= 4 && this.#held === frameSize(this.#partial, 0)) {
      const frame = this.#partial.subarray(4, this.#held);
      this.#held = 0;
      this.#onFrame(frame);
    }
    return taken;
  }

  #hold(chunk: Buffer, at: number, bytes: number): void {
    if (this.#held + bytes > this.#partial.length) {
      const larger = Buffer.allocUnsafe(maxFrameBytes + 4);
      this.#partial.copy(larger, 0, 0, this.#held);
      this.#partial = larger;
    }
    chunk.copy(this.#partial, this.#held, at, at + bytes);
    this.#held += bytes;
  }
}

function frameSize(buffer: Buffer, at: number): number {
  const length = buffer.readUInt32BE(at);
  if (length > maxFrameBytes) throw new ProtocolError(`a frame of ${length} bytes is too long`);
  return length + 4;
}

/** One field of a message: a number is a uint32, a string or buffer gets its length before it. */
type Field = number | boolean | string | Uint8Array;

function encodeFields(head: Buffer, fields: readonly Field[]): Buffer {
  const parts: Uint8Array[] = [head];
  for (const field of fields) {
    if (typeof field === 'number') {
      parts.push(uint32(field));
    } else if (typeof field === 'boolean') {
      parts.push(Buffer.of(field ? 1 : 0));
    } else {
      const bytes = typeof field === 'string' ? Buffer.from(field) : field;
      parts.push(uint32(bytes.length), bytes);
    }
  }
  const frame = Buffer.concat(parts);
  frame.writeUInt32BE(frame.length - 4, 0);
  return frame;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}

/** A connection message, framed; `fields` follow the order of RFC 4254. */
export function encodeMessage(type: number, ...fields: readonly Field[]): Buffer {
  return encodeFields(Buffer.of(0, 0, 0, 0, 0, type), fields);
}

/** The frame header of CHANNEL_DATA, so that `length` bytes of payload can follow without being copied. */
export function encodeDataHeader(remote: number, length: number): Buffer {
  const header = Buffer.allocUnsafe(14);
  header.writeUInt32BE(length + 10, 0);
  header.writeUInt8(0, 4);
  header.writeUInt8(messageType.data, 5);
  header.writeUInt32BE(remote, 6);
  header.writeUInt32BE(length, 10);
  return header;
}

/** The hello of PROTOCOL.mux section 1 (version 4, no extensions). */
export const encodeHello = (): Buffer => encodeFields(Buffer.alloc(4), [hello, protocolVersion]);

/** Asks for proxy mode (PROTOCOL.mux, MUX_C_PROXY), request number 0. */
export const encodeProxyRequest = (): Buffer => encodeFields(Buffer.alloc(4), [proxyRequest, 0]);

/** True when the frame is the master's hello in the version we speak. */
export function isHello(frame: Buffer): boolean {
  return frame.length >= 8 && frame.readUInt32BE(0) === hello && frame.readUInt32BE(4) === protocolVersion;
}

/** True when the master granted proxy mode; anything else is a refusal. */
export function isProxyGranted(frame: Buffer): boolean {
  return frame.length >= 4 && frame.readUInt32BE(0) === proxyGranted;
}

/**
 * Reads one connection message. `data` is a view into the frame: copy it to keep it. Undefined for a message that
 * is none of ours. Throws ProtocolError when the frame ends too early.
 */
export function decodeMessage(frame: Buffer): ChannelMessage | undefined {
  try {
    return decodeBody(frame);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new ProtocolError('a message ended too early', { cause });
  }
}

function decodeBody(frame: Buffer): ChannelMessage | undefined {
  const type = frame.readUInt8(1);
  if (type < messageType.openConfirmation || type > messageType.failure) return undefined;
  const channel = frame.readUInt32BE(2);
  switch (type) {
    case messageType.openConfirmation:
      return {
        type: 'openConfirmation',
        channel,
        remote: frame.readUInt32BE(6),
        window: frame.readUInt32BE(10),
        maxPacket: frame.readUInt32BE(14),
      };
    case messageType.openFailure:
      return {
        type: 'openFailure',
        channel,
        reason: frame.readUInt32BE(6),
        text: readString(frame, 10).toString(),
      };
    case messageType.windowAdjust:
      return { type: 'windowAdjust', channel, bytes: frame.readUInt32BE(6) };
    case messageType.data:
      return { type: 'data', channel, stream: 'stdout', data: readString(frame, 6) };
    case messageType.extendedData:
      return { type: 'data', channel, stream: 'stderr', data: readString(frame, 10) };
    case messageType.eof:
      return { type: 'eof', channel };
    case messageType.close:
      return { type: 'close', channel };
    case messageType.success:
      return { type: 'success', channel };
    case messageType.failure:
      return { type: 'failure', channel };
    default:
      return decodeRequest(frame, channel);
  }
}

function decodeRequest(frame: Buffer, channel: number): ChannelMessage {
  const rawName = readString(frame, 6);
  const name = rawName.toString();
  const after = 10 + rawName.length;
  const wantReply = frame.readUInt8(after) !== 0;
  if (name === 'exit-status') return { type: 'exitStatus', channel, status: frame.readUInt32BE(after + 1) };
  if (name === 'exit-signal') {
    return { type: 'exitSignal', channel, signal: readString(frame, after + 1).toString() };
  }
  return { type: 'request', channel, name, wantReply };
}

function readString(frame: Buffer, at: number): Buffer {
  const length = frame.readUInt32BE(at);
  if (at + 4 + length > frame.length) throw new ProtocolError('a message ended too early');
  return frame.subarray(at + 4, at + 4 + length);
}
