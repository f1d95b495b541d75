import type { Application } from '../application/application.ts';
import { cap } from '../sanitize.ts';

const LONGEST_PLACE = 150;

/** What the DNS says of a name, asked from where this server runs. */
export interface Resolution {
  readonly addresses: readonly string[];
  /** Why there are none: `no such name`, `no answer in time`. */
  readonly failure?: string;
  /** The DNS has answered, and has no address: not for want of an answer. */
  readonly absent?: true;
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

/**
 * The URLs under which an app is asked for by its own domains, in their order; none of an app that answers no requests:
 * without a web process that runs, without its proxy. Only http and https can be asked for so.
 */
export function urlsByDomain({
  domains,
  urls,
  processes,
  proxy,
}: Pick<Application, 'domains' | 'urls' | 'processes' | 'proxy'>): ReadonlyMap<string, readonly string[]> {
  const serves = proxy.enabled && processes.some(({ type, state }) => type === 'web' && state === 'running');
  const asked = (domain: string) => urls.filter((url) => webHostOf(url) === domain);
  const found = serves ? domains.map((domain) => [domain, asked(domain)] as const) : [];
  return new Map(found.filter(([, of]) => of.length > 0));
}

function webHostOf(url: string): string | undefined {
  if (!/^https?:/.test(url) || !URL.canParse(url)) return undefined;
  return new URL(url).hostname;
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

/** True when whoever asks for the URL gets no answer of the app, an error of the server, or a certificate to refuse. */
export function isTrouble({ status, tls }: Probe): boolean {
  return status === undefined || status >= 500 || tls?.trusted === false;
}

/** A line on a probe for a person. */
export function describeProbe({ url, status, location, tls, failure }: Probe): string {
  if (status === undefined) return `${url} did not answer: ${failure ?? 'unknown'}`;
  const redirect = location === undefined ? '' : ` to ${placeOf(location, url)}`;
  const trust =
    tls === undefined
      ? ''
      : tls.trusted
        ? ', certificate trusted'
        : `, certificate not trusted: ${tls.problem ?? 'unknown'}`;
  return `${url} answers ${status}${redirect}${trust}`;
}

/** Where a redirect leads, as a URL; what it carries behind `?` may be a secret and says nothing of the way. */
function placeOf(location: string, from: string): string {
  if (!URL.canParse(location, from)) return 'what is no URL';
  const { origin, pathname } = new URL(location, from);
  return cap(`${origin}${pathname}`, LONGEST_PLACE);
}
