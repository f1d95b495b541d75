import { z } from 'zod';
import type { Command, DokkuClient } from '../../application/ports.ts';
import type { Application, BuildSummary } from '../../domain/application/application.ts';
import { DomainError } from '../../domain/errors.ts';
import { readBuilds } from './builds.ts';
import { type ContainerFacts, parseInspect, parseScale } from './processes.ts';
import { parseJson, parseLines, type Report } from './report.ts';
import type { ReportReader } from './report-reader.ts';
import { startWave } from './wave-signal.ts';

/** Everything one app is made of, part by part; a part that could not be read is undefined and named in `missing`. */
export interface ApplicationParts {
  readonly name: string;
  readonly apps: Report;
  readonly ps: Report;
  readonly git: Report | undefined;
  readonly domains: Report | undefined;
  readonly ports: Report | undefined;
  readonly network: Report | undefined;
  readonly certificate: Report | undefined;
  readonly proxy: Report | undefined;
  readonly resources: Report | undefined;
  readonly checks: Report | undefined;
  readonly scale: Readonly<Record<string, number>> | undefined;
  readonly configKeys: readonly string[] | undefined;
  readonly mounts: Application['mounts'] | undefined;
  readonly cron: Application['cron'] | undefined;
  readonly builds: readonly BuildSummary[] | undefined;
  readonly containers: readonly ContainerFacts[] | undefined;
  readonly missing: readonly Missing[];
}

type Missing = Application['missing'][number];

const mounts = z.array(
  z.object({
    host_path: z.string().optional(),
    entry_name: z.string().optional(),
    container_path: z.string(),
  }),
);
const tasks = z.array(z.object({ command: z.string(), schedule: z.string() }));

/** `ps:inspect` prints about 15 kB for each container. */
const keepBytes = 16 * 1024 * 1024;

/**
 * Reads one app in one wave of parallel commands, the slow ones first (ports:report and ps:report take 0.5-0.9 s, the
 * others 40-180 ms). apps:report and ps:report decide: without them there is no answer. `ps:inspect` follows as soon as
 * apps:report has shown that something was deployed; without containers it only fails, with a traceback. Faults:
 * APP_NOT_FOUND, and those of the two deciding reports; whatever else fails is told in `missing`.
 */
export async function readParts(
  client: DokkuClient,
  reports: ReportReader,
  name: string,
  signal: AbortSignal,
): Promise<ApplicationParts> {
  const wave = startWave(signal);
  const all = wave.signal;
  const missing: Missing[] = [];
  const optional = <T>(part: string, reading: Promise<T>): Promise<T | undefined> =>
    tolerate(part, reading, missing);
  const report = (part: string, command: string) => optional(part, reports.one(command, name, all));
  const read = async <T>(
    part: string,
    command: Command,
    parse: (stdout: string) => T,
  ): Promise<T | undefined> =>
    optional(
      part,
      client.execute(command, { signal: all, keepBytes }).then(({ stdout }) => parse(stdout)),
    );
  try {
    const ports = report('ports', 'ports:report');
    const ps = reports.one('ps:report', name, all);
    const apps = reports.one('apps:report', name, all);
    const containers = apps.then((known) =>
      (known['deploy-source'] ?? '') === ''
        ? undefined
        : read('restarts', { name: 'ps:inspect', args: [name] }, parseInspect),
    );
    const parts = await Promise.all([
      apps,
      ps,
      ports,
      containers,
      report('certificate', 'certs:report'),
      report('domains', 'domains:report'),
      report('git', 'git:report'),
      report('network', 'network:report'),
      report('proxy', 'proxy:report'),
      report('resources', 'resource:report'),
      report('checks', 'checks:report'),
      read('scale', { name: 'ps:scale', args: [name] }, parseScale),
      read('config', { name: 'config:keys', args: [name] }, parseLines),
      read('storage', { name: 'storage:list', args: [name, '--format', 'json'] }, parseMounts),
      read('cron', { name: 'cron:list', args: [name, '--format', 'json'] }, parseTasks),
      optional('builds', readBuilds(client, name, all)),
    ]);
    return {
      name,
      apps: parts[0],
      ps: parts[1],
      ports: parts[2],
      containers: parts[3],
      certificate: parts[4],
      domains: parts[5],
      git: parts[6],
      network: parts[7],
      proxy: parts[8],
      resources: parts[9],
      checks: parts[10],
      scale: parts[11],
      configKeys: parts[12],
      mounts: parts[13],
      cron: parts[14],
      builds: parts[15],
      missing,
    };
  } catch (error) {
    wave.stop();
    throw error;
  } finally {
    wave.release();
  }
}

/** An app that is not there and a reader that gave up end the whole reading; other failures cost one part. */
async function tolerate<T>(part: string, reading: Promise<T>, missing: Missing[]): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    const tolerable =
      error instanceof DomainError && error.code !== 'APP_NOT_FOUND' && error.code !== 'CANCELLED';
    if (!tolerable) throw error;
    missing.push({ part, reason: error.message });
    return undefined;
  }
}

function parseMounts(stdout: string): Application['mounts'] {
  return parseJson('storage:list', stdout, mounts).map(({ host_path, entry_name, container_path }) => ({
    from: host_path || entry_name || '',
    to: container_path,
  }));
}

function parseTasks(stdout: string): Application['cron'] {
  return parseJson('cron:list', stdout, tasks).map(({ command, schedule }) => ({ command, schedule }));
}
