import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createVault } from './vault.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vault-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('a vault', () => {
  it('gives back what it sealed, to every process of the installation, and shows nothing of it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 8 }), (text) => {
        const sealed = createVault(folder).seal(text);
        expect(sealed).not.toContain(text);
        expect(createVault(folder).open(sealed)).toBe(text);
      }),
    );
    expect(createVault(folder).seal('same')).not.toBe(createVault(folder).seal('same'));
  });

  it('opens nothing that was changed or sealed elsewhere', async () => {
    const sealed = createVault(folder).seal('a secret');
    const bytes = Buffer.from(sealed, 'base64');
    for (const at of [0, 13, 30]) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(() => createVault(folder).open(changed.toString('base64'))).toThrow();
    }
    expect(() => createVault(join(folder, 'elsewhere')).open(sealed)).toThrow();
    expect(() => createVault(folder).open('')).toThrow();
  });

  it('hashes alike here and otherwise elsewhere, and makes its key once, whole and private', async () => {
    const hashes = await Promise.all(Array.from({ length: 8 }, async () => createVault(folder).hash('x')));
    expect(new Set(hashes).size).toBe(1);
    expect(createVault(join(folder, 'b')).hash('x')).not.toBe(hashes[0]);
    expect((await readdir(folder)).filter((name) => name.includes('key'))).toEqual(['fingerprint.key']);
    expect((await readFile(join(folder, 'fingerprint.key'))).length).toBe(32);
  });
});
