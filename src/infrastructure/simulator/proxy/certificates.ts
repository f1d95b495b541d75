import { X509Certificate } from 'node:crypto';
import { byBytes } from '../access.ts';
import type { SimulatedApp } from '../state.ts';

/** What certs:report shows of a certificate, as openssl 3.0 prints it. */
export interface CertificateFacts {
  readonly expiresAt: string;
  readonly startsAt: string;
  /** `C = US, O = Example, CN = example.com` */
  readonly issuer: string;
  /** `C=US; O=Example; CN=example.com` */
  readonly subject: string;
  /** The common name and every alternative name, sorted. */
  readonly hostnames: readonly string[];
}

const NOTHING: CertificateFacts = { expiresAt: '', startsAt: '', issuer: '', subject: '', hostnames: [] };

/** Reads the app's certificate; every fact is empty when there is none or it cannot be read. */
export function certificateFacts(app: SimulatedApp): CertificateFacts {
  return factsOf(app.certificate?.certificate ?? '');
}

/** Reads a certificate in PEM; every fact is empty when it cannot be read. */
export function factsOf(pem: string): CertificateFacts {
  const certificate = parse(pem);
  if (certificate === undefined) return NOTHING;
  return {
    expiresAt: certificate.validTo,
    startsAt: certificate.validFrom,
    issuer: names(certificate.issuer)
      .map(([key, value]) => `${key} = ${value}`)
      .join(', '),
    subject: names(certificate.subject)
      .map(([key, value]) => `${key}=${value}`)
      .join('; '),
    hostnames: hostnames(certificate),
  };
}

/** The host names that the app's certificate covers, `*.example.com` among them; [] without certificate. */
export function certificateHostnames(app: SimulatedApp): readonly string[] {
  return certificateFacts(app).hostnames;
}

function parse(pem: string): X509Certificate | undefined {
  if (!pem.includes('-----BEGIN')) return undefined;
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined; // openssl prints nothing on standard output for a file that is no certificate
  }
}

function hostnames(certificate: X509Certificate): string[] {
  const common = names(certificate.subject).find(([key]) => key === 'CN')?.[1];
  const alternatives = (certificate.subjectAltName ?? '')
    .split(', ')
    .map((name) => name.replace(/^DNS:/, ''));
  const all = new Set(
    [common ?? '', ...alternatives].map((name) => name.trim()).filter((name) => name !== ''),
  );
  return [...all].sort(byBytes);
}

/** Relative names in the order of the certificate. Node gives one a line, undefined for an empty name. */
function names(text: string | undefined): [string, string][] {
  return (text ?? '')
    .split('\n')
    .filter((line) => line.includes('='))
    .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]);
}
