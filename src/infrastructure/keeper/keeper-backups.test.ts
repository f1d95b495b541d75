import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, openBench } from '../../../test/support/context.ts';
import type { BackupRequest } from '../../application/backup-jobs.ts';
import { backupsRun } from '../../application/operations/backups-run.ts';
import { BackupFolder } from './backup-job.ts';
import { KeeperBackups } from './keeper-backups.ts';

const db = { type: 'postgres', name: 'db' };
let on: Bench;
let file: string;

beforeEach(async () => {
  on = await openBench();
  on.host.install('postgres');
  await on.given('postgres:create db');
  const { answer } = await on.apply(backupsRun, { action: 'export', type: 'postgres', service: 'db' });
  file = String((answer?.data as { file: string } | undefined)?.file);
  on.wire.argv.length = 0;
});
afterEach(() => on.close());

const server = (spawnKeeper: () => void = () => undefined) =>
  new KeeperBackups({
    folder: on.folder,
    audit: on.audit,
    clock: on.context.clock,
    connectionOf: () => null,
    contextOf: () => on.context,
    spawnKeeper,
  });
/** As the planner makes it, under an intent of its own. */
const request = async (action: 'export' | 'import'): Promise<BackupRequest> => {
  const { work, commands } = await on.plan(backupsRun, { action, type: 'postgres', service: 'db' });
  if (work === undefined) throw new Error('no work');
  const audit = await on.audit.intent({
    id: `act-${action}`,
    host: 'sim',
    operation: 'backups_run',
    actor: 'test',
    effect: 'destructive',
    commands: commands.map(({ name }) => name),
  });
  return { host: 'sim', work, actor: 'test', audit };
};
/** A job as a keeper leaves it that was killed while this step ran. */
const left = async (action: 'export' | 'import', step: number, written?: string): Promise<string> => {
  const { id } = await server().start(await request(action));
  const job = new BackupFolder(join(on.folder, 'jobs', id));
  await job.takeTicket();
  await job.writeBegun(step);
  if (written !== undefined) await job.writeFileName(written);
  on.wire.argv.length = 0;
  return id;
};
const changes = () => on.wire.changes();

describe('a job whose keeper was killed', () => {
  it('in an import is unknown, with what stands and the way back, and is settled once', async () => {
    const id = await left('import', 1, file);
    const seen = await Promise.all([server().get(id), server().get(id), server().get(id)]);
    const done = seen.find((one) => one?.status !== 'running') ?? (await server().get(id));
    expect(done).toMatchObject({
      ...db,
      status: 'unknown',
      resolved: 'still_unknown',
      failure: { code: 'OUTCOME_UNKNOWN' },
    });
    const said = JSON.stringify(done?.failure);
    expect(said).toContain('it may hold only a part of');
    expect(said).toContain(`What it held before is in ${file}`);
    expect(await server().get(id)).toEqual(done);
    expect(on.audit.outcomes.filter((outcome) => outcome.id === 'act-import')).toMatchObject([
      { result: 'unknown', resolved: 'still_unknown' },
    ]);
    expect(changes()).toEqual([]);
  });

  it('in the safety export of an import has changed nothing', async () => {
    const part = 'sim.postgres.db.20260101T000000Z.pgdump';
    writeFileSync(join(on.context.backups.dir, `.${part}.part`), 'PGDMP');
    const id = await left('import', 0, part);
    const done = await server().get(id);
    expect(done).toMatchObject({ status: 'unknown', resolved: 'not_applied' });
    expect(JSON.stringify(done?.failure)).toContain('Nothing was imported.');
    expect(readdirSync(on.context.backups.dir)).toEqual([file, `${file}.json`]);
  });

  it('after the file had its name says that it is kept, and still not that all is well', async () => {
    const id = await left('export', 0, file);
    expect(await server().get(id)).toMatchObject({ status: 'unknown', resolved: 'applied' });
    expect(existsSync(join(on.context.backups.dir, file))).toBe(true);
  });

  it('is closed by the next server before its first answer', async () => {
    await left('export', 0);
    await server().settleLeft('other');
    expect(on.audit.outcomes.filter(({ id }) => id === 'act-export')).toEqual([]);
    await server().settleLeft('sim');
    expect(on.audit.outcomes.filter(({ id }) => id === 'act-export')).toMatchObject([{ result: 'unknown' }]);
    expect((await server().ofAudit('act-export'))?.status).toBe('unknown');
  });
});

it('a keeper that cannot be started has sent nothing, and says why', async () => {
  const jobs = server(() => {
    throw new Error('spawn ENOMEM');
  });
  const done = await jobs.start(await request('export'));
  expect(done.status).toBe('failed');
  expect(JSON.stringify(done.failure)).toContain('before anything was sent (it said: spawn ENOMEM)');
  expect(on.audit.outcomes.at(-1)).toMatchObject({ result: 'failed', code: 'BACKUP_FAILED' });
});

it('secrets of a command never get into the specification', async () => {
  const asked = await request('export');
  const steps = asked.work.steps.map((step) => ({ ...step, secrets: ['hunter2'] }));
  const { id } = await server().start({ ...asked, work: { ...asked.work, steps } });
  const spec = await new BackupFolder(join(on.folder, 'jobs', id)).spec();
  expect(JSON.stringify(spec)).not.toContain('hunter2');
});
