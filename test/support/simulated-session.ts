import type { SimulatedHost } from '../../src/infrastructure/simulator/host.ts';
import { runSession } from '../../src/infrastructure/simulator/session.ts';

/** What a command on a simulated host answered, with its standard output as bytes too. */
export interface SessionAnswer {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly bytes: Buffer;
}

/** Runs one command line on the host. */
export async function say(
  host: SimulatedHost,
  line: string,
  stdin?: string | Buffer,
): Promise<SessionAnswer> {
  const pieces: Buffer[] = [];
  const { exit, stdout, stderr } = await runSession(host, {
    line,
    ...(stdin === undefined ? {} : { stdin: Buffer.from(stdin) }),
    onOutput: (stream, text) => {
      if (stream === 'stdout') pieces.push(Buffer.from(text));
    },
  });
  return { exit, stdout, stderr, bytes: Buffer.concat(pieces) };
}
