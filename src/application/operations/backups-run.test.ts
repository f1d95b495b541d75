import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, openBench } from '../../../test/support/context.ts';
import { DomainError } from '../../domain/errors.ts';
import { runSession } from '../../infrastructure/simulator/session.ts';
import { backupStatus } from './backup-status.ts';
import { backupsRun } from './backups-run.ts';

let on: Bench;
beforeEach(async () => {
  on = await openBench();
  on.host.install('postgres');
  on.host.install('redis');
  await on.given('postgres:create db', 'redis:create cache');
  await say('postgres:connect db', 'create table t(i int); insert into t values (1), (2), (3);\n');
  await say('redis:connect cache', 'SET a 1\nSET b 2\n');
  on.host.advance(5000);
  on.wire.argv.length = 0;
});
afterEach(() => on.close());

const db = { type: 'postgres', service: 'db' };
const cache = { type: 'redis', service: 'cache' };
const say = async (line: string, stdin: string): Promise<string> => {
  const { exit, stdout, stderr } = await runSession(on.host, { line, stdin: Buffer.from(stdin) });
  if (exit !== 0) throw new Error(`${line}: ${exit} ${stderr}`);
  return stdout;
};
const apply = async (input: Record<string, unknown>) => {
  const { answer, plan } = await on.apply(backupsRun, input);
  backupsRun.output.parse(answer?.data);
  return { text: answer?.text ?? '', data: answer?.data as Record<string, unknown>, plan };
};
const fault = async (input: Record<string, unknown>): Promise<DomainError> => {
  const error = await apply(input).catch((reason: unknown) => reason);
  if (!(error instanceof DomainError)) throw new Error(`no fault: ${JSON.stringify(error)}`);
  return error;
};
const files = () => readdirSync(on.context.backups.dir).sort();
const sent = () =>
  on.wire.argv
    .map((words) => words.join(' '))
    .filter((line) => !/:(?:info|list|connect)\b|^plugin:|^version/.test(line.replace('--quiet ', '')));

describe('what is given', () => {
  it.each([
    [
      { action: 'schedule', ...db, options: { cron: 'not a schedule', bucket: 'abc' } },
      'options.cron',
      'five fields',
    ],
    [{ action: 'schedule', ...db, options: { cron: '0 3 * * *' } }, 'options.bucket', 'is needed'],
    [{ action: 'run', ...db, options: { bucket: 'Not_A_Bucket' } }, 'options.bucket', 'name of a bucket'],
    [{ action: 'export', ...db, options: { file: 'x' } }, 'options.file', 'has no such option'],
    [{ action: 'import', ...db, options: { file: '../x' } }, 'options.file', 'without a path'],
    [
      { action: 'auth', ...db, options: { access_key_id: 'AKIA', secret_access_key: { env: 'SECRET_A' } } },
      'options.access_key_id',
      'nobody sees it here',
    ],
    [
      {
        action: 'auth',
        ...db,
        options: {
          access_key_id: { env: 'SECRET_A' },
          secret_access_key: { env: 'SECRET_A' },
          endpoint: 'http://u:p@x',
        },
      },
      'options.endpoint',
      'without credentials',
    ],
  ])('%j is refused for %s', async (input, field, reason) => {
    const { code, message } = await fault(input);
    expect([code, message]).toEqual(['INVALID_ARGUMENT', expect.stringContaining(`${field}: `)]);
    expect(message).toContain(reason);
    expect(on.wire.changes()).toEqual([]);
  });

  it('is refused where the plugin moves no data', async () => {
    on.host.install('rabbitmq');
    await on.given('rabbitmq:create q');
    expect((await fault({ action: 'export', type: 'rabbitmq', service: 'q' })).code).toBe('UNSUPPORTED');
  });
});

