import { z } from 'zod';
import type { DokkuClient } from '../../application/ports.ts';
import type { BuildStatus, BuildSummary } from '../../domain/application/application.ts';
import { DomainError } from '../../domain/errors.ts';
import { sanitize } from '../../domain/sanitize.ts';
import { parseJson, type Report } from './report.ts';

const buildRecords = z.array(
  z.object({
    id: z.string(),
    app: z.string().optional(),
    kind: z.string(),
    source: z.string(),
    status: z.string(),
    display_status: z.string().optional(),
    started_at: z.string(),
    finished_at: z.string().optional(),
    exit_code: z.number().optional(),
  }),
);
type BuildRecord = z.infer<typeof buildRecords>[number];

/** A whole log; Dokku keeps them on disk, and a build with all of its output is rarely above some hundred kB. */
const logBytes = 32 * 1024 * 1024;

/**
 * What a build record says. `display_status` decides: Dokku's `status` stays `running` when the process is long dead.
 * Exit code -1 means that nobody wrote the end (plugins/builds; seen for syncs that built nothing and for restarts
 * that succeeded), so it proves no failure; `builds:cancel` writes -1 too, with `canceled`.
 */
export function buildStatus(shown: string, exit: number | undefined): BuildStatus {
  switch (shown) {
    case 'running':
    case 'succeeded':
    case 'canceled':
      return shown;
    case 'failed':
      return exit === -1 ? 'interrupted' : 'failed';
    default:
      return 'interrupted';
  }
}

/** An app's build records (Dokku >= 0.38), newest first, at most as many as Dokku keeps (20). */
export async function readBuilds(
  client: DokkuClient,
  app: string,
  signal?: AbortSignal,
): Promise<readonly BuildSummary[]> {
  const records = await readRecords(client, [app], signal);
  return records.map(summaryOf);
}

/** The build that runs right now, for each app that has one; one command for the whole host. */
export async function readRunningBuilds(
  client: DokkuClient,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, BuildSummary>> {
  const running = new Map<string, BuildSummary>();
  for (const record of await readRecords(client, [], signal)) {
    const summary = summaryOf(record);
    if (summary.status === 'running' && record.app !== undefined) running.set(record.app, summary);
  }
  return running;
}

/** The last build record as `builds:report` has it; undefined when the app has none. */
export function buildOfReport(report: Report | undefined): BuildSummary | undefined {
  const id = report?.['build-id'];
  if (report === undefined || id === undefined || id === '') return undefined;
  const code = report['build-exit-code'];
  return summaryOf({
    id,
    kind: report['build-kind'] ?? '',
    source: report['build-source'] ?? '',
    status: report['build-status'] ?? '',
    started_at: report['build-started-at'] ?? '',
    finished_at: report['build-finished-at'] || undefined,
    exit_code: code === undefined || code === '' ? undefined : Number(code),
  });
}

/**
 * The output of one build, complete as Dokku kept it, without control sequences. Faults: NOT_FOUND for an id that
 * the app does not have (`builds:output` itself answers that with nothing and exit 0).
 */
export async function readBuildOutput(
  client: DokkuClient,
  app: string,
  build: string,
  signal?: AbortSignal,
): Promise<string> {
  const options = { keepBytes: logBytes, ...(signal === undefined ? {} : { signal }) };
  const { stdout, truncated } = await client.execute({ name: 'builds:output', args: [app, build] }, options);
  const output = sanitize(stdout);
  if (truncated) return `[The output is longer than ${logBytes} bytes: its middle is left out.]\n${output}`;
  if (output !== '') return output;
  const known = await readBuilds(client, app, signal);
  if (known.some(({ id }) => id === build)) return output;
  throw new DomainError('NOT_FOUND', {
    what: 'build',
    name: build,
    nearest: known.slice(0, 3).map(({ id }) => id),
  });
}

async function readRecords(
  client: DokkuClient,
  apps: readonly string[],
  signal: AbortSignal | undefined,
): Promise<readonly BuildRecord[]> {
  const { stdout } = await client.execute(
    { name: 'builds:list', args: [...apps, '--format', 'json'] },
    signal === undefined ? {} : { signal },
  );
  return parseJson('builds:list', stdout, buildRecords);
}

function summaryOf(record: BuildRecord): BuildSummary {
  const { id, kind, source, status, display_status, started_at, finished_at, exit_code } = record;
  const finishedAt = finished_at === undefined ? Number.NaN : Date.parse(finished_at);
  return {
    id,
    status: buildStatus(display_status ?? status, exit_code),
    kind: kind === 'deploy' ? 'deploy' : 'build',
    source,
    startedAt: Date.parse(started_at),
    ...(Number.isNaN(finishedAt) ? {} : { finishedAt }),
    ...(exit_code === undefined ? {} : { exitCode: exit_code }),
  };
}
