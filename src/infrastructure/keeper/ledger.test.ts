import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Deployment } from '../../domain/application/deployment.ts';
import { FileStore } from '../state/file-store.ts';
import { noteDeploy, readLedger } from './ledger.ts';

test('the ledger of an app that is deployed for years stays small, and keeps the newest deploys', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ledger-'));
  const store = new FileStore(folder);
  const last = 699;
  try {
    for (let index = 0; index <= last; index += 1) {
      await noteDeploy(store, deployOf(index), { via: 'git:sync', actor: 'test' });
    }
    const entries = await readLedger(store, 'main', 'shop');
    expect(entries.at(-1)?.deploy).toBe(`d-${last}`);
    expect(entries[0]?.deploy).not.toBe('d-0');
    // Without a hole: only the oldest are gone.
    const first = Number(entries[0]?.deploy.slice(2));
    expect(entries.map(({ deploy }) => deploy)).toEqual(
      Array.from({ length: last - first + 1 }, (_, index) => `d-${first + index}`),
    );
    expect(sizeOf(join(folder, 'logs'))).toBeLessThan(2.5 * 1024 * 1024);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** One with an address that is as long as they may be. */
function deployOf(index: number): Deployment {
  return {
    id: `d-${index}`,
    host: 'main',
    app: 'shop',
    source: { kind: 'git', url: `https://git.example.com/${'x'.repeat(4_000)}` },
    status: 'failed',
    phase: 'fetch',
    startedAt: index,
    finishedAt: index,
    lines: 0,
    warnings: [],
  };
}

function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}
