import { DomainError } from '../../domain/errors.ts';
import type { BackupJob, BackupJobs } from '../backup-jobs.ts';
import type { Command } from '../ports.ts';
import type { Rights } from '../rights.ts';
import { permits } from './client.ts';

/** The tool that jobs are of. */
const tool = 'backups_run';

/**
 * Jobs are seen by who may read the service or do what the job does; who may not do it may not end it. What a job
 * sends is judged before it is handed to its keeper.
 */
export function guardBackupJobs(jobs: BackupJobs, rights: Rights): BackupJobs {
  if (rights.open) return jobs;
  const mine = (job: BackupJob): boolean =>
    job.host === rights.subject.host &&
    (rights.judge({ name: `${job.type}:info`, args: [job.name] }).verdict !== 'deny' ||
      rights.judge(moving(job), tool).verdict !== 'deny');
  const own = async (id: string): Promise<BackupJob> => {
    const found = await jobs.get(id);
    if (found === undefined || !mine(found))
      throw new DomainError('NOT_FOUND', { what: 'backup job', name: id });
    return found;
  };
  return {
    async start(request) {
      for (const { sink: _, source: __, ...command } of request.work.steps) permits(rights, command, tool);
      return await jobs.start(request);
    },
    ofAudit: (audit) => jobs.ofAudit(audit),
    settleLeft: (host) => jobs.settleLeft(host),
    async get(id) {
      const found = await jobs.get(id);
      return found !== undefined && mine(found) ? found : undefined;
    },
    list: async (host) => (await jobs.list(host)).filter(mine),
    async wait(id, options) {
      await own(id);
      return await jobs.wait(id, options);
    },
    async log(id, cursor, limit) {
      await own(id);
      return await jobs.log(id, cursor, limit);
    },
    async cancel(id) {
      permits(rights, moving(await own(id)), tool);
      await jobs.cancel(id);
    },
  };
}

/** The command that decides who may do what a job does. */
function moving({ type, name, action }: BackupJob): Command {
  return { name: `${type}:${action === 'export' ? 'export' : 'import'}`, args: [name] };
}
