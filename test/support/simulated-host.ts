import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { serveHost } from '../../src/infrastructure/simulator/daemon.ts';
import { SimulatedHost, type SimulatedHostOptions } from '../../src/infrastructure/simulator/host.ts';
import { startSshd, type Sshd } from './sshd.ts';

/** A simulated Dokku behind a real OpenSSH server, and the flags with which the product reaches it. */
export interface SimulatedDokku {
  readonly host: SimulatedHost;
  readonly sshd: Sshd;
  /** A configuration file with this one host, named `sim`. */
  readonly config: string;
  stop(): Promise<void>;
}

/** Starts both; every SSH command is handed to the one host in this process. */
export async function startSimulatedDokku(options: SimulatedHostOptions = {}): Promise<SimulatedDokku> {
  const folder = await mkdtemp(join(tmpdir(), 'sim-'));
  const socket = join(folder, 'host.sock');
  const script = join(folder, 'forced-command.mjs');
  const host = new SimulatedHost(options);
  const server = await serveHost(host, socket);
  await build({
    entryPoints: [resolve('test/support/forced-command.ts')],
    outfile: script,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  });
  const sshd = await startSshd({ forcedCommand: `DOKKU_SIMULATOR_SOCKET=${socket} ${process.execPath} ${script}` });
  const config = join(folder, 'config.yaml');
  const entry = { destination: sshd.destination, port: sshd.port, identity: sshd.identity, known_hosts: sshd.knownHosts };
  await writeFile(config, JSON.stringify({ dokku: { hosts: { sim: entry } } }));
  return {
    host,
    sshd,
    config,
    stop: async () => {
      await sshd.stop();
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
