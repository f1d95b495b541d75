import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { makeCertificate } from '../simulator/world/certificate.ts';
import { certificateReader } from './certificates.ts';

const from = Date.UTC(2026, 0, 1);
const until = Date.UTC(2030, 0, 1);
const authority = makeCertificate({
  subject: [['CN', 'Example CA']],
  issuer: [['CN', 'Example CA']],
  hostnames: [],
  from,
  until,
});
const leaf = (signer?: string) =>
  makeCertificate(
    {
      subject: [['CN', 'www.example.com']],
      issuer: [['CN', 'Example CA']],
      hostnames: ['WWW.example.com', '*.example.com'],
      from,
      until,
    },
    signer,
  );

describe('certificateReader', () => {
  it('reads names and dates, and that key and chain belong together', () => {
    const { certificate, key } = leaf(authority.key);
    const pair = certificateReader.inspect({ certificate: certificate + authority.certificate, key });
    expect(pair).toMatchObject({ keyFits: true, links: [true] });
    expect(pair.keyFitsAt).toBeUndefined();
    expect(pair.chain[0]).toMatchObject({
      subject: 'CN=www.example.com',
      issuer: 'CN=Example CA',
      names: ['www.example.com', '*.example.com'],
      from,
      until,
      selfSigned: false,
    });
    expect(pair.chain[1]).toMatchObject({ names: [], selfSigned: true });
  });

  it("tells another key, the wrong order, and a signature that is not the authority's", () => {
    const { certificate, key } = leaf(authority.key);
    expect(certificateReader.inspect({ certificate, key: authority.key }).keyFits).toBe(false);
    const turned = certificateReader.inspect({ certificate: authority.certificate + certificate, key });
    expect(turned).toMatchObject({ keyFits: false, keyFitsAt: 1, links: [false] });
    const forged = leaf();
    const pair = certificateReader.inspect({
      certificate: forged.certificate + authority.certificate,
      key: forged.key,
    });
    expect(pair).toMatchObject({ keyFits: true, links: [false] });
  });

  it('takes the common name only where there is no other', () => {
    const words = { issuer: [['CN', 'x']] as const, hostnames: [], from, until };
    const named = makeCertificate({ ...words, subject: [['CN', 'old.example.com']] });
    const plain = makeCertificate({ ...words, subject: [['CN', 'My Company']] });
    const names = ({ certificate, key }: typeof named) =>
      certificateReader.inspect({ certificate, key }).chain[0]?.names;
    expect([names(named), names(plain)]).toEqual([['old.example.com'], []]);
  });

  it.each([
    ['certificate', { certificate: 'MIIB', key: authority.key }, /holds no PEM certificate/],
    [
      'certificate',
      { certificate: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----', key: authority.key },
      /certificate 1 of the file cannot be read/,
    ],
    ['certificate', { certificate: authority.certificate.repeat(11), key: authority.key }, /more than 10/],
    ['key', { certificate: authority.certificate, key: 'secret words' }, /no PEM private key/],
    ['key', { certificate: authority.certificate, key: encrypted() }, /passphrase/],
  ])('refuses a bad %s without repeating it', (field, files, reason) => {
    const act = () => certificateReader.inspect(files);
    expect(act).toThrow(reason);
    expect(act).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT', field }));
    expect(act).not.toThrow(/secret words/);
  });
});

function encrypted(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey
    .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' })
    .toString();
}
