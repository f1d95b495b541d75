/** What the DNS says of a name, asked from where this server runs. */
export interface Resolution {
  readonly addresses: readonly string[];
  /** Why there are none: `no such name`, `no answer in time`. */
  readonly failure?: string;
}

/** What a request to one domain brought back; it went to the host's own address and followed nothing. */
export interface Probe {
  readonly url: string;
  readonly status?: number;
  /** Where a redirect leads. */
  readonly location?: string;
  readonly tls?: {
    /** Trusted by the authorities of this server, and for this name. */
    readonly trusted: boolean;
    readonly problem?: string;
    readonly until?: number;
  };
  readonly failure?: string;
}

/** Whether a domain leads to the host: `here`, `elsewhere`, `nowhere`, or `unknown` when the host's address is not known. */
export type Lead = 'here' | 'elsewhere' | 'nowhere' | 'unknown';

export function leadOf(resolution: Resolution, host: readonly string[]): Lead {
  if (resolution.addresses.length === 0) return 'nowhere';
  if (host.length === 0) return 'unknown';
  return resolution.addresses.some((address) => host.includes(address)) ? 'here' : 'elsewhere';
}

/** A line on a DNS answer for a person. */
export function describeLead(domain: string, resolution: Resolution, host: readonly string[]): string {
  const found = resolution.addresses.join(', ');
  switch (leadOf(resolution, host)) {
    case 'here':
      return `${domain} leads to this host (${found})`;
    case 'elsewhere':
      return `${domain} leads to ${found}, this host is ${host.join(', ')}: a proxy before it, or a wrong record`;
    case 'nowhere':
      return `${domain} leads nowhere: ${resolution.failure ?? 'the DNS has no address'}`;
    case 'unknown':
      return `${domain} leads to ${found}; the address of this host is not known here (dokku.hosts.NAME.addresses)`;
  }
}

/** The URLs that a domain should answer under, by the app's port mappings (`http:80:5000`). */
export function urlsToProbe(
  domain: string,
  ports: readonly string[],
  certificate: boolean,
): readonly string[] {
  const mapped = ports
    .map((mapping) => mapping.split(':'))
    .filter(([scheme]) => scheme === 'http' || (scheme === 'https' && certificate))
    .map(([scheme, port]) => `${scheme}://${domain}${isStandard(scheme, port) ? '' : `:${port}`}/`);
  if (mapped.length > 0) return [...new Set(mapped)].slice(0, 3);
  return [`http://${domain}/`, ...(certificate ? [`https://${domain}/`] : [])];
}

function isStandard(scheme: string | undefined, port: string | undefined): boolean {
  return (scheme === 'http' && port === '80') || (scheme === 'https' && port === '443');
}

/** A line on a probe for a person. */
export function describeProbe({ url, status, location, tls, failure }: Probe): string {
  if (status === undefined) return `${url} did not answer: ${failure ?? 'unknown'}`;
  const redirect = location === undefined ? '' : ` to ${location}`;
  const trust =
    tls === undefined || tls.trusted ? '' : `, certificate not trusted: ${tls.problem ?? 'unknown'}`;
  return `${url} answers ${status}${redirect}${trust}`;
}
