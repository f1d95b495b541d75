import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { encodeFrame } from './frames.ts';
import type { SimulatedHost } from './host.ts';
import { runSession } from './session.ts';

/**
 * How long a client that neither sends nor ends its standard input holds a command up, milliseconds; one that feeds an
 * import is waited for, however slow its data comes.
 */
const STDIN_SILENCE_MS = 1000;

export interface HostServer {
  /** Hangs up on every session and stops listening. */
  close(): Promise<void>;
}

/** The first line of a connection, as JSON; standard input follows until the client ends its side. */
export interface SessionHeader {
  readonly line: string;
  readonly tty: boolean;
}

/**
 * Serves one simulated host on a Unix socket, one session a connection, so that a real sshd can hand its commands to
 * it. The answer comes as frames (frames.ts), the exit code last. A connection that breaks is a client that went away.
 */
export async function serveHost(
  host: SimulatedHost,
  socketPath: string,
  silenceMs = STDIN_SILENCE_MS,
): Promise<HostServer> {
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    socket.on('error', () => socket.destroy());
    serve(host, socket, silenceMs).catch((error: unknown) =>
      socket.destroy(error instanceof Error ? error : undefined),
    );
  });
  server.listen(socketPath);
  await once(server, 'listening');
  return {
    close: async () => {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

async function serve(host: SimulatedHost, socket: Socket, silenceMs: number): Promise<void> {
  const received = await receive(socket, silenceMs);
  const end = received.indexOf('\n');
  if (end < 0) {
    socket.destroy();
    return;
  }
  const header = JSON.parse(received.subarray(0, end).toString('utf8')) as SessionHeader;
  const gone = new AbortController();
  socket.on('close', () => gone.abort());
  const { exit } = await runSession(host, {
    line: header.line,
    tty: header.tty,
    keepOutput: false,
    stdin: received.subarray(end + 1),
    signal: gone.signal,
    onOutput: async (stream, text) => {
      if (socket.write(encodeFrame(stream, Buffer.from(text))) || gone.signal.aborted) return;
      await once(socket, 'drain', { signal: gone.signal }).catch(() => undefined);
    },
  });
  if (!gone.signal.aborted) socket.end(encodeFrame('exit', Buffer.from([exit & 0xff])));
}

/** True for the first bytes of a connection that feeds an import. */
const feedsImport = (start: Buffer): boolean => /^\{"line":"[^"]*?:import /.test(start.toString('utf8'));

/** Everything the client sends until it ends its side, or until it has been silent for too long. */
async function receive(socket: Socket, silenceMs: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, silenceMs);
    let patient = false;
    socket.on('data', (chunk: Buffer) => {
      patient ||= chunks.length === 0 && feedsImport(chunk);
      chunks.push(chunk);
      if (patient) clearTimeout(timer);
      else timer.refresh();
    });
    for (const event of ['end', 'close']) {
      socket.once(event, () => {
        clearTimeout(timer);
        resolve();
      });
    }
  });
  return Buffer.concat(chunks);
}
