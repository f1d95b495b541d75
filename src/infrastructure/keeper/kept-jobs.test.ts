import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { clock } from '../local/clock.ts';
import { Lease } from '../state/lease.ts';
import { type BaseSpec, JobFolder } from './job-folder.ts';
import { KeptJobs } from './kept-jobs.ts';

const Spec = z.object({ id: z.string(), host: z.string(), startedAt: z.number() });
interface Seen {
  readonly id: string;
  readonly status: string;
}

/** A job whose keeper takes it just when somebody looks whether it still waits for one. */
class TakenMeanwhile extends JobFolder<BaseSpec, string, Seen> {
  override async hasTicket(): Promise<boolean> {
    if ((await Lease.state(this.folder, 'keeper')) === 'none') {
      await Lease.take(this.folder, 'keeper');
      await this.takeTicket();
    }
    return await super.hasTicket();
  }
}

test('a job that a keeper takes while it is looked at runs, and is not settled as one that was never sent', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'kept-jobs-'));
  const settled: string[] = [];
  const jobs = new KeptJobs<BaseSpec, string, Seen, TakenMeanwhile>(
    { folder, clock, spawnKeeper: () => undefined },
    {
      prefix: 'd-',
      what: 'job',
      open: (path) => new TakenMeanwhile(path, { spec: Spec, ticket: z.string() }),
      running: async (_job, { id }) => ({ id, status: 'running' }),
      settle: async (_job, { id }) => {
        settled.push(id);
        return { id, status: 'failed' };
      },
      unsettled: (running) => running,
      reporter: () => ({ add: () => undefined, end: () => undefined }),
    },
  );
  try {
    const id = jobs.newId(clock.now());
    await jobs.start({ id, host: 'main', startedAt: clock.now() }, 'the command');
    expect(await jobs.look(id)).toEqual({ seen: { id, status: 'running' }, kept: true });
    expect(await jobs.get(id)).toEqual({ id, status: 'running' });
    expect(settled).toEqual([]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
