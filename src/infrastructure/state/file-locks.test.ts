import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileLocks } from './file-locks.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'locks-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('FileLocks', () => {
  it('gives a name to one at a time, and others beside it', async () => {
    const locks = new FileLocks(folder);
    const held = await locks.take('app/sim/shop');
    expect(held?.before).toBeUndefined();
    expect(await new FileLocks(folder).take('app/sim/shop')).toBeUndefined();
    const other = await locks.take('app/sim');
    expect(other).toBeDefined();
    const between = locks.now();
    await held?.release();
    const next = await locks.take('app/sim/shop');
    expect(next?.before).toBeGreaterThanOrEqual(between - 1_000);
  });

  it('leaves nothing of a name that was taken once', async () => {
    const locks = new FileLocks(folder);
    const held = await locks.take('change/1', { once: true });
    await held?.release();
    expect(await readdir(join(folder, 'locks', 'change'))).toEqual([]);
  });
});
