import { createConnection } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import type { SessionHeader } from './daemon.ts';
import { FrameReader } from './frames.ts';

/** What sshd gives to the command that it forces on a login. */
export interface ForcedCommand {
  /** The Unix socket that the host's server listens on. */
  readonly socketPath: string;
  /** SSH_ORIGINAL_COMMAND */
  readonly line: string;
  readonly tty: boolean;
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
}

/**
 * Hands one SSH command to a simulated host and resolves with its exit code: 255 when the host could not be reached
 * or went away, 141 when nobody reads the output any more.
 */
export async function runForcedCommand(command: ForcedCommand): Promise<number> {
  const socket = createConnection({ path: command.socketPath, allowHalfOpen: true });
  const header: SessionHeader = { line: command.line, tty: command.tty };
  socket.write(`${JSON.stringify(header)}\n`);
  command.stdin.pipe(socket);
  const reader = new FrameReader();
  return await new Promise<number>((resolve) => {
    const finish = (code: number): void => {
      command.stdin.unpipe(socket);
      socket.destroy();
      resolve(code);
    };
    const broken = (): void => finish(141);
    command.stdout.on('error', broken);
    command.stderr.on('error', broken);
    socket.on('error', () => finish(255));
    socket.on('close', () => finish(255));
    socket.on('data', (chunk: Buffer) => {
      for (const { kind, payload } of reader.read(chunk)) {
        if (kind === 'exit') {
          finish(payload.readUInt8(0));
        } else if (!command[kind].write(payload)) {
          socket.pause();
          command[kind].once('drain', () => socket.resume());
        }
      }
    });
  });
}
