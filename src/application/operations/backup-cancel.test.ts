import { readdirSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { type Bench, openBench } from '../../../test/support/context.ts';
import { rightsUnder } from '../../../test/support/rights.ts';
import { DomainError } from '../../domain/errors.ts';
import type { PolicySchema } from '../../domain/policy/policy.ts';
import { FileLocks } from '../../infrastructure/state/file-locks.ts';
import { guardBackupJobs } from '../guarded/backup-jobs.ts';
import type { Held } from '../locks.ts';
import type { Change } from '../operation.ts';
import { backupCancel } from './backup-cancel.ts';
import { backupStatus } from './backup-status.ts';
import { backupsRun } from './backups-run.ts';
import { servicesSet } from './services-set.ts';

const db = { type: 'postgres', service: 'db' };
let on: Bench;
/** Another backup of the same service, which has its turn. */
let other: Held | undefined;

beforeEach(async () => {
  on = await openBench({ parts: { boundedWaitMs: 0 } });
  on.host.install('postgres');
  await on.given('postgres:create db');
  other = await new FileLocks(on.folder).take('backup/sim/postgres/db');
  on.wire.argv.length = 0;
});
afterEach(async () => {
  await other?.release();
  await on.close();
});

const start = async (input: Record<string, unknown> = { action: 'export', ...db }) => {
  const { answer } = await on.apply(backupsRun, input);
  const data = answer?.data as { job: string };
  return { id: data.job, text: answer?.text ?? '' };
};
const fault = async (change: Change, input: Record<string, unknown>): Promise<DomainError> => {
  const error = await on.apply(change, input).catch((reason: unknown) => reason);
  if (!(error instanceof DomainError)) throw new Error(`no fault: ${JSON.stringify(error)}`);
  return error;
};
const ended = async (id: string) => {
  for (;;) {
    const { data, text } = await on.ask(backupStatus, { id });
    if (data.job?.status !== 'running') return { job: data.job, text };
    await delay(5);
  }
};
const exports = () => on.wire.argv.filter(([name]) => name === 'postgres:export').length;

describe('a backup job', () => {
  it('waits until no other backup of the service runs, then goes on by itself', async () => {
    const { id, text } = await start();
    expect(text).toContain(`{"name":"backup_status","input":{"id":"${id}"}}`);
    const waiting = await on.ask(backupStatus, { id });
    expect(waiting.data.job).toMatchObject({ status: 'running', service: 'db' });
    expect(waiting.text).toContain('waits for its turn');
    expect((await on.ask(backupStatus, {})).text).toContain(`(job ${id}) waits for its turn`);
    expect(exports()).toBe(0);
    await other?.release();
    expect((await ended(id)).job).toMatchObject({ status: 'succeeded', action: 'export' });
    expect(exports()).toBe(1);
  });

  it('is ended before its turn without anything being sent', async () => {
    const { id } = await start();
    await on.apply(backupCancel, { id });
    expect(await ended(id)).toMatchObject({
      job: { status: 'canceled' },
      text: expect.stringContaining('it was canceled. Nothing of the export is kept'),
    });
    expect(exports()).toBe(0);
    expect(on.audit.outcomes.find(({ found }) => found?.includes(id) === true)).toMatchObject({
      result: 'failed',
      code: 'BACKUP_FAILED',
    });
    expect(await fault(backupCancel, { id })).toMatchObject({ code: 'CONFLICT' });
  });

  it('keeps others from stopping or destroying its service meanwhile', async () => {
    const { id } = await start();
    for (const action of ['stop', 'restart', 'destroy']) {
      const { code, remedy } = await fault(servicesSet, { action, ...db });
      expect([code, remedy]).toEqual(['CONFLICT', expect.stringContaining(id)]);
    }
    await on.apply(backupCancel, { id });
    await ended(id);
    await on.apply(servicesSet, { action: 'restart', ...db });
  });

  it('that is not known is refused with those there are', async () => {
    const { id } = await start();
    expect(await fault(backupCancel, { id: 'b-none' })).toMatchObject({
      code: 'NOT_FOUND',
      remedy: `The newest are: ${id}.`,
    });
    await on.apply(backupCancel, { id });
  });

  it('stands on the disk without passwords, readable by its user alone', async () => {
    await other?.release();
    const exported = await start();
    await ended(exported.id);
    const { id } = await start({ action: 'test_restore', ...db });
    expect((await ended(id)).job?.status).toBe('succeeded');
    const folder = join(on.folder, 'jobs', id);
    for (const name of readdirSync(folder)) {
      expect((await stat(join(folder, name))).mode & 0o077).toBe(0);
      expect(await readFile(join(folder, name), 'utf8')).not.toMatch(/postgres:\/\/[^:]+:(?!\*)[^@]+@/);
    }
  });

  it('is neither seen nor ended by who may not read the service, or not do what it does', async () => {
    const { id } = await start();
    const jobs = (...rules: z.input<typeof PolicySchema>['rules'] & object) =>
      guardBackupJobs(on.context.backupJobs, rightsUnder({ rules }));
    const blind = jobs(
      { id: 'all', decision: 'allow' },
      { id: 'none', decision: 'deny', commands: ['postgres:info', 'postgres:export'] },
    );
    expect(await blind.get(id)).toBeUndefined();
    expect(await blind.list('sim')).toEqual([]);
    await expect(blind.cancel(id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(blind.log(id, 0, 10)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const reader = jobs({ id: 'look', decision: 'allow', commands: ['postgres:info'] });
    expect((await reader.get(id))?.status).toBe('running');
    await expect(reader.cancel(id)).rejects.toMatchObject({ code: 'POLICY_DENIED' });
    await on.apply(backupCancel, { id });
  });
});
