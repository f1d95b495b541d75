import { z } from 'zod';
import {
  daysLeft,
  type InstalledCertificate,
  SOON_DAYS,
  uncovered,
} from '../../domain/infrastructure/certificate.ts';
import { defineQuery } from '../operation.ts';
import { table } from '../text.ts';
import { app, time } from './fields.ts';

const Row = z.object({
  app: z.string(),
  state: z.enum(['good', 'expiring', 'expired', 'names', 'none']),
  until: z.string().optional(),
  days_left: z.number().optional(),
  issuer: z.string().optional(),
  names: z.array(z.string()),
  domains: z.array(z.string()),
  uncovered: z.array(z.string()),
  chain: z.string().optional(),
});
type Row = z.input<typeof Row>;

export const certsInfo = defineQuery({
  name: 'certs_info',
  listed: false,
  title: 'TLS certificates of all apps',
  description:
    'One table of certificates (TLS, HTTPS, SSL): expiry, issuer, names, whether they cover the domains of the app, chain. Costs 0.1 s per certificate.',
  input: z.strictObject({
    app: app.optional().describe('Only this app'),
    expiring_days: z.int().min(1).max(365).optional().describe('Only those that end within so many days'),
  }),
  output: z.object({ certificates: z.array(Row), letsencrypt_plugin: z.boolean() }),
  async run({ app, expiring_days }, { apps, client, infrastructure, clock, signal }) {
    const [installed, { apps: summaries }, about] = await Promise.all([
      app === undefined
        ? infrastructure.certificates(signal)
        : infrastructure
            .certificate(app, signal)
            .then((one) => new Map(one === undefined ? [] : [[app, one]])),
      apps.getAll(signal),
      client.about(signal),
    ]);
    const now = clock.now();
    const rows = summaries
      .filter(({ name }) => app === undefined || name === app)
      .map(({ name, domains }) => rowOf(name, domains, installed.get(name), now))
      .filter(
        ({ days_left }) =>
          expiring_days === undefined || (days_left !== undefined && days_left <= expiring_days),
      )
      .sort((a, b) => (a.days_left ?? Number.POSITIVE_INFINITY) - (b.days_left ?? Number.POSITIVE_INFINITY));
    const plugin = about.plugins.some(({ name, enabled }) => name === 'letsencrypt' && enabled);
    return { data: { certificates: rows, letsencrypt_plugin: plugin }, text: describe(rows, plugin) };
  },
});

function rowOf(
  app: string,
  domains: readonly string[],
  certificate: InstalledCertificate | undefined,
  now: number,
): Row {
  if (certificate === undefined) {
    return { app, state: 'none', names: [], domains: [...domains], uncovered: [...domains] };
  }
  const { until, names, issuer, verified } = certificate;
  const missing = uncovered(names, domains);
  const left = until === undefined ? undefined : daysLeft(until, now);
  const state =
    until !== undefined && until <= now
      ? 'expired'
      : left !== undefined && left < SOON_DAYS
        ? 'expiring'
        : missing.length > 0
          ? 'names'
          : 'good';
  return {
    app,
    state,
    names: [...names],
    domains: [...domains],
    uncovered: [...missing],
    issuer,
    chain: verified,
    ...(until === undefined ? {} : { until: time(until) }),
    ...(left === undefined ? {} : { days_left: left }),
  };
}

function describe(rows: readonly Row[], plugin: boolean): string {
  const note = plugin
    ? "Let's Encrypt: certs_set with action letsencrypt_enable."
    : 'The letsencrypt plugin is not on this host; an administrator runs: sudo dokku plugin:install https://github.com/dokku/dokku-letsencrypt.git';
  if (rows.length === 0) return `No app matches. ${note}`;
  const shown = rows.map((row) => [
    row.app,
    row.state,
    row.until === undefined ? '-' : `${row.until.slice(0, 10)} (${row.days_left} days)`,
    row.names.join(' ') || '-',
    row.state === 'none' ? row.domains.join(' ') || '-' : row.uncovered.join(' ') || '-',
    row.issuer ?? '-',
  ]);
  return `${table(['app', 'state', 'until', 'names', 'domains without', 'issuer'], shown)}\n${note}`;
}
