import { describe, expect, it } from 'vitest';
import { readTar } from '../simulator/proxy/tar.ts';
import { certificateArchive } from './certificate-archive.ts';

const files = {
  certificate: '-----BEGIN CERTIFICATE-----\r\nAA\r\n-----END CERTIFICATE-----',
  key: 'K'.repeat(511),
};

describe('certificateArchive', () => {
  it('holds both files, whole and with one line end', () => {
    const entries = readTar(Buffer.from(certificateArchive(files)));
    expect(entries?.map(({ name, kind, content }) => [name, kind, content.toString()])).toEqual([
      ['server.crt', 'file', '-----BEGIN CERTIFICATE-----\nAA\n-----END CERTIFICATE-----\n'],
      ['server.key', 'file', `${'K'.repeat(511)}\n`],
    ]);
  });

  it('is whole blocks, closed by two empty ones', () => {
    const archive = Buffer.from(certificateArchive(files));
    expect(archive.length % 512).toBe(0);
    expect(archive.subarray(-1024).every((byte) => byte === 0)).toBe(true);
    expect(archive.subarray(257, 265).toString('latin1')).toBe('ustar\x0000');
  });
});
