import { z } from 'zod';
import type { Application } from '../../domain/application/application.ts';
import { bareApplication } from '../../domain/application/bare-application.ts';
import type { AppFacts, LogLine, UnreadPart, VariableFacts } from '../../domain/application/cause.ts';
import { type BuildVerdict, buildsToRead, judgeBuilds } from '../../domain/application/failed-build.ts';
import { DomainError, type FailureCode } from '../../domain/errors.ts';
import { cap, sanitizeLine } from '../../domain/sanitize.ts';
import type { Context } from '../context.ts';
import { linkedServices } from './linked-services.ts';
import { readProxyLog } from './proxy-log.ts';

const LOG_LINES = 200;
const LONGEST_LINE = 1000;

/** Failures after which nothing else can be read either: they end the whole reading. */
const FINAL: ReadonlySet<FailureCode> = new Set<FailureCode>([
  'APP_NOT_FOUND',
  'AUTH_REFUSED',
  'CANCELLED',
  'HOST_KEY_CHANGED',
  'HOST_KEY_UNKNOWN',
  'HOST_NOT_CONFIGURED',
  'HOST_UNREACHABLE',
]);

/**
 * Reads what the causes of one app are told from, in parallel (the connection bounds how many commands are in flight).
 * Some thirty commands, none of them over all apps; with a warm connection 1 to 2 s on a real host. What cannot be
 * read is named in `unread`. Faults: those after which nothing can be read, APP_NOT_FOUND among them.
 */
export async function readAppFacts(app: string, context: Context): Promise<AppFacts> {
  const unread: UnreadPart[] = [];
  const attempt = async <T>(part: string, reading: Promise<T>, otherwise: T): Promise<T> => {
    try {
      return await reading;
    } catch (error) {
      if (!(error instanceof DomainError) || FINAL.has(error.code)) throw error;
      unread.push({ part, reason: error.message, code: error.code });
      return otherwise;
    }
  };
  const [application, services, log, failedLog, variables] = await Promise.all([
    attempt('state', context.apps.getByName(app, context.signal), unknownApp(app)),
    attempt('linked services', linkedServices(app, context), []),
    attempt('logs', readLog(app, context), []),
    attempt('failed containers', readFailedLog(app, context), []),
    // Values that were read are masked in every answer from then on, so no evidence shows one.
    attempt('config', readVariables(app, context), undefined),
  ]);
  unread.push(...application.missing.filter(({ part }) => !unread.some((known) => known.part === part)));
  const [verdict, proxyLog] = await Promise.all([
    attempt('last deploy', readVerdict(application, context), {}),
    attempt('requests', readProxyLog(application, context), undefined),
  ]);
  return {
    now: hostTime(application, context),
    application,
    services,
    log,
    failedLog,
    unread,
    ...(variables === undefined ? {} : { variables }),
    ...(proxyLog === undefined ? {} : { proxyLog }),
    ...verdict,
  };
}

/** What is known of the variables; the values themselves go no further. */
async function readVariables(app: string, context: Context): Promise<VariableFacts> {
  const [values, changedAt] = await Promise.all([
    context.config.getAll(app, context.signal),
    changedVariables(app, context),
  ]);
  return { empty: [...values].filter(([, value]) => value.trim() === '').map(([key]) => key), changedAt };
}

const Touched = z.object({ variables: z.record(z.string(), z.unknown()) });

/** When each variable was last set or unset from here. */
async function changedVariables(
  app: string,
  { journal, host }: Context,
): Promise<ReadonlyMap<string, number>> {
  const changes = (await journal.all(host)).filter((change) => change.app === app);
  return new Map(
    changes.flatMap(({ at, before }) => {
      const touched = Touched.safeParse(before);
      return touched.success ? Object.keys(touched.data.variables).map((key) => [key, at] as const) : [];
    }),
  );
}

/** Stands in for an app whose state cannot be read: nothing in it is a fault. */
function unknownApp(name: string): Application {
  return { ...bareApplication(name), state: 'deployed', running: 'true' };
}

/** Later than every moment that the host has named: its clock decides, and ours may be behind. */
function hostTime({ builds, processes }: Application, { clock }: Context): number {
  const moments = [
    ...builds.map(({ startedAt, finishedAt }) => finishedAt ?? startedAt),
    ...processes.map(({ startedAt }) => Date.parse(startedAt ?? '')),
  ];
  return Math.max(clock.now(), ...moments.filter((moment) => !Number.isNaN(moment)));
}

async function readVerdict({ name, builds, missing }: Application, context: Context): Promise<BuildVerdict> {
  if (missing.some(({ part, code }) => part === 'builds' && code === 'UNSUPPORTED')) {
    return await ledgerVerdict(name, context);
  }
  const read = await Promise.all(
    buildsToRead(builds).map(
      async ({ id }) => [id, await context.apps.buildOutput(name, id, context.signal)] as const,
    ),
  );
  return judgeBuilds(builds, new Map(read));
}

/** A host below Dokku 0.38 keeps no build records; what was deployed from here is known all the same. */
async function ledgerVerdict(app: string, { deployments, host }: Context): Promise<BuildVerdict> {
  const [newest] = await deployments.list(host, app);
  if (newest?.status !== 'failed') return {};
  const { id, startedAt } = newest;
  const { lines } = await deployments.log(id, 0, Number.MAX_SAFE_INTEGER);
  const build = { id, status: 'failed', kind: 'build', source: newest.source.kind, startedAt } as const;
  return judgeBuilds([build], new Map([[id, lines.join('\n')]]));
}

const LINE = /^\S+ app\[([^\]]+)\]: ?(.*)$/;

async function readLog(app: string, { client, signal }: Context): Promise<readonly LogLine[]> {
  try {
    const { stdout } = await client.execute(
      { name: 'logs', args: [app, '--num', String(LOG_LINES)] },
      { signal },
    );
    return stdout.split('\n').flatMap((raw) => {
      const [, process, text] = LINE.exec(sanitizeLine(raw)) ?? [];
      return process === undefined || text === undefined ? [] : [{ process, text: cap(text, LONGEST_LINE) }];
    });
  } catch (error) {
    if (DomainError.is(error, 'NOT_DEPLOYED')) return [];
    throw error;
  }
}

async function readFailedLog(app: string, { client, signal }: Context): Promise<readonly string[]> {
  const { stdout } = await client.execute(
    { name: 'logs:failed', args: [app], flags: ['quiet'] },
    { accept: [0, 1], signal },
  );
  return stdout
    .split('\n')
    .map(sanitizeLine)
    .filter((line) => line.trim() !== '');
}
