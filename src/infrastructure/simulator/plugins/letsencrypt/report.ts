import { property } from '../../access.ts';
import type { SimulatedHost } from '../../host.ts';
import type { SimulatedApp } from '../../state.ts';
import { type ReportRows, shellReport } from '../shell-report.ts';
import { expiration, isActive } from './expiry.ts';
import { providerKeys, type Settings, settingsOf } from './settings.ts';

/** Every setting by the name of its property, in the order of the report. */
const settings: readonly (readonly [string, (known: Settings) => string])[] = [
  ['dns-provider', (known) => known.dnsProvider],
  ['email', (known) => known.email],
  ['graceperiod', (known) => known.graceperiod],
  ['lego-args', (known) => known.legoArgs],
  ['lego-docker-options', (known) => known.legoDockerOptions],
  ['server', (known) => known.server],
];

type Row = readonly [string, string];

function appRows(host: SimulatedHost, app: SimulatedApp): ReportRows {
  const known = settingsOf(host, app);
  const tiers = (key: string, value: string): Row[] => [
    [`letsencrypt-computed-${key}`, value],
    [`letsencrypt-global-${key}`, property(host, 'letsencrypt', '--global', key)],
    [`letsencrypt-${key}`, property(host, 'letsencrypt', app, key)],
  ];
  // The end of the certificate stands between two settings.
  const [provider = [], email = [], ...others] = settings.map(([key, pick]) => tiers(key, pick(known)));
  // Only those of a provider's secrets are shown that are set.
  const secrets = providerKeys(host, app).flatMap((key) => {
    const own = property(host, 'letsencrypt', app, key);
    return tiers(key, own || property(host, 'letsencrypt', '--global', key));
  });
  return [
    ['letsencrypt-active', String(isActive(app))],
    ['letsencrypt-autorenew', String(host.letsencrypt.autorenew)],
    ...provider,
    ...email,
    ['letsencrypt-expiration', String(expiration(app) ?? '')],
    ...others.flat(),
    ...secrets.filter(([, value]) => value !== ''),
  ];
}

function globalRows(host: SimulatedHost): ReportRows {
  const keys = [...settings.map(([key]) => key), ...providerKeys(host, '--global')];
  return keys.map((key) => [`letsencrypt-global-${key}`, property(host, 'letsencrypt', '--global', key)]);
}

/** `letsencrypt:report`, which shows the secrets of DNS providers in full. */
export const report = shellReport({
  plugin: 'letsencrypt',
  rows: ({ host }, app) => appRows(host, app),
  global: ({ host }) => globalRows(host),
  cost: { base: 130, perApp: 350 },
});

/** The plugin's part of `dokku report`, where stars stand for those secrets. */
export const reportWithoutSecrets = shellReport({
  plugin: 'letsencrypt',
  rows: ({ host }, app) =>
    appRows(host, app).map(([key, value]) => [key, key.includes('dns-provider-') ? '****' : value]),
  cost: { base: 130, perApp: 350 },
});
