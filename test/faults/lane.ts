import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FaultProxy } from '../support/fault-proxy.ts';
import { type SimulatedDokku, startSimulatedDokku } from '../support/simulated-host.ts';
import { APP } from './changes.ts';

/** One host behind sshd and a proxy, and one state directory: runs of a lane come one after the other. */
export interface Lane {
  readonly sim: SimulatedDokku;
  readonly proxy: FaultProxy;
  readonly config: string;
  readonly stateDir: string;
  /** True as soon as a change of this run is written down, and before it is sent. */
  begun(): boolean;
  /** The keepers that hold a job now. */
  keepers(): number[];
  /** The audit, one record a line. */
  audit(): AuditLine[];
  stop(): Promise<void>;
}

export interface AuditLine {
  readonly id: string;
  readonly phase: string;
  readonly result?: string;
  readonly resolved?: string;
}

/** So fast that a deploy takes a second, and so slow that a fault can strike while a command runs. */
const SPEED = 1 / 60;

export async function openLane(): Promise<Lane> {
  const sim = await startSimulatedDokku();
  await sim.given(`apps:create ${APP}`, `git:from-image ${APP} demo/web:1`);
  sim.host.speed = SPEED;
  const { port, knownHosts, directory } = sim.sshd;
  const proxy = await FaultProxy.start(port);
  const known = join(directory, 'known_hosts_of_proxy');
  writeFileSync(known, readFileSync(knownHosts, 'utf8').replace(`:${port} `, `:${proxy.port} `));
  const stateDir = mkdtempSync(join(tmpdir(), 'faults-'));
  return {
    sim,
    proxy,
    config: sim.configure({}, { port: proxy.port, known_hosts: known }),
    stateDir,
    begun: () =>
      names(join(stateDir, 'docs', 'open')).some((name) => name.endsWith('.json') && !name.startsWith('.')),
    keepers: () => names(join(stateDir, 'jobs')).flatMap((id) => holder(join(stateDir, 'jobs', id))),
    audit: () => auditOf(stateDir),
    stop: async () => {
      await proxy.close();
      await sim.stop();
      rmSync(stateDir, { recursive: true, force: true });
    },
  };
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** The process that carries a job which has not ended. */
function holder(job: string): number[] {
  const files = names(job);
  const lease = files.find((name) => /^keeper\.\d+\.lease$/.test(name));
  if (lease === undefined || files.includes('outcome.json')) return [];
  const pid = /"pid":(\d+)/.exec(readFileSync(join(job, lease), 'utf8'))?.[1];
  return pid === undefined ? [] : [Number(pid)];
}

function auditOf(stateDir: string): AuditLine[] {
  const folder = join(stateDir, 'audit');
  const files = names(folder).filter((name) => name.endsWith('.jsonl'));
  const lines = files.flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'));
  const acts = lines.filter((line) => /"phase":"(?:intent|outcome)"/.test(line) && line.endsWith('}'));
  return acts.map((line) => JSON.parse(line) as AuditLine);
}
