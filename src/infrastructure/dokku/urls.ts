/** What decides under which addresses an app answers. */
export interface Routing {
  /** The app's own domains; empty when they are disabled. */
  readonly domains: readonly string[];
  readonly globalDomains: readonly string[];
  readonly proxied: boolean;
  /** Mappings in force, `scheme:host-port:container-port`: the explicit ones, else the detected ones. */
  readonly ports: readonly string[];
  /** `address:port` of the web processes. */
  readonly listeners: readonly string[];
  readonly certificate: boolean;
}

/**
 * The addresses that `urls` would print, by the rules of plugins/domains (fn-domains-generate-urls of Dokku 0.38),
 * without its second of detecting ports again. Wildcard domains are left out: nobody can open them. Undefined when
 * neither the app nor the host has a domain: then Dokku takes the host's own name, which only the host knows.
 */
export function urlsOf(routing: Routing): readonly string[] | undefined {
  const hosts = routing.domains.length > 0 ? routing.domains : routing.globalDomains;
  if (hosts.length === 0) return undefined;
  const urls = hosts
    .filter((host) => !host.startsWith('*'))
    .flatMap((host) => endpoints(routing).map(([scheme, port]) => url(scheme, host, port)));
  return [...new Set(urls)].sort();
}

function endpoints({
  proxied,
  ports,
  listeners,
  certificate,
}: Routing): readonly (readonly [string, string])[] {
  const standard = certificate ? 'https' : 'http';
  if (!proxied) return listeners.map((listener) => [standard, listener.slice(listener.lastIndexOf(':') + 1)]);
  if (ports.length === 0) return [[standard, certificate ? '443' : '80']];
  return ports
    .map((mapping) => mapping.split(':'))
    .filter(([scheme]) => certificate || scheme !== 'https')
    .map(([scheme = '', port = '']) => [scheme, port]);
}

function url(scheme: string, host: string, port: string): string {
  if (port === '80') return `http://${host}`;
  return port === '443' && scheme === 'https' ? `https://${host}` : `${scheme}://${host}:${port}`;
}
