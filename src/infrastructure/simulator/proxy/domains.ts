import type { SimulatedHost } from '../host.ts';
import type { SimulatedApp } from '../state.ts';

/** Whether Dokku takes this as a host name (is_valid_hostname of plugins/domains/functions). */
export function isValidHostname(name: string): boolean {
  const lower = name.toLowerCase();
  return lower === '_' || /^[a-z0-9.*-]*[a-z0-9*-]$/.test(lower);
}

/** True unless the app's NO_VHOST variable is 1; the variable is the only place where Dokku remembers it. */
export function vhostsEnabled(app: SimulatedApp): boolean {
  return app.config.get('NO_VHOST') !== '1';
}

/** True when one of the global domains is a host name. */
export function globalVhostsEnabled(host: SimulatedHost): boolean {
  return host.globalDomains.some(isValidHostname);
}

/** The domains that the app serves; none while its virtual hosts are disabled. */
export function servedDomains(app: SimulatedApp): readonly string[] {
  return vhostsEnabled(app) ? app.domains.names : [];
}

/** The domains of a new app: `APP.DOMAIN` for every global domain, the name itself when it holds a dot. */
export function defaultDomains(host: SimulatedHost, app: SimulatedApp): string[] {
  if (!globalVhostsEnabled(host)) return [];
  return host.globalDomains
    .filter((domain) => !isAddress(domain))
    .map((domain) => (app.name.includes('.') ? app.name : `${app.name}.${domain}`));
}

function isAddress(domain: string): boolean {
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(domain) || /^[0-9a-fA-F:]*:[0-9a-fA-F:]+$/.test(domain);
}
