import type { DokkuClient } from '../../application/ports.ts';
import type { BuildSummary, Source } from '../../domain/application/application.ts';
import type { Deployment } from '../../domain/application/deployment.ts';
import { servedSource } from '../../domain/application/served-source.ts';
import { DomainError } from '../../domain/errors.ts';
import { readBuilds } from '../dokku/builds.ts';
import { ReportReader } from '../dokku/report-reader.ts';

/** Sources that Dokku writes in the record of a command (plugins/builds; measured); no entry: it leaves no record. */
const RECORDS: Readonly<Record<string, readonly string[]>> = {
  'git:from-image': ['git:from-image'],
  'git:sync': ['git:sync'],
  'git:from-archive': ['git:from-archive'],
  'git:load-image': ['git:load-image'],
  'ps:rebuild': ['ps:rebuild'],
  'ps:restart': ['ps:restart'],
  'ps:start': ['deploy', 'ps:start'],
  'config:set': ['config-redeploy'],
  'config:unset': ['config-redeploy'],
  'config:import': ['config-redeploy'],
  'config:clear': ['config-redeploy'],
};

/** The app's build records, or undefined on a host below 0.38, which keeps none. */
export async function readRecords(
  client: DokkuClient,
  app: string,
  signal?: AbortSignal,
): Promise<readonly BuildSummary[] | undefined> {
  try {
    return await readBuilds(client, app, signal);
  } catch (error) {
    if (DomainError.is(error, 'UNSUPPORTED')) return undefined;
    throw error;
  }
}

/** True when the host keeps a record of this command. */
export function leavesRecord(command: string, records: readonly BuildSummary[] | undefined): boolean {
  return records !== undefined && command in RECORDS;
}

/** The record that this command made: new since it was sent, with its source. Undefined when several would fit. */
export function findOwnBuild(
  records: readonly BuildSummary[],
  known: readonly string[],
  command: string,
): BuildSummary | undefined {
  const sources = RECORDS[command] ?? [];
  const fitting = records.filter(({ id, source }) => !known.includes(id) && sources.includes(source));
  return fitting.length === 1 ? fitting[0] : undefined;
}

/** What the app was last deployed from with success; undefined when it never was. */
export async function readSource(
  client: DokkuClient,
  app: string,
  signal?: AbortSignal,
): Promise<Source | undefined> {
  const report = await new ReportReader(client).one(
    'apps:report',
    app,
    signal ?? new AbortController().signal,
  );
  return servedSource(report['deploy-source'] ?? '', report['deploy-source-metadata'] ?? '');
}

/** What serves now: processes and their state from ps:report, the source from apps:report, URLs from the output. */
export async function readServes(
  client: DokkuClient,
  app: string,
  output: readonly string[],
): Promise<NonNullable<Deployment['serves']>> {
  const signal = new AbortController().signal;
  const report = await new ReportReader(client).one('ps:report', app, signal);
  const source = await readSource(client, app, signal);
  const running = report.running;
  return {
    running: running === 'true' || running === 'mixed' ? running : 'false',
    processes: Number(report.processes ?? '0'),
    ...(source === undefined ? {} : { source }),
    urls: deployedUrls(output),
  };
}

/** The addresses under Dokku's closing line; asking for them again costs a second (`urls` detects the ports anew). */
function deployedUrls(output: readonly string[]): string[] {
  const at = output.lastIndexOf('=====> Application deployed:');
  if (at === -1) return [];
  return output
    .slice(at + 1)
    .map((line) => /^ {7}(https?:\/\/\S+)$/.exec(line)?.[1])
    .filter((url) => url !== undefined);
}
