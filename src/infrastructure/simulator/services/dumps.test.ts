import { beforeEach, expect, test } from 'vitest';
import { say } from '../../../../test/support/simulated-session.ts';
import { SimulatedHost } from '../host.ts';
import { runSession } from '../session.ts';

let host: SimulatedHost;
beforeEach(async () => {
  host = new SimulatedHost();
  for (const plugin of ['postgres', 'redis', 'mysql', 'mongo']) host.install(plugin);
});

const SQL = `create table t(id serial primary key, name varchar(9) not null, ok boolean default true, note text);
insert into t (name, note) values ('één', null), ('tab', 'a\tb\\c');`;

test.each([
  ['postgres', 'PGDMP', SQL, 'select * from t;'],
  [
    'mysql',
    '-- My',
    "create table t(id int primary key, n text); insert into t values (1, 'it''s');",
    'select * from t;',
  ],
  [
    'redis',
    'REDIS',
    'SET k "v w"\nINCRBY n 70000\nRPUSH l a b\nHSET h f -7\nSADD s m\nSETEX e 900 x\n',
    'KEYS *\nGET k\nGET n\nLRANGE l 0 -1\nHGETALL h\nSMEMBERS s\nGET e\n',
  ],
  ['mongo', '\x1f\x8b', 'db.a.insertOne({ n: 1 })\n', 'db.a.find()\n'],
])('a dump of %s carries its data into another service', async (plugin, magic, fill, ask) => {
  for (const name of ['from', 'to']) await say(host, `${plugin}:create ${name}`);
  await say(host, `${plugin}:connect from`, fill);
  host.advance(2000);
  const { bytes } = await say(host, `${plugin}:export from`);
  expect(bytes.subarray(0, magic.length).toString('latin1')).toBe(magic);
  expect(await say(host, `${plugin}:import to`, bytes)).toMatchObject({ exit: 0, stdout: '' });
  const before = await say(host, `${plugin}:connect from`, ask);
  const after = await say(host, `${plugin}:connect to`, ask);
  expect(after.stdout.replaceAll('to>', 'from>')).toBe(before.stdout);
  await say(host, `${plugin}:clone from copy`);
  expect((await say(host, `${plugin}:connect copy`, ask)).stdout.replaceAll('copy>', 'from>')).toBe(
    before.stdout,
  );
});

test.each([
  ['this is not a dump\n', 'input file does not appear to be a valid archive (too short?)'],
  ['', 'input file is too short (read 0, expected 5)'],
  ['--\n-- PostgreSQL database dump\n--\n', 'input file appears to be a text format dump. Please use psql.'],
])('postgres refuses %j and keeps its data', async (input, reason) => {
  await say(host, 'postgres:create db');
  await say(host, 'postgres:connect db', SQL);
  expect(await say(host, 'postgres:import db', input)).toMatchObject({
    exit: 1,
    stderr: `pg_restore: error: ${reason}\n`,
  });
  expect((await say(host, 'postgres:connect db', 'select count(*) from t;')).stdout).toContain('     2\n');
});

test('an archive that ends in its table of contents restores nothing', async () => {
  await say(host, 'postgres:create db');
  await say(host, 'postgres:connect db', SQL);
  const { bytes } = await say(host, 'postgres:export db');
  await say(host, 'postgres:create other');
  expect((await say(host, 'postgres:import other', bytes.subarray(0, 400))).stderr).toBe(
    'pg_restore: error: could not read from input file: end of file\n',
  );
  expect((await say(host, 'postgres:connect other', '\\dt\n')).stderr).toBe('Did not find any relations.\n');
});

test.each([
  ['', 'Unexpected EOF reading RDB file'],
  ['this is not a dump\n', 'Wrong signature trying to load DB from file'],
])('redis loses its data to %j and a good dump repairs it', async (input, reason) => {
  await say(host, 'redis:create c');
  await say(host, 'redis:connect c', 'SET k v\n');
  host.advance(2000);
  const { bytes } = await say(host, 'redis:export c');
  const broken = await say(host, 'redis:import c', input);
  expect(broken.exit).toBe(1);
  expect(broken.stdout).toContain(reason);
  expect((await say(host, 'redis:info c --status')).stdout).toBe('restarting\n');
  expect((await say(host, 'redis:import c', bytes)).exit).toBe(0);
  expect((await say(host, 'redis:connect c', 'GET k\n')).stdout).toBe('v\n');
});

test('with the umask of Debian redis refuses every import and clones nothing', async () => {
  host.umask = '022';
  await say(host, 'redis:create c');
  await say(host, 'redis:connect c', 'SET k v\n');
  host.advance(2000);
  const { bytes } = await say(host, 'redis:export c');
  expect((await say(host, 'redis:import c', bytes)).stderr).toContain('data/dump.rdb: Permission denied');
  expect(host.datastores.get('redis/c')?.state).toBe('missing');
  await say(host, 'redis:start c');
  await say(host, 'redis:connect c', 'SET k v\n');
  host.advance(2000);
  expect(await say(host, 'redis:clone c d')).toMatchObject({ exit: 0 });
  expect((await say(host, 'redis:connect d', 'GET k\n')).stdout).toBe('\n');
});

test('the umask that counts is the one under which the service was made', async () => {
  await say(host, 'redis:create lenient');
  host.umask = '022';
  await say(host, 'redis:create strict');
  await say(host, 'redis:connect lenient', 'SET k v\n');
  host.advance(2000);
  const { bytes } = await say(host, 'redis:export lenient');
  host.umask = '002';
  expect((await say(host, 'redis:import strict', bytes)).stderr).toContain('Permission denied');
  host.umask = '022';
  expect((await say(host, 'redis:import lenient', bytes)).exit).toBe(0);
});

test('a second export of redis within one second never ends', async () => {
  await say(host, 'redis:create c');
  host.advance(2000 - (host.now() % 1000));
  await say(host, 'redis:export c');
  let ended = false;
  await runSession(host, { line: 'redis:export c', cutAfterMs: 60_000 }).then(
    ({ exit }) => (ended = exit !== 255),
  );
  expect(ended).toBe(false);
});

test.each(['postgres', 'redis'])(
  'a padded dump of %s is given piece by piece, as it is read, and is a dump all the same',
  async (plugin) => {
    await say(host, `${plugin}:create big`);
    await say(host, `${plugin}:connect big`, plugin === 'postgres' ? SQL : 'SET k v\n');
    const service = host.datastores.get(`${plugin}/big`);
    if (service === undefined) throw new Error('the service is not there');
    service.padding = 3 * 1024 * 1024;
    host.advance(2000);
    const pieces: Buffer[] = [];
    let open = (): void => undefined;
    const first = new Promise<void>((resolve) => (open = resolve));
    let asked: (() => void) | undefined;
    const answer = runSession(host, {
      line: `${plugin}:export big`,
      keepOutput: false,
      onOutput: (stream, text) => {
        if (stream === 'stderr') return undefined;
        pieces.push(Buffer.from(text));
        if (pieces.length > 1) return undefined;
        asked = open;
        return first;
      },
    });
    while (asked === undefined) await new Promise((resolve) => setImmediate(resolve));
    for (let turn = 0; turn < 100; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(pieces).toHaveLength(1);
    asked();
    expect((await answer).exit).toBe(0);
    const dump = Buffer.concat(pieces);
    expect(dump.length).toBeGreaterThan(service.padding);
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(128 * 1024);
    await say(host, `${plugin}:create again`);
    expect((await say(host, `${plugin}:import again`, dump)).exit).toBe(0);
    expect(host.datastores.get(`${plugin}/again`)?.padding).toBe(service.padding);
  },
);
