import { generateKeyPairSync, sign } from 'node:crypto';

/** What a certificate says. Names are pairs like `CN`, `example.com`; dates are milliseconds since the epoch. */
export interface CertificateWords {
  readonly subject: readonly (readonly [string, string])[];
  readonly issuer: readonly (readonly [string, string])[];
  readonly hostnames: readonly string[];
  readonly from: number;
  readonly until: number;
}

const KINDS: Readonly<Record<string, number>> = { CN: 3, C: 6, L: 7, ST: 8, O: 10, OU: 11 };

/** A certificate with these words (RFC 5280), signed by a new key of its own or by `signer`, and its private key; all PEM. */
export function makeCertificate(
  words: CertificateWords,
  signer?: string,
): { certificate: string; key: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = sequence(Buffer.from('06082a8648ce3d040302', 'hex'));
  const names = words.hostnames.map((name) => element(0x82, Buffer.from(name)));
  const alternatives = sequence(Buffer.from('0603551d11', 'hex'), element(0x04, sequence(...names)));
  const body = sequence(
    element(0xa0, element(0x02, Buffer.from([2]))),
    element(0x02, Buffer.from([1])),
    algorithm,
    distinguished(words.issuer),
    sequence(time(words.from), time(words.until)),
    distinguished(words.subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    ...(names.length === 0 ? [] : [element(0xa3, sequence(alternatives))]),
  );
  const signature = element(
    0x03,
    Buffer.concat([Buffer.from([0]), sign('sha256', body, signer ?? privateKey)]),
  );
  const text =
    sequence(body, algorithm, signature)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${text.join('\n')}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

function distinguished(names: CertificateWords['subject']): Buffer {
  return sequence(
    ...names.map(([kind, value]) => {
      const type = element(0x06, Buffer.from([0x55, 0x04, KINDS[kind] ?? 3]));
      return element(0x31, sequence(type, element(0x0c, Buffer.from(value))));
    }),
  );
}

/** UTCTime */
function time(at: number): Buffer {
  const digits = new Date(at).toISOString().replace(/[-:T]|\..*/g, '');
  return element(0x17, Buffer.from(`${digits.slice(2)}Z`));
}

const sequence = (...parts: readonly Buffer[]): Buffer => element(0x30, Buffer.concat(parts));

function element(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}
