import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSshTransport, type SshOptions } from '../src/infrastructure/ssh/transport.ts';
import type { Transport } from '../src/infrastructure/transport.ts';
import { type Session, startSession } from '../test/support/mcp.ts';
import { type Sshd, startSshd } from '../test/support/sshd.ts';
import type { Goal } from './report.ts';
import { output, Stub } from './stub.ts';

/** How much of each claim is measured. */
export interface Effort {
  /** The number of rounds: the first when there is time, the second for a smoke test. */
  rounds(full: number, quick: number): number;
  /** The goal: a smoke test has one that only a real fault misses. */
  goal(full: Goal, quick: Goal): Goal;
}

/** Where the contenders meet: a stub for dokku, and an sshd of our own with default limits in front of it. */
export interface Stage {
  readonly directory: string;
  readonly stub: Stub;
  readonly sshd: Sshd;
  readonly effort: Effort;
  /** Our transport to the stub, closed with the stage. */
  readonly transport: Transport;
  /** Our server, started as a client starts it, with a real client before it and the sshd behind it. */
  session(sshd: Sshd): Promise<Session>;
  /** `ssh` started for one command, as a program without a lasting connection does. */
  spawnSsh(line: string): Promise<string>;
  /** Called in turn when the stage is taken down. */
  later(action: () => unknown): void;
  close(): Promise<void>;
}

/** No bench asks a DNS. */
const monitoring = { probe_after_deploy: false };

/** Limits that count every call and refuse none: a bench asks more in a minute than any client should. */
export const security = {
  rate_limits: { reads: 1_000_000, changes: 1_000_000, destructive: 1_000_000 },
};

export async function setStage(effort: Effort): Promise<Stage> {
  const directory = mkdtempSync(join(tmpdir(), 'dokku-mcp-bench-'));
  const stub = new Stub(directory);
  const sshd = await startSshd({ forcedCommand: stub.path });
  const transport = createSshTransport(target(sshd));
  const closing: (() => unknown)[] = [
    () => rmSync(directory, { recursive: true, force: true }),
    () => sshd.stop(),
    () => transport.close(),
  ];
  return {
    directory,
    stub,
    sshd,
    effort,
    transport,
    session: async (to) => {
      const config = join(directory, `config-${to.port}.yaml`);
      writeFileSync(
        config,
        JSON.stringify({ security, monitoring, dokku: { hosts: { bench: hostConfig(to) } } }),
      );
      const session = await startSession({ era: '2026-07-28', args: ['--config', config] });
      closing.push(() => session.close());
      return session;
    },
    spawnSsh: (line) => output('ssh', sshArguments(sshd, line)),
    later: (action) => closing.push(action),
    close: async () => {
      for (const action of closing.reverse()) await action();
    },
  };
}

/** What our transport needs to log in to an sshd of the bench. */
export function target({ destination, port, identity, knownHosts }: Sshd): SshOptions {
  return { name: 'bench', destination, port, identity, knownHosts };
}

/** Runs one read over our transport; anything but exit 0 is thrown. */
export async function run(transport: Transport, line: string): Promise<string> {
  const { exit, stdout } = await transport.exec({
    line,
    label: 'bench',
    deadlineMs: 60_000,
    repeatable: true,
  });
  if (exit !== 0) throw new Error(`${line}: exit ${exit}`);
  return stdout.data.toString();
}

function hostConfig({ destination, port, identity, knownHosts }: Sshd) {
  return { destination, port, identity, known_hosts: knownHosts };
}

function sshArguments({ destination, port, identity, knownHosts }: Sshd, line: string): string[] {
  const settings = [
    'BatchMode=yes',
    'IdentitiesOnly=yes',
    `UserKnownHostsFile=${knownHosts}`,
    'ControlMaster=no',
    'ControlPath=none',
    'LogLevel=ERROR',
  ];
  const options = settings.flatMap((setting) => ['-o', setting]);
  return ['-T', '-F', 'none', '-p', String(port), '-i', identity, ...options, '--', destination, line];
}
