import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SshEvent } from '../../src/infrastructure/ssh/carrier.ts';
import { createSshTransport, type SshOptions } from '../../src/infrastructure/ssh/transport.ts';
import type { ExecOutcome, ExecRequest, Transport } from '../../src/infrastructure/transport.ts';
import type { Sshd } from '../support/sshd.ts';

/** Runs whatever the client asked for, as an ordinary shell would. */
export const anyCommand = 'sh -c "$SSH_ORIGINAL_COMMAND"';

export interface Opened {
  readonly transport: Transport;
  readonly events: SshEvent[];
  /** Runs a read, unless the request says otherwise. */
  run(line: string, request?: Partial<ExecRequest>): Promise<ExecOutcome>;
}

/** A transport to the sshd, trusted and logged in as its client. */
export function open(sshd: Sshd, options: Partial<SshOptions> = {}): Opened {
  const events: SshEvent[] = [];
  const { destination, port, identity, knownHosts } = sshd;
  const onEvent = (event: SshEvent): void => void events.push(event);
  const transport = createSshTransport({
    name: 'box',
    destination,
    port,
    identity,
    knownHosts,
    onEvent,
    ...options,
  });
  const run: Opened['run'] = (line, request) =>
    transport.exec({ line, label: 'test', deadlineMs: 20_000, repeatable: true, ...request });
  return { transport, events, run };
}

/** Resolves when the condition holds; fails after 15 s. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 750; tries += 1) {
    if (await condition()) return;
    await sleep(20);
  }
  throw new Error('the condition never held');
}

/** Lets a command on the host wait until the test says go, and count its runs. */
export class Gate {
  readonly #path: string;
  readonly #folder: string;

  constructor(sshd: Sshd, name: string) {
    this.#folder = sshd.directory;
    this.#path = join(sshd.directory, name);
  }

  /** Shell words that note a run, wait for the gate or the end of the test, and go on. */
  get wait(): string {
    return `echo run >> ${this.#path}.runs; until [ -e ${this.#path} ] || [ ! -d ${this.#folder} ]; do sleep 0.05; done`;
  }

  /** Shell words that tell the test that the command has come to its end. */
  get done(): string {
    return `touch ${this.#path}.done`;
  }

  get isDone(): boolean {
    return existsSync(`${this.#path}.done`);
  }

  open(): Promise<void> {
    return writeFile(this.#path, '');
  }

  async runs(): Promise<number> {
    const text = await readFile(`${this.#path}.runs`, 'utf8').catch(() => '');
    return text.split('\n').length - 1;
  }

  begun(runs = 1): Promise<void> {
    return until(async () => (await this.runs()) >= runs);
  }
}

export const logins = async (sshd: Sshd): Promise<number> =>
  (await sshd.log()).split('\n').filter((line) => line.includes('Accepted publickey')).length;
