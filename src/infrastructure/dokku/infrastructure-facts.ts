import { z } from 'zod';
import type { InstalledCertificate } from '../../domain/infrastructure/certificate.ts';
import type { Network, NetworkSettings, Phase } from '../../domain/infrastructure/network.ts';
import type { Mount, StorageEntry } from '../../domain/infrastructure/storage.ts';
import type { SurveyedApp } from '../../domain/infrastructure/survey.ts';
import { parseJson, parseLines, type Report, words } from './report.ts';

const networkList = z.array(
  z.object({
    Name: z.string(),
    ID: z.string(),
    Driver: z.string(),
    Scope: z.string(),
    DokkuManaged: z.boolean().default(false),
    Internal: z.boolean().default(false),
  }),
);

/** `network:list --format json`, or its bare names before Dokku 0.35.3; sorted, since docker's order changes. */
export function networksOf(stdout: string): readonly Network[] {
  const rows = stdout.trimStart().startsWith('[')
    ? parseJson('network:list', stdout, networkList).map((row) => ({
        name: row.Name,
        id: row.ID,
        driver: row.Driver,
        scope: row.Scope,
        dokkuManaged: row.DokkuManaged,
        internal: row.Internal,
      }))
    : parseLines(stdout).map((name) => ({
        name,
        id: '',
        driver: '',
        scope: '',
        dokkuManaged: false,
        internal: false,
      }));
  return rows.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Several networks of one phase are separated by commas (network:set joins them so) or blanks. */
const several = (value: string | undefined): readonly string[] => words(value?.replaceAll(',', ' '));

export function networkSettingsOf(report: Report): NetworkSettings {
  const phases = (prefix: string): Record<Phase, readonly string[]> => ({
    'initial-network': several(report[`${prefix}initial-network`]),
    'attach-post-create': several(report[`${prefix}attach-post-create`]),
    'attach-post-deploy': several(report[`${prefix}attach-post-deploy`]),
  });
  const own = phases('');
  const computed = phases('computed-');
  const inForce = (phase: Phase): readonly string[] =>
    computed[phase].length > 0 ? computed[phase] : own[phase];
  return {
    own,
    attached: {
      'initial-network': inForce('initial-network'),
      'attach-post-create': inForce('attach-post-create'),
      'attach-post-deploy': inForce('attach-post-deploy'),
    },
    bindAllInterfaces: (report['computed-bind-all-interfaces'] || report['bind-all-interfaces']) === 'true',
    listeners: words(report['web-listeners']),
  };
}

/** Undefined without a certificate. Dates are openssl's: `Dec 13 18:03:45 2026 GMT`. */
export function certificateOf(report: Report): InstalledCertificate | undefined {
  if (report.enabled !== 'true') return undefined;
  const from = Date.parse(report['starts-at'] ?? '');
  const until = Date.parse(report['expires-at'] ?? '');
  return {
    names: words(report.hostnames).map((name) => name.toLowerCase()),
    issuer: report.issuer ?? '',
    subject: report.subject ?? '',
    verified: report.verified ?? '',
    ...(Number.isNaN(from) ? {} : { from }),
    ...(Number.isNaN(until) ? {} : { until }),
  };
}

const entryList = z.array(
  z.object({ name: z.string(), scheduler: z.string().default(''), host_path: z.string().default('') }),
);

export function entriesOf(stdout: string): readonly StorageEntry[] {
  return parseJson('storage:list-entries', stdout, entryList).map(({ name, scheduler, host_path }) => ({
    name,
    scheduler,
    hostPath: host_path,
  }));
}

/** `attachment-1-container-path` and so on of the text form (0.38); before that the `-v` options of deploys. */
export function mountsOf(app: string, report: Report): readonly Mount[] {
  const mounts: Mount[] = [];
  for (let number = 1; ; number += 1) {
    const of = (key: string): string => report[`attachment-${number}-${key}`] ?? '';
    if (of('container-path') === '') break;
    mounts.push({
      app,
      entry: of('entry-name'),
      hostPath: of('host-path'),
      containerPath: of('container-path'),
      readonly: of('readonly') === 'true',
      phases: of('phases')
        .split(',')
        .filter((phase) => phase !== ''),
      process: of('process-type') || '_default_',
    });
  }
  if (mounts.length > 0) return mounts;
  return [...(report['deploy-mounts'] ?? '').matchAll(/-v (\S+?):(\S+)/g)].map(
    ([, hostPath = '', rest = '']) => ({
      app,
      entry: '',
      hostPath,
      containerPath: rest.split(':')[0] ?? '',
      readonly: /(?:^|[:,])ro(?:,|$)/.test(rest),
      phases: ['deploy', 'run'],
      process: '_default_',
    }),
  );
}

/** `_all_`, `none`, or process types separated by commas. */
export function checksOf(value: string | undefined): readonly string[] {
  return several(value).filter((word) => word !== 'none');
}

/** Keys of the text form are words: `resource-web-limit-memory` becomes `web.limit.memory`. */
export function resourcesOf(report: Report): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(report).flatMap(([key, value]) => {
      const [, process, kind, what] = /^(?:resource-)?(.+)-(limit|reserve)-(.+)$/.exec(key) ?? [];
      return process === undefined || value === '' ? [] : [[`${process}.${kind}.${what}`, value] as const];
    }),
  );
}

export function httpAuthOf(report: Report): NonNullable<SurveyedApp['httpAuth']> {
  const own = (key: string): string => report[key] ?? report[`http-auth-${key}`] ?? '';
  return {
    enabled: own('enabled') === 'true',
    users: words(own('users')),
    addresses: words(own('allowed-ips')),
  };
}

/** Names of `--quiet letsencrypt:list`: the first word of each line. */
export function letsencryptApps(stdout: string): readonly string[] {
  return parseLines(stdout).map((line) => line.split(/\s+/)[0] ?? '');
}
