import type { CertificatePair } from '../domain/infrastructure/certificate.ts';
import type { Probe, Resolution } from '../domain/infrastructure/reach.ts';
import type { CertificateFiles } from '../domain/infrastructure/repository.ts';

/** How one host is seen from the network, asked from the machine of this server. Never throws for what it can say. */
export interface Reach {
  /** The addresses of the host itself, from its configuration; empty when they cannot be known. */
  hostAddresses(signal?: AbortSignal): Promise<readonly string[]>;
  /** Asks the DNS for a name, A and AAAA, within a few seconds. */
  resolve(name: string, signal?: AbortSignal): Promise<Resolution>;
  /**
   * One GET of a URL, sent to `address` whatever the DNS says of its name, its body unread, redirects not followed. The
   * address is one of the host's own: so a name that somebody else controls cannot lead anywhere else.
   */
  probe(url: string, address: string, signal?: AbortSignal): Promise<Probe>;
}

/** Reads PEM. Faults: INVALID_ARGUMENT naming `certificate` or `key`, never with their content. */
export interface CertificateReader {
  inspect(files: CertificateFiles): CertificatePair;
}
