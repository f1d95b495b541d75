import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { takeClaim } from './claim.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'claim-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Of a process of another container or machine: nobody here can tell whether it lives. */
const ELSEWHERE = '77.123.0123456789abcdef.00000000-0000-4000-8000-000000000000.claim';

it('is held by one at a time and leaves nothing', async () => {
  let inside = 0;
  let most = 0;
  const hold = async () => {
    const claim = await takeClaim(folder, 60_000);
    inside += 1;
    most = Math.max(most, inside);
    await readdir(folder);
    inside -= 1;
    await claim.release();
  };
  await Promise.all(Array.from({ length: 20 }, hold));
  expect(most).toBe(1);
  expect(await readdir(folder)).toEqual([]);
});

it('makes the folder, and tells what else is in it', async () => {
  const claim = await takeClaim(join(folder, 'a', 'b'));
  expect(claim.names).toHaveLength(1);
  expect(claim.isFresh()).toBe(true);
  await claim.release();
});

it('gives up when another one does not let go, says which, and takes its own claim down', async () => {
  await writeFile(join(folder, ELSEWHERE), '');
  await expect(takeClaim(folder, 30)).rejects.toThrow('process 77 does not let go of the audit log');
  expect(await readdir(folder)).toEqual([ELSEWHERE]);
});

it('takes down a claim from elsewhere that is too old to have an owner', async () => {
  await writeFile(join(folder, ELSEWHERE), '');
  await utimes(join(folder, ELSEWHERE), 0, 0);
  await (await takeClaim(folder)).release();
  expect(await readdir(folder)).toEqual([]);
});

it('minds no other file', async () => {
  await writeFile(join(folder, '0000000001.jsonl'), '');
  await writeFile(join(folder, 'notes.claim'), '');
  await (await takeClaim(folder)).release();
  expect(await readdir(folder)).toHaveLength(2);
});
