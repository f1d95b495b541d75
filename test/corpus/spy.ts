import type { Effect } from '../../src/application/ports.ts';
import { Catalogue } from '../../src/infrastructure/dokku/catalogue/catalogue.ts';
import { dispatch } from '../../src/infrastructure/dokku/dispatcher.ts';
import type { ExecOutcome, ExecRequest, Transport } from '../../src/infrastructure/transport.ts';

/** One command line that went to the host, and what the host's own parser makes of it. */
export interface Sent {
  readonly line: string;
  readonly argv: readonly string[];
  readonly effect: Effect;
  readonly stdin: string;
}

/** Sees every line on its way to the host. It is the oracle: what it has not seen did not happen. */
export class Wire {
  readonly sent: Sent[] = [];
  /** Standard output of the next `logs` and `run`, byte for byte, instead of the host's own. */
  hostile: Buffer | undefined;
  readonly #catalogue = new Catalogue();

  /** Starts to listen anew; what was sent is forgotten. */
  clear(): void {
    this.sent.length = 0;
  }

  get changes(): readonly Sent[] {
    return this.sent.filter(({ effect }) => effect !== 'read' && effect !== 'read-secret');
  }

  /** The transport, with this wire in between. */
  around(transport: Transport): Transport {
    return {
      exec: (request) => {
        const [name = ''] = this.#record(request);
        const bytes = this.hostile;
        const answers = bytes !== undefined && (name === 'logs' || name === 'run');
        return answers ? printed(bytes, request) : transport.exec(request);
      },
      close: () => transport.close(),
    };
  }

  #record({ line, stdin }: ExecRequest): readonly string[] {
    const { argv } = dispatch(line);
    const [name = '', ...args] = argv;
    const effect = this.#catalogue.effectOf({ name, args });
    this.sent.push({ line, argv, effect, stdin: stdin instanceof Uint8Array ? Buffer.from(stdin).toString() : '' });
    return argv;
  }
}

async function printed(bytes: Buffer, { onOutput, keepBytes = 1024 * 1024 }: ExecRequest): Promise<ExecOutcome> {
  for (let at = 0; at < bytes.length; at += 32_768) await onOutput?.('stdout', bytes.subarray(at, at + 32_768));
  const none = { data: Buffer.alloc(0), bytes: 0, truncated: false };
  const kept = { data: bytes.subarray(0, keepBytes), bytes: bytes.length, truncated: bytes.length > keepBytes };
  return { exit: 0, stdout: kept, stderr: none, durationMs: 1 };
}
