import { createHash, randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ByteSink, Clock } from '../../application/ports.ts';
import { FileBackups } from './file-backups.ts';

let root: string;
let dir: string;
let now: number;
const clock: Clock = {
  now: () => now,
  sleep: async (ms) => {
    now += ms;
  },
};
const settings = {
  keep: { daily: 1, weekly: 1, monthly: 1 },
  exportMs: 1000,
  freshHoursOf: () => 26,
  names: () => false,
  namesAny: () => false,
};
const open = (where = dir) => new FileBackups({ dir: where, settings, clock });
const db = { host: 'h', type: 'postgres', name: 'db', reason: 'asked' as const };
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'dumps-'));
  dir = join(root, 'backups');
  now = Date.UTC(2026, 10, 25, 3);
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function fill(sink: ByteSink, ...chunks: readonly Buffer[]): Promise<void> {
  await sink.open(undefined);
  for (const chunk of chunks) {
    // The memory of a chunk is used again as soon as the call has returned.
    const shared = Buffer.from(chunk);
    const pending = sink.write(shared);
    shared.fill(0);
    await pending;
  }
}

it('writes what comes, however it is cut, and names it only when it is whole', async () => {
  const files = open();
  const chunks = [
    Buffer.from('PG'),
    Buffer.from('DMP'),
    randomBytes(3_000_000),
    randomBytes(17),
    randomBytes(700_000),
  ];
  const sink = files.sink(db);
  await fill(sink, ...chunks);
  expect(readdirSync(dir)).toEqual(['.h.postgres.db.20261125T030000Z.pgdump.part']);
  expect(await files.list('h')).toEqual([]);
  await sink.end();
  const whole = Buffer.concat(chunks);
  expect(sink.made).toBe('h.postgres.db.20261125T030000Z.pgdump');
  expect(readFileSync(join(dir, sink.made ?? '')).equals(whole)).toBe(true);
  const sha256 = createHash('sha256').update(whole).digest('hex');
  expect(await files.list('h', db)).toMatchObject([
    { file: sink.made, bytes: whole.length, sha256, state: 'present' },
  ]);
  expect(await files.list('other')).toEqual([]);
  const dump = await files.check(sink.made ?? '', 'postgres');
  const read: Uint8Array[] = [];
  for await (const piece of files.source(dump)) read.push(piece);
  expect(Buffer.concat(read).equals(whole)).toBe(true);
});

it('leaves nothing of an export that failed, or that is no dump', async () => {
  const files = open();
  const lost = files.sink(db);
  await fill(lost, Buffer.from('PGDMP'), randomBytes(2_000_000));
  await lost.discard();
  const wrong = files.sink(db);
  await wrong.open(undefined);
  expect(() => wrong.write(Buffer.from('Warning: '))).toThrow('does not begin as a custom-format archive');
  await wrong.discard();
  const empty = files.sink(db);
  await empty.open(undefined);
  await expect(empty.end()).rejects.toMatchObject({ code: 'BACKUP_FAILED' });
  await empty.discard();
  const cut = files.sink({ ...db, type: 'redis' });
  await fill(cut, Buffer.from('REDIS0010 and no end to it'));
  await expect(cut.end()).rejects.toMatchObject({ code: 'BACKUP_FAILED' });
  await cut.discard();
  expect(readdirSync(dir)).toEqual([]);
});

it('gives two exports of one second names of their own', async () => {
  const files = open();
  for (let count = 0; count < 2; count += 1) {
    const sink = files.sink(db);
    await fill(sink, Buffer.from('PGDMP'));
    await sink.end();
  }
  expect((await files.list('h')).map(({ file }) => file).sort()).toEqual([
    'h.postgres.db.20261125T030000Z-2.pgdump',
    'h.postgres.db.20261125T030000Z.pgdump',
  ]);
});

it('takes away what a process that died left of one export, and keeps what is whole', async () => {
  const files = open();
  let named = '';
  const began = async (file: string) => {
    named = file;
  };
  const cut = files.sink(db, { began });
  await fill(cut, Buffer.from('PGDMP'));
  // The manifest comes first: between the two names a process may end.
  writeFileSync(join(dir, `${named}.json`), '{}');
  expect(await files.discardUnfinished(named)).toBe(false);
  expect(readdirSync(dir)).toEqual([]);
  const whole = files.sink(db, { began });
  await fill(whole, Buffer.from('PGDMP'));
  await whole.end();
  expect(await files.discardUnfinished(named)).toBe(true);
  expect(readdirSync(dir)).toEqual([named, `${named}.json`]);
  await cut.discard();
});

it('refuses when the directory cannot be used', async () => {
  writeFileSync(join(root, 'file'), '');
  await expect(open(join(root, 'file')).sink(db).open(undefined)).rejects.toMatchObject({
    code: 'BACKUP_FAILED',
    message: expect.stringContaining('cannot be used'),
  });
});

it('reads only plain files of its own directory, and breaks off when one changes while it is sent', async () => {
  const files = open();
  mkdirSync(dir);
  writeFileSync(join(root, 'secret'), 'PGDMP secret');
  symlinkSync(join(root, 'secret'), join(dir, 'link'));
  for (const name of ['link', 'nothing', '.'])
    await expect(files.check(name, 'postgres')).rejects.toBeDefined();
  await expect(files.check('../secret', 'postgres')).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  const path = join(dir, 'mine.pgdump');
  writeFileSync(path, `PGDMP${'x'.repeat(600_000)}`);
  const dump = await files.check('mine.pgdump', 'postgres');
  writeFileSync(path, `PGDMP${'y'.repeat(600_000)}`);
  let sent = 0;
  const send = async () => {
    for await (const piece of files.source(dump)) sent += piece.length;
  };
  await expect(send()).rejects.toMatchObject({ code: 'BACKUP_FAILED' });
  expect(sent).toBeLessThan(dump.bytes);
});

it('takes away what an export of a dead process left, once it is old, and nothing else', async () => {
  const files = open();
  mkdirSync(dir);
  for (const [name, ageHours] of [
    ['.old.part', 30],
    ['.young.part', 1],
    ['mine', 99],
  ] as const) {
    writeFileSync(join(dir, name), '');
    utimesSync(join(dir, name), now / 1000 - ageHours * 3600, now / 1000 - ageHours * 3600);
  }
  const sink = files.sink(db);
  await sink.open(undefined);
  await sink.discard();
  expect(['.old.part', '.young.part', 'mine'].map((name) => existsSync(join(dir, name)))).toEqual([
    false,
    true,
    true,
  ]);
});