describe('export', () => {
  it('leaves a private file with its manifest, and only the service is read', async () => {
    const { data, text, plan } = await apply({ action: 'export', ...db });
    expect(plan?.effect).toBe('reversible');
    expect(plan?.commands[0]).toContain(
      `dokku postgres:export db > ${on.context.backups.dir}/sim.postgres.db.TIME.pgdump`,
    );
    const [dump = '', manifest = ''] = files();
    expect(dump).toMatch(/^sim\.postgres\.db\.\d{8}T\d{6}Z\.pgdump$/);
    expect(manifest).toBe(`${dump}.json`);
    expect(data).toMatchObject({ file: dump, holds: '3 rows' });
    expect(text).toContain('test_restore');
    for (const file of [dump, manifest])
      expect(statSync(join(on.context.backups.dir, file)).mode & 0o777).toBe(0o600);
    const bytes = readFileSync(join(on.context.backups.dir, dump));
    expect(bytes.subarray(0, 5).toString()).toBe('PGDMP');
    expect(JSON.parse(readFileSync(join(on.context.backups.dir, manifest), 'utf8'))).toMatchObject({
      host: 'sim',
      type: 'postgres',
      name: 'db',
      version: 'postgres:18.4',
      bytes: bytes.length,
      held: { count: 3, unit: 'rows' },
    });
    expect(on.wire.changes()).toEqual([]);
  });

  it('two of redis in a row wait for each other: the second one would hang for ever', async () => {
    await Promise.all([apply({ action: 'export', ...cache }), apply({ action: 'export', ...cache })]);
    await apply({ action: 'export', ...cache });
    expect(files().filter((name) => name.endsWith('.rdb'))).toHaveLength(3);
  });

  it('that hangs is given up, said, and nothing of it is kept', async () => {
    await apply({ action: 'export', ...cache });
    await say('redis:connect cache', 'SAVE\n');
    // Another client's export in this very second.
    const store = on.host.datastores.get('redis/cache')?.data as { lastSave: number };
    on.wire.before = ([name]) => {
      if (name === 'redis:export') store.lastSave = Math.floor((on.host.now() + 220) / 1000);
    };
    const { code, message } = await fault({ action: 'export', ...cache });
    expect(code).toBe('OUTCOME_UNKNOWN');
    expect(message).toContain('Nothing of the export is kept. The last good backup');
    expect(message).toContain('until the service is restarted');
    expect(files().filter((name) => !name.endsWith('.json'))).toHaveLength(1);
  });

  it('of a stopped service is refused with the way out', async () => {
    await on.given('postgres:stop db');
    const { code, remedy } = await fault({ action: 'export', ...db });
    expect([code, remedy]).toEqual(['CONFLICT', expect.stringContaining('"action": "start"')]);
  });
});

describe('import', () => {
  it('exports first, asks for the name, and counts afterwards', async () => {
    const { data } = await apply({ action: 'export', ...db });
    await say('postgres:connect db', 'insert into t values (4);\n');
    on.wire.argv.length = 0;
    on.host.advance(2000);
    const { data: done, plan, text } = await apply({ action: 'import', ...db });
    expect(plan).toMatchObject({ effect: 'destructive', typedName: 'db' });
    expect(sent()).toEqual(['postgres:export db', 'postgres:import db']);
    expect(done).toMatchObject({ file: data.file, holds: '3 rows' });
    expect(text).toContain('it holds 3 rows now (before: 4, in the dump: 3)');
    const { safety } = done;
    expect(text).toContain(`{"file":"${String(safety)}"}`);
    const back = await apply({ action: 'import', ...db, options: { file: safety } });
    expect(back.data).toMatchObject({ holds: '4 rows' });
  });

  it.each([
    ['garbage', 'this is not a dump\n'],
    ['nothing', ''],
    ['plain SQL', 'create table u(i int);\n'],
    ['a dump of another kind', 'PGDMP and so on'],
    ['a cut dump', 'REDIS0010\xfa\x09redis-ver\x067.0.15'],
  ])('of %s is refused before anything is sent; redis would lose its data', async (_, content) => {
    await apply({ action: 'export', ...cache });
    on.wire.argv.length = 0;
    writeFileSync(join(on.context.backups.dir, 'mine.rdb'), content, 'latin1');
    const { code, message } = await fault({ action: 'import', ...cache, options: { file: 'mine.rdb' } });
    expect(code).toBe('BACKUP_FAILED');
    expect(message).toContain('Nothing was sent to the host');
    expect(sent()).toEqual([]);
    expect(await say('redis:connect cache', 'DBSIZE\n')).toContain('2');
  });

  it('of a file that was changed is refused', async () => {
    const { data } = await apply({ action: 'export', ...db });
    const path = join(on.context.backups.dir, String(data.file));
    const bytes = readFileSync(path);
    bytes[bytes.length - 1] = 7 ^ (bytes.at(-1) ?? 0);
    writeFileSync(path, bytes);
    const { code, message } = await fault({ action: 'import', ...db });
    expect([code, message]).toEqual(['BACKUP_FAILED', expect.stringContaining('SHA-256')]);
    expect(sent()).toEqual(['postgres:export db']);
  });

  it('that the plugin breaks off half way says what stands and where the data is', async () => {
    const made = on.host.datastores.get('redis/cache');
    if (made !== undefined) made.groupWritable = false;
    await apply({ action: 'export', ...cache });
    on.host.advance(5000);
    const failure = await fault({ action: 'import', ...cache });
    expect(failure.code).toBe('PARTLY_APPLIED');
    expect(failure.message).toContain('the redis service cache is stopped, and what it held is removed');
    expect(failure.remedy).toContain('umask 022');
    expect(failure.remedy).toMatch(/is in sim\.redis\.cache\.\S+\.rdb: backups_run/);
  });
});

