import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** One HTTP response as it came over the wire. */
export interface RawResponse {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** What came back over one connection. */
export interface Exchange {
  readonly responses: readonly RawResponse[];
  /** The server closed the connection. */
  readonly closed: boolean;
}

export interface Sending {
  readonly port: number;
  /** Where the client has its end: another address of this machine is another client. */
  readonly from?: string;
  /** Stops waiting once so many responses are there; otherwise at the end of the connection. */
  readonly until?: number;
  readonly patienceMs?: number;
}

/** Sends bytes over a connection of their own, with nothing between the test and the socket. */
export async function exchange(
  pieces: Iterable<Buffer | string>,
  { port, from, until = 1, patienceMs = 20_000 }: Sending,
): Promise<Exchange> {
  const socket = await open(port, from);
  let received = Buffer.alloc(0);
  let closed = false;
  socket.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
  });
  socket.once('close', () => {
    closed = true;
  });
  await write(socket, pieces, () => closed);
  const late = Date.now() + patienceMs;
  while (!closed && parse(received).length < until && Date.now() < late) await delay(10);
  // What is refused is refused with the connection: give it the time to be closed.
  const end = Date.now() + 3_000;
  while (!closed && parse(received).at(-1)?.headers.get('connection') === 'close' && Date.now() < end) await delay(10);
  socket.destroy();
  return { responses: parse(received), closed };
}

/** A connection that stays open until it is destroyed. */
export function open(port: number, from?: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', ...(from === undefined ? {} : { localAddress: from }) });
    socket.once('connect', () => {
      // A server that has had enough may cut the connection while we send.
      socket.on('error', () => undefined);
      resolve(socket);
    });
    socket.once('error', reject);
  });
}

async function write(socket: Socket, pieces: Iterable<Buffer | string>, gone: () => boolean): Promise<void> {
  for (const piece of pieces) {
    if (gone() || socket.destroyed) return;
    if (socket.write(piece)) continue;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        socket.off('drain', done);
        socket.off('close', done);
        resolve();
      };
      socket.once('drain', done);
      socket.once('close', done);
    });
  }
}

/** The whole responses among the bytes. */
function parse(bytes: Buffer): RawResponse[] {
  const responses: RawResponse[] = [];
  let rest = bytes;
  for (;;) {
    const end = rest.indexOf('\r\n\r\n');
    if (end < 0) return responses;
    const [line = '', ...fields] = rest.subarray(0, end).toString('latin1').split('\r\n');
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(line)?.[1] ?? 0);
    const headers = new Map(
      fields.map((field): [string, string] => {
        const at = field.indexOf(':');
        return [field.slice(0, at).toLowerCase(), field.slice(at + 1).trim()];
      }),
    );
    const taken = take(rest.subarray(end + 4), headers);
    if (taken === undefined) return responses;
    if (status !== 100) responses.push({ status, headers, body: taken.body });
    rest = taken.rest;
  }
}

function take(bytes: Buffer, headers: ReadonlyMap<string, string>): { body: string; rest: Buffer } | undefined {
  if (headers.get('transfer-encoding') !== 'chunked') {
    const length = Number(headers.get('content-length') ?? 0);
    if (bytes.length < length) return undefined;
    return { body: bytes.subarray(0, length).toString(), rest: bytes.subarray(length) };
  }
  const parts: Buffer[] = [];
  let rest = bytes;
  for (;;) {
    const end = rest.indexOf('\r\n');
    if (end < 0) return undefined;
    const size = Number.parseInt(rest.subarray(0, end).toString(), 16);
    if (rest.length < end + 2 + size + 2) return undefined;
    parts.push(rest.subarray(end + 2, end + 2 + size));
    rest = rest.subarray(end + 2 + size + 2);
    if (size === 0) return { body: Buffer.concat(parts).toString(), rest };
  }
}
