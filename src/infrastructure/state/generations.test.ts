import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileStore } from './file-store.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'generations-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const BOUND = 4_000;
const LOG = 'changes/main.1';
const record = (index: number) => ({ index, text: 'x'.repeat(80) });
const indices = async () =>
  (await new FileStore(folder).read(LOG)).map((one) => (one as { index: number }).index);

describe('a log that is bound', () => {
  it('forgets its oldest records, no others, and stays as small as it is bound', async () => {
    const store = new FileStore(folder);
    for (let index = 0; index < 300; index += 1) {
      await store.append(LOG, record(index), { bound: BOUND });
      const kept = await indices();
      expect(kept.at(-1)).toBe(index);
      expect(kept).toEqual(Array.from({ length: kept.length }, (_, at) => index - kept.length + 1 + at));
    }
    expect((await indices()).length).toBeGreaterThan(25);
    const logs = join(folder, 'logs', 'changes');
    const files = (await readdir(logs)).filter((name) => name.endsWith('.jsonl'));
    const sizes = await Promise.all(files.map(async (name) => (await stat(join(logs, name))).size));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(BOUND + 4 * 120);
  });

  it('loses nothing of several writers while it is begun anew', async () => {
    const stores = [new FileStore(folder), new FileStore(folder), new FileStore(folder)];
    const write = stores.map(async (store, at) => {
      for (let index = at; index < 90; index += 3) await store.append(LOG, record(index), { bound: 12_000 });
    });
    await Promise.all(write);
    expect((await indices()).sort((a, b) => a - b)).toEqual(Array.from({ length: 90 }, (_, index) => index));
  });

  it('is not mixed up with the log of another name', async () => {
    const store = new FileStore(folder);
    for (let index = 0; index < 40; index += 1)
      await store.append('changes/main', record(index), { bound: BOUND });
    await store.append('changes/main.1', record(7), { bound: BOUND });
    await store.append('changes/main~1', record(8), { bound: BOUND });
    expect(await indices()).toEqual([7]);
    expect(await store.read('changes/main~1')).toEqual([record(8)]);
  });
});
