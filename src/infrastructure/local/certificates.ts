import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import type { CertificateReader } from '../../application/outside.ts';
import { ValidationError } from '../../domain/errors.ts';
import type { CertificateFacts, CertificatePair } from '../../domain/infrastructure/certificate.ts';
import type { CertificateFiles } from '../../domain/infrastructure/repository.ts';

const BLOCK = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;
const MOST = 10;

/** PEM read with the cryptography of Node. */
export const certificateReader: CertificateReader = {
  inspect({ certificate, key }: CertificateFiles): CertificatePair {
    const chain = parseChain(certificate);
    const owner = parseKey(key);
    const fits = chain.map((one) => one.checkPrivateKey(owner));
    const keyFitsAt = fits.indexOf(true);
    return {
      chain: chain.map(facts),
      links: chain.slice(1).map((signer, index) => isSignedBy(chain[index], signer)),
      keyFits: keyFitsAt === 0,
      ...(keyFitsAt > 0 ? { keyFitsAt } : {}),
    };
  },
};

function parseChain(pem: string): readonly X509Certificate[] {
  const blocks = pem.match(BLOCK) ?? [];
  if (blocks.length === 0) {
    throw new ValidationError('certificate', 'it holds no PEM certificate', {
      wayOut: 'Give PEM: its first line says BEGIN CERTIFICATE. openssl x509 -inform der converts DER.',
    });
  }
  if (blocks.length > MOST)
    throw new ValidationError('certificate', `it holds more than ${MOST} certificates`);
  return blocks.map((block, index) => {
    try {
      return new X509Certificate(block);
    } catch {
      throw new ValidationError('certificate', `certificate ${index + 1} of the file cannot be read`);
    }
  });
}

function parseKey(pem: string): KeyObject {
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(pem)) {
    throw new ValidationError('key', 'it is protected by a passphrase, which nginx could not enter', {
      wayOut: 'Take the passphrase off: openssl pkey -in KEY -out KEY.plain.',
    });
  }
  try {
    return createPrivateKey(pem);
  } catch {
    throw new ValidationError('key', 'it is no PEM private key', {
      wayOut:
        'Give PEM: its first line says BEGIN PRIVATE KEY, BEGIN RSA PRIVATE KEY or BEGIN EC PRIVATE KEY, and the lines after it are whole.',
    });
  }
}

/** Names and signature both: either alone can be wrong. */
function isSignedBy(certificate: X509Certificate | undefined, signer: X509Certificate): boolean {
  if (certificate === undefined) return false;
  return certificate.checkIssued(signer) && certificate.verify(signer.publicKey);
}

function facts(certificate: X509Certificate): CertificateFacts {
  const common = /^CN=(.+)$/m.exec(certificate.subject ?? '')?.[1];
  const alternatives = [...(certificate.subjectAltName ?? '').matchAll(/DNS:"?([^,"\s]+)/g)].map(
    ([, name = '']) => name.toLowerCase(),
  );
  // Browsers look at the alternative names only; the common name counts where there are none.
  const names = alternatives.length > 0 ? alternatives : common?.includes('.') ? [common.toLowerCase()] : [];
  return {
    subject: oneLine(certificate.subject),
    issuer: oneLine(certificate.issuer),
    names: [...new Set(names)],
    from: Date.parse(certificate.validFrom),
    until: Date.parse(certificate.validTo),
    selfSigned: certificate.checkIssued(certificate),
    fingerprint: certificate.fingerprint256,
  };
}

function oneLine(name: string | undefined): string {
  return (name ?? '').split('\n').join(', ');
}
