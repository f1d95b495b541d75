import type { DokkuClient } from '../../application/ports.ts';
import { DomainError } from '../../domain/errors.ts';
import type { SurveyedApp } from '../../domain/infrastructure/survey.ts';
import { readBuilds } from './builds.ts';
import { parseInspect } from './processes.ts';
import { parseTextReports } from './report.ts';
import { text } from './text.ts';

/** Most apps whose troubles are looked at one by one; a host with more has one trouble, not many. */
const MOST = 20;

/**
 * The reads that Dokku has only per app: `config:keys` of every app (50 ms; the only command that tells an environment
 * that cannot be read), `ps:report` of those that are down, `builds:list` of those whose last build failed, and with
 * `deep` also `ps:inspect` of those that run (0.3 s; the only trace of a crash that docker healed).
 */
export async function lookCloser(
  client: DokkuClient,
  apps: readonly SurveyedApp[],
  { deep }: { readonly deep: boolean },
  signal?: AbortSignal,
): Promise<{ readonly apps: readonly SurveyedApp[]; readonly perApp: Readonly<Record<string, number>> }> {
  const perApp: Record<string, number> = {};
  const limited = { 'ps:report': 0, 'builds:list': 0 };
  const count = (name: string): void => {
    perApp[name] = (perApp[name] ?? 0) + 1;
  };
  const within = (name: keyof typeof limited): boolean => {
    limited[name] += 1;
    return limited[name] <= MOST;
  };
  const looked = await Promise.all(
    apps.map(async (app): Promise<SurveyedApp> => {
      const { name, running, state, lastBuild } = app.summary;
      const down = state === 'deployed' && (running?.value === 'false' || running?.value === 'mixed');
      const failed = lastBuild?.status === 'failed';
      count('config:keys');
      const reads: Promise<Partial<SurveyedApp>>[] = [readable(client, name, signal)];
      if (down && within('ps:report')) {
        count('ps:report');
        reads.push(processes(client, name, signal));
      }
      if (failed && within('builds:list')) {
        count('builds:list');
        reads.push(failures(client, name, signal));
      }
      if (deep && state === 'deployed' && running?.value !== 'false') {
        count('ps:inspect');
        reads.push(restarts(client, name, signal));
      }
      return Object.assign({ ...app }, ...(await Promise.all(reads)));
    }),
  );
  return { apps: looked, perApp };
}

/** What fails for another reason than the one looked for leaves the app as it is: it may just have been removed. */
async function tolerant(reading: Promise<Partial<SurveyedApp>>): Promise<Partial<SurveyedApp>> {
  try {
    return await reading;
  } catch (error) {
    if (!(error instanceof DomainError) || error.code === 'CANCELLED') throw error;
    return {};
  }
}

async function readable(
  client: DokkuClient,
  app: string,
  signal?: AbortSignal,
): Promise<Partial<SurveyedApp>> {
  try {
    await text(client, { name: 'config:keys', args: [app] }, signal);
    return {};
  } catch (error) {
    if (DomainError.is(error, 'POISONED_CONFIG'))
      return { unreadable: `config:keys: ${error.details.reason}` };
    return await tolerant(Promise.reject(error));
  }
}

function processes(client: DokkuClient, app: string, signal?: AbortSignal): Promise<Partial<SurveyedApp>> {
  return tolerant(
    text(client, { name: 'ps:report', args: [app] }, signal).then((stdout) => {
      const report = parseTextReports('ps:report', stdout).get(app) ?? {};
      const states = Object.entries(report).flatMap(([key, value]) => {
        const [, type, index] = /^status-(.+)-(\d+)$/.exec(key) ?? [];
        return type === undefined ? [] : [`${type}.${index} ${value.split(' ')[0]}`];
      });
      return { processes: states };
    }),
  );
}

function failures(client: DokkuClient, app: string, signal?: AbortSignal): Promise<Partial<SurveyedApp>> {
  return tolerant(
    readBuilds(client, app, signal).then((builds) => {
      const good = builds.findIndex(({ status }) => status === 'succeeded');
      const newer = good < 0 ? builds : builds.slice(0, good);
      return { failedInARow: newer.filter(({ status }) => status === 'failed').length };
    }),
  );
}

function restarts(client: DokkuClient, app: string, signal?: AbortSignal): Promise<Partial<SurveyedApp>> {
  return tolerant(
    text(client, { name: 'ps:inspect', args: [app] }, signal).then((stdout) => ({
      restarts: parseInspect(stdout).reduce((sum, { restarts = 0 }) => sum + restarts, 0),
    })),
  );
}
