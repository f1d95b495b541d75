import type { DokkuClient } from '../../application/ports.ts';
import { DomainError } from '../../domain/errors.ts';
import type { AppSettings, HostSurvey, SurveyedApp } from '../../domain/infrastructure/survey.ts';
import { type Column, readColumns } from './columns.ts';
import { counting } from './counting.ts';
import { checksOf, resourcesOf } from './infrastructure-facts.ts';
import {
  readCertificates,
  readEntries,
  readMounts,
  readNetworkSettings,
  readNetworks,
  readServer,
  reports,
} from './infrastructure-reports.ts';
import { runningOf } from './live-states.ts';
import { type FlatSummary, readOverview } from './overview.ts';
import { type Report, words } from './report.ts';
import { lookCloser } from './survey-closer.ts';
import { type Optional, readExtras } from './survey-extras.ts';
import { withDetectedPorts } from './survey-ports.ts';
import { text } from './text.ts';
import { startWave } from './wave-signal.ts';

/** `ps:report --running` asks docker about every process: 0.16 s an app. */
const LIVE: Column = { command: 'ps:report', key: '--running', deadlineMs: 120_000 };
const PORTS: Column = { command: 'ports:report', key: '--ports-map' };

/** Sent once, and yet slower with every app (measured: 160 ms an app, 100 ms a certificate). */
const SLOWER = ['ps:report --running', 'certs:report'];

/**
 * Walks a host: one command a report, whatever the number of apps, and then the few reads that Dokku has only per app
 * (see {@link lookCloser}). A part that cannot be read is named in `missing` and never taken for empty; apps that cannot
 * be listed at all are a fault.
 */
export async function readSurvey(
  client: DokkuClient,
  now: () => number,
  options: { readonly deep: boolean },
  signal?: AbortSignal,
): Promise<HostSurvey> {
  const wave = startWave(signal);
  try {
    return await walk(client, now, options, wave.signal);
  } catch (error) {
    wave.stop();
    throw error;
  } finally {
    wave.release();
  }
}

async function walk(
  inner: DokkuClient,
  now: () => number,
  { deep }: { readonly deep: boolean },
  signal: AbortSignal,
): Promise<HostSurvey> {
  const { client, sent } = counting(inner);
  const missing: { part: string; reason: string }[] = [];
  const optional = async <T>(part: string, reading: Promise<T>, otherwise: T): Promise<T> => {
    try {
      return await reading;
    } catch (error) {
      if (!(error instanceof DomainError) || error.code === 'CANCELLED') throw error;
      missing.push({ part, reason: error.message });
      return otherwise;
    }
  };
  const about = await client.about(signal);
  const at = now();
  const none = new Map<string, never>();
  const [
    overview,
    server,
    networks,
    settings,
    network,
    certificates,
    entries,
    mounts,
    columns,
    extras,
    logMaxSize,
  ] = await Promise.all([
    readOverview(client, signal),
    optional('server', readServer(client, signal), undefined),
    optional('networks', readNetworks(client, signal), []),
    readSettings(client, optional, signal),
    optional('network settings', readNetworkSettings(client, signal), none),
    optional('certificates', readCertificates(client, signal), none),
    optional('storage entries', readEntries(client, signal), []),
    optional('storage', readMounts(client, signal), none),
    optional('live state and ports', readColumns(client, [LIVE, PORTS], signal), undefined),
    readExtras(client, about, optional, signal),
    optional('log settings', readLogSize(client, signal), undefined),
  ]);
  const base = overview.map((flat): SurveyedApp => {
    const { name } = flat;
    const [running, ports] = columns?.get(name) ?? [];
    const known = settings.get(name);
    return {
      summary: withLive(flat, running, at),
      mounts: mounts.get(name) ?? [],
      ...present({
        settings: known === undefined ? undefined : { ...known, ports: words(ports) },
        network: network.get(name),
        certificate: certificates.get(name),
        maintenance: extras.maintenance.get(name),
        httpAuth: extras.httpAuth.get(name),
      }),
    };
  });
  const routed = await withDetectedPorts(client, base, signal);
  const closer = await lookCloser(client, routed.apps, { deep }, signal);
  return {
    at,
    about,
    apps: closer.apps,
    networks,
    entries,
    ...present({
      server,
      logMaxSize,
      autoRenew: extras.autoRenew,
      letsencrypt: extras.letsencrypt,
    }),
    missing,
    cost: {
      commands: [...sent.values()].reduce((sum, count) => sum + count, 0),
      perApp: { ...closer.perApp, ...(routed.asked === 0 ? {} : { 'ports:report': routed.asked }) },
      slowerWithApps: SLOWER,
    },
  };
}

/** The values that are there. */
function present<T extends object>(values: T): { readonly [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    readonly [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

function withLive(flat: FlatSummary, running: string | undefined, at: number): SurveyedApp['summary'] {
  const value = runningOf(running);
  return value === undefined ? flat : { ...flat, running: { value, at } };
}

/** Five flat reports; an app that one of them lacks has no settings. */
async function readSettings(
  client: DokkuClient,
  optional: Optional,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, AppSettings>> {
  const none: ReadonlyMap<string, Report> = new Map();
  const read = (part: string, command: string) => optional(part, reports(client, command, signal), none);
  const [proxy, checks, resources, scheduler, cron] = await Promise.all([
    read('proxy', 'proxy:report'),
    read('checks', 'checks:report'),
    read('resources', 'resource:report'),
    read('scheduler', 'scheduler:report'),
    read('cron', 'cron:report'),
  ]);
  return new Map(
    [...proxy]
      .filter(([app]) => checks.has(app) && resources.has(app))
      .map(([app, report]) => [
        app,
        {
          proxy: { enabled: report.enabled !== 'false', type: report['computed-type'] || report.type || '' },
          checksDisabled: checksOf(checks.get(app)?.['disabled-list']),
          checksSkipped: checksOf(checks.get(app)?.['skipped-list']),
          resources: resourcesOf(resources.get(app) ?? {}),
          scheduler: scheduler.get(app)?.['computed-selected'] || 'docker-local',
          cron: {
            tasks: Number(cron.get(app)?.['task-count'] ?? 0),
            maintenance: cron.get(app)?.['computed-maintenance'] === 'true',
          },
          ports: [],
        },
      ]),
  );
}

async function readLogSize(client: DokkuClient, signal?: AbortSignal): Promise<string | undefined> {
  const args = ['--global', '--logs-computed-max-size'];
  return (await text(client, { name: 'logs:report', args }, signal)).trim() || undefined;
}
