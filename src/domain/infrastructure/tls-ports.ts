/* Port mappings are `scheme:host-port:container-port`. One port of nginx speaks either TLS or plain HTTP, for all apps. */

/** The port mappings of one app: the explicit ones, and what Dokku detects where there are none. */
export interface Mapped {
  readonly mapped: readonly string[];
  readonly detected: readonly string[];
}

const HTTPS = '443';

/**
 * The mappings that are in force once the app has a certificate. Where port 80 is mapped, 443 comes with it. Without it
 * detected mappings become TLS on the ports where they are, and explicit ones stay plain (getDetectedPortMaps and
 * TriggerPostCertsUpdate of Dokku's plugins/ports).
 */
export function portsWithCertificate({ mapped, detected }: Mapped): readonly string[] {
  const explicit = mapped.length > 0;
  const ports = explicit ? mapped : detected;
  const http = ports.map(parts).filter(({ scheme, port }) => scheme === 'http' && port === '80');
  if (http.length > 0) {
    const https = http.map(({ container }) => `https:${HTTPS}:${container}`);
    return [...new Set([...ports, ...https])];
  }
  return explicit ? ports : ports.map((mapping) => mapping.replace(/^http:/, 'https:'));
}

/** The ports on which a mapping speaks TLS, or plain HTTP. */
export function portsOf(ports: readonly string[], scheme: 'http' | 'https'): readonly string[] {
  return ports
    .map(parts)
    .filter((mapping) => mapping.scheme === scheme)
    .map(({ port }) => port);
}

/** The same mappings with the web on the ports where it is looked for, 80 and 443. */
export function standardPorts(ports: readonly string[]): readonly string[] {
  const web = ports.map(parts).find(({ scheme }) => scheme === 'https' || scheme === 'http');
  if (web === undefined) return ports;
  const others = ports.filter((mapping) => !/^https?:/.test(mapping));
  return [`http:80:${web.container}`, `https:${HTTPS}:${web.container}`, ...others];
}

/** Ports that one app serves with TLS and another plainly: nginx refuses such a configuration, for all apps. */
export function portClashes(
  apps: readonly {
    readonly name: string;
    readonly ports: readonly string[];
    readonly certificate: boolean;
  }[],
): readonly {
  readonly port: string;
  readonly secure: readonly string[];
  readonly plain: readonly string[];
}[] {
  const users = (port: string, scheme: 'http' | 'https') =>
    apps
      .filter(
        ({ ports, certificate }) =>
          portsOf(ports, scheme).includes(port) && (scheme === 'http' || certificate),
      )
      .map(({ name }) => name);
  const ports = new Set(apps.flatMap((app) => portsOf(app.ports, 'https')));
  return [...ports]
    .map((port) => ({ port, secure: users(port, 'https'), plain: users(port, 'http') }))
    .filter(({ secure, plain }) => secure.length > 0 && plain.length > 0);
}

function parts(mapping: string): { scheme: string; port: string; container: string } {
  const [scheme = '', port = '', container = ''] = mapping.split(':');
  return { scheme, port, container };
}
