import { byBytes } from './access.ts';
import type { SimulatedHost } from './host.ts';
import { servedDomains } from './proxy/domains.ts';
import { webListeners } from './proxy/listeners.ts';
import { effectivePortMaps } from './proxy/port-maps.ts';
import { proxyEnabled } from './proxy/type.ts';
import type { SimulatedApp } from './state.ts';

/** The app's addresses, sorted (fn-domains-generate-urls of plugins/domains/internal-functions). */
export function appUrls(host: SimulatedHost, app: SimulatedApp): string[] {
  return [...new Set(unsortedUrls(host, app))].sort(byBytes);
}

/** The first address with the app's own scheme, undefined when there is none. */
export function appUrl(host: SimulatedHost, app: SimulatedApp): string | undefined {
  const scheme = app.certificate === undefined ? 'http' : 'https';
  return unsortedUrls(host, app).find((url) => url.startsWith(`${scheme}://`));
}

function unsortedUrls(host: SimulatedHost, app: SimulatedApp): string[] {
  const own = servedDomains(app);
  const shared = host.globalDomains.length > 0 ? host.globalDomains : [host.name];
  return (own.length > 0 ? own : shared).flatMap((domain) => urlsOf(host, app, domain));
}

function urlsOf(host: SimulatedHost, app: SimulatedApp, domain: string): string[] {
  const secured = app.certificate !== undefined;
  if (!proxyEnabled(host, app)) {
    return webListeners(host, app).map((listener) =>
      url(secured ? 'https' : 'http', domain, Number(listener.split(':').at(-1))),
    );
  }
  return effectivePortMaps(host, app)
    .filter(({ scheme }) => secured || scheme !== 'https')
    .map(({ scheme, hostPort }) => url(scheme, domain, hostPort));
}

function url(scheme: string, domain: string, port: number): string {
  if (port === 80) return `http://${domain}`;
  if (port === 443 && scheme === 'https') return `https://${domain}`;
  return `${scheme}://${domain}:${port}`;
}
