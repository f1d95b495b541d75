import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rollbackSource } from '../../domain/application/releases.ts';
import { createVault } from '../local/vault.ts';
import { FileStore } from '../state/file-store.ts';
import { readLedger } from './ledger.ts';
import { sealedLedger } from './sealed-ledger.ts';

const LOG = 'ledger/main/web';
let folder: string;
let other: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ledger-'));
  other = await mkdtemp(join(tmpdir(), 'ledger-'));
});
afterEach(async () => {
  for (const path of [folder, other]) await rm(path, { recursive: true, force: true });
});

const entry = (location: string) => ({
  build: 'build1',
  deploy: 'd-1',
  via: 'git:from-archive',
  source: { kind: 'archive', location, archive: 'zip' },
  actor: 'me',
  status: 'succeeded',
  startedAt: 1,
  finishedAt: 2,
});
const signed = 'https://s3.example/a.zip?X-Amz-Signature=0a1b2c3d';
const release = {
  build: 'build1',
  startedAt: 1,
  status: 'succeeded',
  via: 'git:from-archive',
  current: false,
} as const;

describe('the ledger on disk', () => {
  it('holds no signature, and leads back to the release all the same', async () => {
    const store = sealedLedger(new FileStore(folder), createVault(folder));
    await store.append(LOG, entry(signed), { sync: true });
    const raw = JSON.stringify(await new FileStore(folder).read(LOG));
    expect(raw).not.toContain('0a1b2c3d');
    expect(raw).toContain('X-Amz-Signature=********');
    const [noted] = await readLedger(store, 'main', 'web');
    expect(noted?.source?.location).toBe(signed);
  });

  it('keeps in clear what lets nobody in', async () => {
    const store = sealedLedger(new FileStore(folder), createVault(folder));
    await store.append(LOG, entry('https://files.example/a.zip?v=2'));
    expect(await new FileStore(folder).read(LOG)).toEqual([entry('https://files.example/a.zip?v=2')]);
    expect(await store.read(LOG)).toEqual([entry('https://files.example/a.zip?v=2')]);
  });

  it('under another key leads nowhere, and no masked address is ever sent', async () => {
    await sealedLedger(new FileStore(folder), createVault(folder)).append(LOG, entry(signed));
    const store = sealedLedger(new FileStore(folder), createVault(other));
    const [noted] = await readLedger(store, 'main', 'web');
    expect(noted?.source?.location).toBe('https://s3.example/a.zip?X-Amz-Signature=********');
    if (noted?.source === undefined) throw new Error('no source');
    const { source } = noted;
    expect(() => rollbackSource({ ...release, source })).toThrow(/holds a secret that is not kept any more/);
  });
});
