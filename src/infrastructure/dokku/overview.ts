import type { DokkuClient } from '../../application/ports.ts';
import type { AppSummary, BuildSummary } from '../../domain/application/application.ts';
import { DomainError } from '../../domain/errors.ts';
import { buildOfReport, readRunningBuilds } from './builds.ts';
import { parseColumn, parseLines, parseTextReports, type Report, words } from './report.ts';
import { sourceOf, stateOf } from './sources.ts';
import { text } from './text.ts';

/** A summary without the live state, which is sampled apart. */
export type FlatSummary = Omit<AppSummary, 'running'>;

/**
 * All apps by commands whose cost hardly grows with their number: eight, six of them at once. Measured on a real
 * host: 40-120 ms each with 24 apps.
 *
 * apps:report and builds:report are read as text, in which every app has its name, so they need no join. The columns
 * (`ps:report --deployed` ...) have one bare line an app in the order of apps:list; they are believed only if the
 * list is the same before and after them and each has as many lines. Otherwise all is read once more, and if apps come
 * and go even then, the columns are asked for app by app.
 */
export async function readOverview(
  client: DokkuClient,
  signal?: AbortSignal,
): Promise<readonly FlatSummary[]> {
  return (
    (await readJoined(client, signal)) ?? (await readJoined(client, signal)) ?? readApart(client, signal)
  );
}

/** Names of all apps in Dokku's order (sorted byte-wise); works alike on every version. */
export async function readNames(client: DokkuClient, signal?: AbortSignal): Promise<readonly string[]> {
  return parseLines(await text(client, { name: 'apps:list', args: [], flags: ['quiet'] }, signal));
}

/** `X:report --key`: one value for each app, or for one. */
export async function readColumn(
  client: DokkuClient,
  command: string,
  args: readonly string[],
  options: { signal?: AbortSignal | undefined; deadlineMs?: number } = {},
): Promise<readonly string[]> {
  return parseColumn(await text(client, { name: command, args }, options.signal, options.deadlineMs));
}

interface Columns {
  readonly deployed: string;
  readonly restore: string;
  readonly domains: string;
}

interface Named {
  readonly apps: ReadonlyMap<string, Report>;
  readonly builds: ReadonlyMap<string, Report>;
  readonly running: ReadonlyMap<string, BuildSummary>;
}

const keys = {
  deployed: ['ps:report', '--deployed'],
  restore: ['ps:report', '--restore'],
  domains: ['domains:report', '--domains-app-vhosts'],
} as const;

async function readJoined(
  client: DokkuClient,
  signal: AbortSignal | undefined,
): Promise<readonly FlatSummary[] | undefined> {
  const before = await readNames(client, signal);
  if (before.length === 0) return [];
  const column = ([command, key]: readonly [string, string]) =>
    readColumn(client, command, [key], { signal });
  let parts: [Named, readonly string[], readonly string[], readonly string[]];
  try {
    parts = await Promise.all([
      readNamed(client, signal),
      column(keys.deployed),
      column(keys.restore),
      column(keys.domains),
    ]);
  } catch (error) {
    // A report over all apps ends early when one of them is removed meanwhile.
    if (DomainError.is(error, 'APP_NOT_FOUND')) return undefined;
    throw error;
  }
  const [named, deployed, restore, domains] = parts;
  const after = await readNames(client, signal);
  const same = after.length === before.length && after.every((name, index) => name === before[index]);
  const complete = [deployed, restore, domains].every((lines) => lines.length === before.length);
  if (!same || !complete || !before.every((name) => named.apps.has(name))) return undefined;
  return before.map((name, index) =>
    summaryOf(name, named, {
      deployed: deployed[index] ?? '',
      restore: restore[index] ?? '',
      domains: domains[index] ?? '',
    }),
  );
}

async function readApart(
  client: DokkuClient,
  signal: AbortSignal | undefined,
): Promise<readonly FlatSummary[]> {
  const named = await readNamed(client, signal);
  const one = async (app: string, [command, key]: readonly [string, string]): Promise<string> =>
    (await readColumn(client, command, [app, key], { signal }))[0] ?? '';
  const summaries = await Promise.all(
    [...named.apps.keys()].map(async (name) => {
      try {
        const [deployed, restore, domains] = await Promise.all([
          one(name, keys.deployed),
          one(name, keys.restore),
          one(name, keys.domains),
        ]);
        return [summaryOf(name, named, { deployed, restore, domains })];
      } catch (error) {
        if (DomainError.is(error, 'APP_NOT_FOUND')) return [];
        throw error;
      }
    }),
  );
  return summaries.flat();
}

async function readNamed(client: DokkuClient, signal: AbortSignal | undefined): Promise<Named> {
  const report = async (command: string): Promise<ReadonlyMap<string, Report>> =>
    parseTextReports(command, await text(client, { name: command, args: [] }, signal));
  const [apps, builds, running] = await Promise.all([
    report('apps:report'),
    since38(report('builds:report'), new Map<string, Report>()),
    since38(readRunningBuilds(client, signal), new Map<string, BuildSummary>()),
  ]);
  return { apps, builds, running };
}

/** Hosts before 0.38 keep no build records. */
async function since38<T>(reading: Promise<T>, otherwise: T): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (DomainError.is(error, 'UNSUPPORTED')) return otherwise;
    throw error;
  }
}

function summaryOf(name: string, { apps, builds, running }: Named, columns: Columns): FlatSummary {
  const report = apps.get(name) ?? {};
  const source = sourceOf(report);
  const lastBuild = running.get(name) ?? buildOfReport(builds.get(name));
  return {
    name,
    state: stateOf({
      building: running.has(name),
      deployed: columns.deployed === 'true',
      restore: columns.restore !== 'false',
    }),
    ...(source === undefined ? {} : { source }),
    ...(lastBuild === undefined ? {} : { lastBuild }),
    domains: words(columns.domains),
    locked: report.locked === 'true',
  };
}
