import type { SimulatedHost } from '../../host.ts';
import { factsOf } from '../../proxy/certificates.ts';
import type { SimulatedApp } from '../../state.ts';
import { certificateDomains, settingsOf } from './settings.ts';

/** True while the app serves the certificate that letsencrypt got for its first domain (fn-letsencrypt-is-active). */
export function isActive(app: SimulatedApp): boolean {
  const [first = ''] = certificateDomains(app);
  const { folders, current = '' } = app.letsencrypt ?? { folders: new Map<string, Map<string, string>>() };
  const issued = folders.get(current)?.get(first);
  return issued !== undefined && issued === shownCertificate(app);
}

/** The certificate the plugin looks at: what it installed last, also where another one has taken its place since. */
const shownCertificate = (app: SimulatedApp): string | undefined =>
  app.certificate?.letsencrypt ?? app.certificate?.certificate;

/** When that certificate ends, whoever issued it, in seconds since the epoch; undefined without one. */
export function expiration(app: SimulatedApp): number | undefined {
  const at = Date.parse(factsOf(shownCertificate(app) ?? '').expiresAt);
  return Number.isNaN(at) ? undefined : Math.floor(at / 1000);
}

/** One line of the table of apps with letsencrypt: all but the end are spans, in seconds. */
export interface Expiry {
  readonly app: SimulatedApp;
  readonly end: number;
  readonly untilEnd: number;
  readonly untilRenewal: number;
}

/** The app's dates on the host's clock. */
export function expiryOf(host: SimulatedHost, app: SimulatedApp): Expiry {
  const end = expiration(app) ?? 0;
  const untilEnd = end - Math.floor(host.now() / 1000);
  const grace = Number.parseInt(settingsOf(host, app).graceperiod, 10) || 0;
  return { app, end, untilEnd, untilRenewal: untilEnd - grace };
}

/** The dates of every app with letsencrypt, in the order of apps:list. */
export function everyExpiry(host: SimulatedHost): Expiry[] {
  const apps = host.appNames().flatMap((name) => host.apps.get(name) ?? []);
  return apps.filter(isActive).map((app) => expiryOf(host, app));
}

/** `89d, 23h, 59m, 48s`; parts that are zero are left out, what has passed ends in `ago`. */
export function timespan(seconds: number): string {
  const left = Math.abs(seconds);
  const parts = [
    [Math.floor(left / 86_400), 'd'],
    [Math.floor(left / 3600) % 24, 'h'],
    [Math.floor(left / 60) % 60, 'm'],
    [left % 60, 's'],
  ] as const;
  const text = parts
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count}${unit}`)
    .join(', ');
  return seconds < 0 ? `${text} ago` : text;
}