describe('test restore', () => {
  it('on a host where the plugin may not write says nothing against the dump', async () => {
    on.host.umask = '022';
    await apply({ action: 'export', ...cache });
    on.host.advance(5000);
    const failure = await fault({ action: 'test_restore', ...cache });
    expect(failure.code).toBe('BACKUP_FAILED');
    expect(failure.message).toContain('says nothing about the dump');
    expect(failure.remedy).toContain('umask 022');
    const [kept] = await on.context.backups.list(on.context.host);
    expect(kept).not.toHaveProperty('tested');
  });

  it.each([
    [db, '3 rows came back, 3 were exported'],
    [cache, '2 keys came back, 2 were exported'],
  ])('of %j restores into a throw-away service, compares and cleans up', async (key, found) => {
    await apply({ action: 'export', ...key });
    on.wire.argv.length = 0;
    const { text, plan, data } = await apply({ action: 'test_restore', ...key });
    expect(plan?.effect).toBe('reversible');
    expect(text).toContain(`can be restored: ${found}`);
    expect(text).toContain('is gone again');
    expect(data).toMatchObject({ service: key.service });
    expect([...on.host.datastores.keys()]).toEqual(['postgres/db', 'redis/cache']);
    expect(sent().map((line) => line.split(' ')[0])).toEqual(
      ['create', 'import', 'destroy'].map((verb) => `${key.type}:${verb}`),
    );
    expect(sent().join()).toMatch(/mcp-restore-test-[0-9a-f]{8}/);
    const { data: status } = await on.ask(backupStatus, { ...key, verify: true } as never);
    expect(status.services[0]?.restorable).toContain(`${found}; SHA-256 and format are right`);
    expect(status.findings).toEqual([]);
  });

  it('of a dump that lost rows is bad news, and the backup counts as bad', async () => {
    const { data } = await apply({ action: 'export', ...db });
    const manifest = join(on.context.backups.dir, `${String(data.file)}.json`);
    const noted = JSON.parse(readFileSync(manifest, 'utf8')) as object;
    writeFileSync(manifest, JSON.stringify({ ...noted, held: { count: 9, unit: 'rows' } }));
    const { code, message } = await fault({ action: 'test_restore', ...db });
    expect([code, message]).toEqual(['BACKUP_FAILED', expect.stringContaining('only 3 of 9 rows came back')]);
    // Its commands ran well; what is on record is what came of them.
    expect(on.audit.outcomes.at(-1)).toMatchObject({
      result: 'failed',
      code: 'BACKUP_FAILED',
      found: expect.stringMatching(/^test_restore b-\w+ failed: .*only 3 of 9 rows came back/),
    });
    const { data: status } = await on.ask(backupStatus, db as never);
    expect(status.services[0]?.last_good).toBeUndefined();
    expect(status.findings.map(({ rule }) => rule)).toEqual(['backup-missing', 'backup-unreadable']);
    expect([...on.host.datastores.keys()]).toEqual(['postgres/db', 'redis/cache']);
  });

  it('that was cut off leaves a service that is recognised, with the way to remove it', async () => {
    await apply({ action: 'export', ...db });
    on.wire.before = ([name]) => {
      if (name === 'postgres:destroy')
        throw new DomainError('LINK_LOST', { command: 'postgres:destroy', host: 'sim', reason: 'cut' });
    };
    const lost = await fault({ action: 'test_restore', ...db });
    expect(lost.code).toBe('OUTCOME_UNKNOWN');
    expect(lost.message).toContain('is still there');
    on.wire.before = () => undefined;
    const { text } = await on.ask(backupStatus, {});
    expect(text).toMatch(
      /left the postgres service mcp-restore-test-\w+ behind.*services_set \{"action":"destroy"/,
    );
    expect((await fault({ action: 'test_restore', ...db })).code).toBe('CONFLICT');
  });
});

describe('S3', () => {
  const auth = {
    action: 'auth',
    ...db,
    options: {
      access_key_id: { env: 'SECRET_ID' },
      secret_access_key: { env: 'SECRET_A' },
      endpoint: 'http://172.17.0.1:9000',
    },
  };
  const given = { SECRET_A: 'from-the-env', SECRET_ID: 'AKIAEXAMPLE' };
  beforeEach(() => {
    const { references } = on.context;
    Object.assign(on.context, {
      references: { ...references, env: (name: keyof typeof given) => given[name] },
    });
  });

  it('takes credentials from references, twice, and never shows them', async () => {
    const first = await apply(auth);
    const second = await apply(auth);
    expect(second.text).toContain('cannot be read back');
    expect(on.host.datastores.get('postgres/db')?.backupAuth).toMatchObject({
      accessKeyId: 'AKIAEXAMPLE',
      secretAccessKey: 'from-the-env',
      endpoint: 'http://172.17.0.1:9000',
    });
    const shown = JSON.stringify([first, second, on.audit.intents, on.audit.outcomes]);
    expect(shown).not.toContain('from-the-env');
    expect(shown).not.toContain('AKIAEXAMPLE');
    expect(shown).toContain('process list');
  });

  it('backs up now, and says what went wrong', async () => {
    expect((await fault({ action: 'run', ...db, options: { bucket: 'svc-bucket' } })).message).toContain(
      'Missing AWS_ACCESS_KEY_ID',
    );
    await apply(auth);
    expect((await apply({ action: 'run', ...db, options: { bucket: 'svc-bucket' } })).text).toContain(
      'backed up to the bucket svc-bucket',
    );
    expect(on.host.datastores.get('postgres/db')?.backups).toHaveLength(1);
    expect((await fault({ action: 'run', ...db, options: { bucket: 'svc-nobucket' } })).code).toBe(
      'COMMAND_FAILED',
    );
    const { data } = await on.ask(backupStatus, db as never);
    expect(data.services[0]?.s3_at).toBeDefined();
    expect(data.findings).toEqual([]);
  });

  it('schedules, shows the schedule, and ends it', async () => {
    const scheduled = await apply({
      action: 'schedule',
      ...db,
      options: { cron: '0 3 * * *', bucket: 'svc-bucket' },
    });
    expect(scheduled.text).toMatch(
      /Cron of the host has: 0 3 \* \* \* dokku .*postgres:backup db svc-bucket/,
    );
    const { text } = await on.ask(backupStatus, db as never);
    expect(text).toContain('schedule: 0 3 * * *');
    expect((await apply({ action: 'unschedule', ...db })).text).toContain('no scheduled backups');
  });
});

describe('prune', () => {
  it('asks, removes what the rule lets go, and sends nothing', async () => {
    for (let count = 0; count < 3; count += 1) await apply({ action: 'export', ...db });
    expect(files()).toHaveLength(6);
    on.wire.argv.length = 0;
    const { data, plan } = await apply({
      action: 'prune',
      ...db,
      options: { keep: { daily: 0, weekly: 0, monthly: 0 } },
    });
    expect(plan?.effect).toBe('destructive');
    expect(data).toMatchObject({ removed: 2 });
    expect(files()).toHaveLength(2);
    expect(on.wire.changes()).toEqual([]);
  });
});

describe('status', () => {
  it('says what has no backup, what is stale, and what is gone or changed', async () => {
    const before = await on.ask(backupStatus, {});
    expect(before.data.findings.map(({ rule, subjects }) => [rule, ...subjects])).toEqual([
      ['backup-missing', 'postgres/db'],
      ['backup-missing', 'redis/cache'],
    ]);
    const { data } = await apply({ action: 'export', ...db });
    writeFileSync(join(on.context.backups.dir, String(data.file)), 'short');
    const after = await on.ask(backupStatus, db as never);
    expect(after.data.findings.map(({ rule }) => rule)).toEqual(['backup-missing', 'backup-lost']);
    expect(after.text).toContain('changed');
    await apply({ action: 'export', ...cache });
    await on.context.clock.sleep(27 * 3_600_000);
    const stale = await on.ask(backupStatus, cache as never);
    expect(stale.text).toContain('is 27 hours old');
  });
});
