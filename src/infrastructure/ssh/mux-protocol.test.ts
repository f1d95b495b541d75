import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeMessage,
  encodeDataHeader,
  encodeHello,
  encodeMessage,
  encodeProxyRequest,
  FrameReader,
  isHello,
  isProxyGranted,
  maxFrameBytes,
  messageType,
  ProtocolError,
} from './mux-protocol.ts';

const u32 = fc.nat(0xffffffff);
const payload = (frame: Buffer): Buffer => frame.subarray(4);

function framed(body: Uint8Array): Buffer {
  const frame = Buffer.alloc(4 + body.length);
  frame.writeUInt32BE(body.length);
  frame.set(body, 4);
  return frame;
}

/** The stream in pieces; sizes are taken round and round. */
function* cut(stream: Buffer, sizes: readonly number[]): Generator<Buffer> {
  for (let at = 0, index = 0; at < stream.length; index += 1) {
    const size = sizes[index % sizes.length] ?? 1;
    yield stream.subarray(at, at + size);
    at += size;
  }
}

describe('FrameReader', () => {
  it('gives back the frames of a stream, wherever it was cut and though its chunks are reused', () => {
    const bodies = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 20 });
    const sizes = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(bodies, sizes, (sent, pieces) => {
        const received: Buffer[] = [];
        const reader = new FrameReader((frame) => received.push(Buffer.from(frame)));
        for (const piece of cut(Buffer.concat(sent.map(framed)), pieces)) {
          const reused = Buffer.from(piece);
          reader.push(reused);
          reused.fill(0xee);
        }
        expect(received).toEqual(sent.map((body) => Buffer.from(body)));
      }),
      { numRuns: 1000 },
    );
  });

  it('takes a frame as long as OpenSSH allows and refuses a longer one', () => {
    for (const step of [1000, 65_536, 10 * maxFrameBytes]) {
      const received: number[] = [];
      const reader = new FrameReader((frame) => received.push(frame.length));
      for (const piece of cut(framed(Buffer.alloc(maxFrameBytes)), [step])) reader.push(piece);
      expect(received).toEqual([maxFrameBytes]);
      expect(() => reader.push(framed(Buffer.alloc(maxFrameBytes + 1)))).toThrow(ProtocolError);
    }
  });
});

describe('messages', () => {
  const both = (
    type: number,
    ...fields: Parameters<typeof encodeMessage> extends [number, ...infer F] ? F : never
  ) => decodeMessage(payload(encodeMessage(type, ...fields)));

  it('come through as they were sent', () => {
    fc.assert(
      fc.property(u32, u32, u32, u32, fc.uint8Array(), fc.string(), (channel, a, b, c, bytes, text) => {
        const data = Buffer.from(bytes);
        expect(both(messageType.openConfirmation, channel, a, b, c)).toEqual({
          type: 'openConfirmation',
          channel,
          remote: a,
          window: b,
          maxPacket: c,
        });
        expect(both(messageType.openFailure, channel, a, text, '')).toMatchObject({
          type: 'openFailure',
          channel,
          reason: a,
        });
        expect(both(messageType.windowAdjust, channel, a)).toEqual({
          type: 'windowAdjust',
          channel,
          bytes: a,
        });
        expect(both(messageType.data, channel, data)).toEqual({
          type: 'data',
          channel,
          stream: 'stdout',
          data,
        });
        expect(both(messageType.extendedData, channel, 1, data)).toEqual({
          type: 'data',
          channel,
          stream: 'stderr',
          data,
        });
        expect(both(messageType.request, channel, 'exit-status', false, a)).toEqual({
          type: 'exitStatus',
          channel,
          status: a,
        });
        expect(both(messageType.request, channel, 'exit-signal', false, 'KILL', false, text, '')).toEqual({
          type: 'exitSignal',
          channel,
          signal: 'KILL',
        });
        expect(both(messageType.request, channel, 'keepalive@openssh.com', true)).toEqual({
          type: 'request',
          channel,
          name: 'keepalive@openssh.com',
          wantReply: true,
        });
        const header = encodeDataHeader(channel, data.length);
        expect(Buffer.concat([header, data])).toEqual(encodeMessage(messageType.data, channel, data));
      }),
    );
  });

  it('never break anything but the link when they are garbage', () => {
    fc.assert(
      fc.property(fc.integer({ min: 80, max: 105 }), fc.uint8Array({ maxLength: 40 }), (type, rest) => {
        try {
          const message = decodeMessage(Buffer.from([0, type, ...rest]));
          expect(message === undefined || message.channel >= 0).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
        }
      }),
      { numRuns: 5000 },
    );
    expect(() => decodeMessage(Buffer.from([0]))).toThrow(ProtocolError);
  });
});

it('begins as PROTOCOL.mux says', () => {
  expect(encodeHello().toString('hex')).toBe('000000080000000100000004');
  expect(encodeProxyRequest().toString('hex')).toBe('000000081000000f00000000');
  expect(isHello(Buffer.from('0000000100000004', 'hex'))).toBe(true);
  expect(isHello(Buffer.from('0000000100000003', 'hex'))).toBe(false);
  expect(isProxyGranted(Buffer.from('8000000f00000000', 'hex'))).toBe(true);
  expect(isProxyGranted(Buffer.from('8000000300000000', 'hex'))).toBe(false);
});
