import type { Application } from '../../domain/application/application.ts';
import type { ApplicationParts } from './application-parts.ts';
import { runningOf } from './live-states.ts';
import { processesOf } from './processes.ts';
import { type Report, unexpected, words } from './report.ts';
import { sourceOf, stateOf } from './sources.ts';
import { urlsOf } from './urls.ts';

/**
 * Makes an app of what was read. `urls` is what the host printed where it had to be asked, otherwise they are computed
 * (see {@link computedUrls}). Parts that are missing stay empty here and are named in `missing`. Faults:
 * UNEXPECTED_OUTPUT when ps:report does not say whether the app runs.
 */
export function applicationOf(parts: ApplicationParts, urls?: readonly string[]): Application {
  const { name, apps, ps, git, ports, certificate, proxy } = parts;
  const running = runningOf(ps.running);
  if (running === undefined)
    throw unexpected('ps:report', 'it does not say whether the app runs', JSON.stringify(ps));
  const source = sourceOf(apps);
  const createdAt = Number(apps['created-at'] || Number.NaN) * 1000;
  const restartPolicy = ps['computed-restart-policy'] || ps['restart-policy'];
  const sha = git?.sha;
  const building = parts.builds?.some(({ status }) => status === 'running') === true;
  return {
    name,
    state: stateOf({ building, deployed: isDeployed(parts), restore: ps.restore !== 'false' }),
    ...(Number.isNaN(createdAt) ? {} : { createdAt }),
    locked: apps.locked === 'true',
    running,
    processes: processesOf(ps, parts.containers ?? []),
    scale: { desired: parts.scale ?? {}, fixedByAppJson: ps['can-scale'] === 'false' },
    ...(source === undefined ? {} : { source }),
    ...(sha !== undefined && /^[0-9a-f]{7,64}$/.test(sha) ? { gitSha: sha } : {}),
    domains: domainsOf(parts.domains),
    urls: urls ?? computedUrls(parts) ?? [],
    ports: { mapped: words(ports?.map), detected: words(ports?.['map-detected']) },
    listeners: words(parts.network?.['web-listeners']),
    certificate: certificateOf(certificate),
    proxy: {
      enabled: proxy?.enabled === 'true',
      type: proxy?.['computed-type'] || proxy?.type || '',
    },
    configKeys: [...(parts.configKeys ?? [])].sort(),
    mounts: parts.mounts ?? [],
    resources: withoutEmpty(parts.resources ?? {}),
    checks: withoutEmpty(checksOf(parts.checks)),
    ...(restartPolicy ? { restartPolicy } : {}),
    builds: parts.builds ?? [],
    cron: parts.cron ?? [],
    missing: [...parts.missing, ...missingUrls(parts)],
  };
}

/** True when processes were left by a deploy: only then does anything answer under a URL. */
function isDeployed({ ps }: ApplicationParts): boolean {
  return ps.deployed === 'true';
}

/**
 * The app's URLs out of its domains, ports, proxy and certificate, which saves the second that `urls` takes; undefined
 * when one of them is missing or only the host knows its name. None for an app that was never deployed.
 */
function computedUrls(parts: ApplicationParts): readonly string[] | undefined {
  const { domains, ports, proxy, certificate, network } = parts;
  if (!isDeployed(parts)) return [];
  if (!domains || !ports || !proxy || !certificate || !network) return undefined;
  const explicit = words(ports.map);
  return urlsOf({
    domains: domainsOf(domains),
    globalDomains: words(domains['global-vhosts']),
    proxied: proxy.enabled !== 'false',
    ports: explicit.length > 0 ? explicit : words(ports['map-detected']),
    listeners: words(network['web-listeners']),
    certificate: certificate.enabled === 'true',
  });
}

/** True when nothing is missing and still only `urls` itself can tell: neither the app nor the host has a domain. */
export function mustAskForUrls(parts: ApplicationParts): boolean {
  return computedUrls(parts) === undefined && missingUrls(parts).length === 0;
}

const routingParts: ReadonlySet<string> = new Set(['domains', 'ports', 'proxy', 'certificate', 'network']);

function missingUrls(parts: ApplicationParts): Application['missing'] {
  const lost = parts.missing.filter(({ part }) => routingParts.has(part)).map(({ part }) => part);
  if (lost.length === 0 || !isDeployed(parts)) return [];
  return [{ part: 'urls', reason: `They follow from ${lost.join(' and ')}, which could not be read.` }];
}

/** Domains count only while they are enabled (get_app_domains of plugins/domains). */
function domainsOf(report: Report | undefined): readonly string[] {
  return report?.['app-enabled'] === 'false' ? [] : words(report?.['app-vhosts']);
}

function certificateOf(report: Report | undefined): Application['certificate'] {
  const expires = Date.parse(report?.['expires-at'] ?? '');
  const issuer = report?.issuer;
  return {
    enabled: report?.enabled === 'true',
    ...(Number.isNaN(expires) ? {} : { expiresAt: new Date(expires).toISOString() }),
    ...(issuer ? { issuer } : {}),
  };
}

function checksOf(report: Report = {}): Report {
  return {
    'wait-to-retire': report['computed-wait-to-retire'] || report['wait-to-retire'] || '',
    disabled: report['disabled-list'] ?? '',
    skipped: report['skipped-list'] ?? '',
  };
}

function withoutEmpty(report: Report): Report {
  return Object.fromEntries(Object.entries(report).filter(([, value]) => value !== ''));
}
