/** What a certificate says of itself. */
export interface CertificateFacts {
  readonly subject: string;
  readonly issuer: string;
  /** Host names it covers, lower case; `*.example.com` among them. */
  readonly names: readonly string[];
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly until: number;
  readonly selfSigned: boolean;
  readonly fingerprint: string;
}

/** A key and a chain of certificates as they were given, looked at before anything is sent. */
export interface CertificatePair {
  /** In the order of the file; the first should be the one for the host names. */
  readonly chain: readonly CertificateFacts[];
  /** For each certificate but the last: whether the next one signed it. */
  readonly links: readonly boolean[];
  /** Whether the key belongs to the first certificate; to which one it does, when it is another. */
  readonly keyFits: boolean;
  readonly keyFitsAt?: number;
}

/** A certificate that is installed, as `certs:report` shows it. */
export interface InstalledCertificate {
  readonly names: readonly string[];
  readonly issuer: string;
  readonly subject: string;
  readonly from?: number;
  readonly until?: number;
  /** openssl's word on the chain: `verified by a certificate authority`, `self signed`. */
  readonly verified: string;
}

const DAY = 24 * 3_600_000;
/** Let's Encrypt renews 30 days before the end; what is nearer was not renewed. */
export const SOON_DAYS = 21;
/** Nearer than this somebody has to act today. */
export const URGENT_DAYS = 7;

/** Whole days until a certificate ends; negative when it has. */
export function daysLeft(until: number, now: number): number {
  return Math.floor((until - now) / DAY);
}

/** Whether a certificate's name covers a host name (RFC 6125: a wildcard stands for exactly one label). */
export function covers(name: string, host: string): boolean {
  if (name === host) return true;
  return name.startsWith('*.') && host.slice(host.indexOf('.') + 1) === name.slice(2) && host.includes('.');
}

/** Domains that none of the names covers. */
export function uncovered(names: readonly string[], domains: readonly string[]): readonly string[] {
  return domains.filter((domain) => !names.some((name) => covers(name, domain)));
}

/**
 * Why a pair must not be sent; empty when it may. Dokku itself stores any pair with exit 0, and nginx then fails its
 * test for every app of the host (certs:update with another key, measured on 0.38.27).
 */
export function reasonsAgainstPair(pair: CertificatePair, now: number): readonly string[] {
  const [leaf] = pair.chain;
  if (leaf === undefined) return ['the certificate file holds no certificate'];
  const broken = pair.links.indexOf(false);
  const order =
    'each certificate of the file has to be followed by the one that signed it, the one for the host names first';
  return [
    pair.keyFits
      ? undefined
      : pair.keyFitsAt === undefined
        ? 'the key does not belong to the certificate'
        : `the key belongs to certificate ${pair.keyFitsAt + 1} of the file, which has to stand first`,
    leaf.until <= now ? `the certificate ended on ${day(leaf.until)}` : undefined,
    leaf.from > now ? `the certificate is valid only from ${day(leaf.from)} on` : undefined,
    broken < 0
      ? undefined
      : `certificate ${broken + 2} of the file (${pair.chain[broken + 1]?.subject ?? ''}) did not sign certificate ${broken + 1}: ${order}`,
    ...pair.chain
      .slice(1)
      .filter(({ until }) => until <= now)
      .map(({ subject, until }) => `the intermediate certificate ${subject} ended on ${day(until)}`),
  ].filter((reason) => reason !== undefined);
}

/** What a person should know before a pair that may be sent is sent. */
export function remarksOnPair(
  pair: CertificatePair,
  domains: readonly string[],
  now: number,
): readonly string[] {
  const [leaf] = pair.chain;
  if (leaf === undefined) return [];
  const missing = uncovered(leaf.names, domains);
  const left = daysLeft(leaf.until, now);
  return [
    `It is valid until ${day(leaf.until)} (${left} days) for ${leaf.names.join(', ') || 'no host name'}.`,
    left < SOON_DAYS ? 'That is soon: a newer one will be needed.' : undefined,
    missing.length === 0 ? undefined : `It does not cover ${missing.join(', ')}: browsers will refuse those.`,
    leaf.selfSigned ? 'It is self signed: browsers warn of it.' : undefined,
    !leaf.selfSigned && pair.chain.length === 1
      ? 'The file holds no intermediate certificate: many clients will not trust it.'
      : undefined,
  ].filter((remark) => remark !== undefined);
}

/** `2026-12-13` */
export function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
