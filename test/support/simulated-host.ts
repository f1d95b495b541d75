import { existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { Catalogue } from '../../src/infrastructure/dokku/catalogue/catalogue.ts';
import { dispatch } from '../../src/infrastructure/dokku/dispatcher.ts';
import { serveHost } from '../../src/infrastructure/simulator/daemon.ts';
import { SimulatedHost, type SimulatedHostOptions } from '../../src/infrastructure/simulator/host.ts';
import { runSession } from '../../src/infrastructure/simulator/session.ts';
import { intercept } from './intercept.ts';
import { type Sshd, startSshd } from './sshd.ts';

/** A simulated Dokku behind a real OpenSSH server, and the flags with which the product reaches it. */
export interface SimulatedDokku {
  readonly host: SimulatedHost;
  readonly sshd: Sshd;
  /** A configuration file with this one host, named `sim`. */
  readonly config: string;
  /** Writes another configuration file: these settings, and the host reached as `entry` says otherwise. */
  configure(settings: Readonly<Record<string, unknown>>, entry?: Readonly<Record<string, unknown>>): string;
  /** Command lines that came in over SSH since the last `forget`, as sshd handed them over. */
  lines(): string[];
  /** The same as Dokku reads them: words joined by blanks. */
  commands(): string[];
  /** The commands among them that are no reads. */
  changes(): string[];
  /** Starts the record of lines again. */
  forget(): void;
  /**
   * What the host answers instead of its own answer, for commands that come in over SSH: text, or `hang` for a command
   * that never ends, `talk` for one that prints for ever. Undefined: its own.
   */
  answer: ((argv: readonly string[]) => string | 'hang' | 'talk' | undefined) | undefined;
  /** Sessions that talk so and that their client has not ended. */
  talking(): number;
  /** Runs commands on the host itself, past SSH, for what has to stand there before a test. */
  given(...commands: readonly string[]): Promise<void>;
  stop(): Promise<void>;
}

export interface SimulatedSshOptions {
  /** The script that stands before Dokku in authorized_keys; it is told which program Dokku is. */
  readonly fence?: (dokku: string) => string;
}

/** Puts the fence where sshcommand puts Dokku, with the same options. */
function fenced(directory: string, forcedCommand: string, fence: SimulatedSshOptions['fence']): string {
  const dokku = join(directory, 'dokku');
  writeFileSync(dokku, `#!/bin/sh\n${forcedCommand}\n`, { mode: 0o755 });
  writeFileSync(join(directory, 'fence.sh'), fence?.(dokku) ?? '', { mode: 0o755 });
  return `command="FINGERPRINT=x NAME=\\"laptop\\" ${directory}/fence.sh",no-agent-forwarding,no-user-rc,no-X11-forwarding,no-port-forwarding`;
}

const PERL = '/usr/bin/perl';
const UNLIMITED = { reads: 0, changes: 0, destructive: 0 };
const catalogue = new Catalogue();

/** Starts both; every SSH command is handed to the one host in this process. */
export async function startSimulatedDokku(
  options: SimulatedHostOptions & SimulatedSshOptions = {},
): Promise<SimulatedDokku> {
  const folder = await mkdtemp(join(tmpdir(), 'sim-'));
  const socket = join(folder, 'host.sock');
  const log = join(folder, 'lines');
  writeFileSync(log, '');
  const host = new SimulatedHost(options);
  const behind = join(folder, 'behind.sock');
  const server = await serveHost(host, behind);
  const front = await intercept(socket, behind, (argv) => sim.answer?.(argv));
  const forcedCommand = `DOKKU_SIMULATOR_SOCKET=${socket} DOKKU_SIMULATOR_LOG=${log} ${await program(folder)}`;
  const sshd = await startSshd(
    options.fence === undefined
      ? { forcedCommand }
      : { keyOptions: (directory) => fenced(directory, forcedCommand, options.fence) },
  );
  const reach = {
    destination: sshd.destination,
    port: sshd.port,
    identity: sshd.identity,
    known_hosts: sshd.knownHosts,
  };
  let files = 0;
  const configure: SimulatedDokku['configure'] = (settings, entry = {}) => {
    files += 1;
    const path = join(folder, `config-${files}.yaml`);
    const hosts = { sim: { ...reach, ...entry } };
    const dokku = { ...(settings.dokku as object | undefined), hosts };
    // Tests call faster than anybody who has to read the answers.
    const security = { rate_limits: UNLIMITED, ...(settings.security as object | undefined) };
    // No test asks a real DNS, unless it brings its own.
    const monitoring = { probe_after_deploy: false, ...(settings.monitoring as object | undefined) };
    writeFileSync(path, JSON.stringify({ ...settings, dokku, security, monitoring }));
    return path;
  };
  const lines = (): string[] =>
    readFileSync(log, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as string);
  const commands = (): string[] => lines().map((line) => dispatch(line).argv.join(' '));
  const sim: SimulatedDokku = {
    host,
    sshd,
    answer: undefined,
    talking: front.talking,
    config: configure({}),
    configure,
    lines,
    commands,
    changes: () => commands().filter((command) => !isRead(command)),
    forget: () => truncateSync(log),
    given: async (...wanted) => {
      for (const line of wanted) {
        const { exit, stdout, stderr } = await runSession(host, { line });
        if (exit !== 0) throw new Error(`${line} ended with ${exit}: ${stdout}${stderr}`);
      }
    },
    stop: async () => {
      await sshd.stop();
      await front.close();
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return sim;
}

function isRead(command: string): boolean {
  const [name = '', ...args] = command.split(' ');
  return /^read/.test(catalogue.effectOf({ name, args }));
}

/** The program that sshd runs for a command: perl starts in a quarter of node's time, and there are thousands. */
async function program(folder: string): Promise<string> {
  if (existsSync(PERL)) return `${PERL} ${resolve('test/support/forced-command.pl')}`;
  const script = join(folder, 'forced-command.mjs');
  await build({
    entryPoints: [resolve('test/support/forced-command.ts')],
    outfile: script,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  });
  return `${process.execPath} ${script}`;
}
