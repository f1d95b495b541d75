import { z } from 'zod';
import { DomainError } from '../../domain/errors.ts';
import type { ServiceKey } from '../../domain/service/service.ts';
import type { BackupJob } from '../backup-jobs.ts';
import type { Context } from '../context.ts';
import { failureOf, follow, nameOf } from '../workflows/backup-answer.ts';
import { time } from './fields.ts';

/* Exports, imports and test restores in their keepers, as a caller sees them. */

export const JobFact = z.object({
  id: z.string(),
  action: z.string(),
  type: z.string(),
  service: z.string(),
  status: z.string(),
  command: z.string().optional(),
  started_at: z.string(),
  finished_at: z.string().optional(),
  code: z.string().optional(),
  file: z.string().optional(),
  safety: z.string().optional(),
  holds: z.string().optional(),
  lines: z.number(),
});

/** Which part of a job's output is wanted, and how long to wait for its end. */
export interface Wanted {
  readonly id: string;
  readonly wait_seconds: number;
  readonly cursor?: number | undefined;
  readonly tail: number;
}

/** One job, with its output. Faults: NOT_FOUND. */
export async function jobSeen({ id, wait_seconds, cursor, tail }: Wanted, context: Context) {
  const { backupJobs, progress, signal } = context;
  const known = await jobOf(id, context);
  const job =
    wait_seconds === 0 ? known : await backupJobs.wait(id, { ms: wait_seconds * 1000, progress, signal });
  const from = cursor ?? Math.max(0, job.lines - tail);
  const { lines, next, more } = await backupJobs.log(id, from, tail);
  const onward = more ? `\nMore output: cursor ${next}.` : '';
  return {
    job: { ...jobFact(job), next_cursor: next, more },
    text: jobText(job) + onward,
    output: lines.join('\n'),
  };
}

/** A job of this host. Faults: NOT_FOUND with those there are. */
export async function jobOf(id: string, { backupJobs, host }: Context): Promise<BackupJob> {
  const job = await backupJobs.get(id);
  if (job?.host === host) return job;
  const known = (await backupJobs.list(host)).slice(0, 5).map((one) => one.id);
  throw new DomainError('NOT_FOUND', {
    what: 'backup job',
    name: id,
    wayOut:
      known.length === 0
        ? 'There is none on this host; backups_run starts one.'
        : `The newest are: ${known.join(', ')}.`,
  });
}

/** Faults: CONFLICT while the data of the service is moved, which has to stand as it is until that has ended. */
export async function refuseWhileMoved(key: ServiceKey, context: Context): Promise<void> {
  const job = (await runningJobs(context)).find(
    ({ action, type, name }) => action !== 'test_restore' && type === key.type && name === key.name,
  );
  if (job === undefined) return;
  throw new DomainError('CONFLICT', {
    reason: `${nameOf(job)} runs; until it has ended the service stays as it is.`,
    wayOut: follow(job.id),
  });
}

export async function runningJobs({ backupJobs, host }: Context): Promise<readonly BackupJob[]> {
  return (await backupJobs.list(host)).filter(({ status }) => status === 'running');
}

export function jobFact(job: BackupJob): z.input<typeof JobFact> {
  const { id, action, type, name, status, command, startedAt, finishedAt, answer, failure, lines } = job;
  const { file, safety, holds } = answer?.data ?? {};
  return {
    id,
    action,
    type,
    service: name,
    status,
    ...(command === undefined ? {} : { command }),
    started_at: time(startedAt),
    ...(finishedAt === undefined ? {} : { finished_at: time(finishedAt) }),
    ...(failure === undefined ? {} : { code: failure.code }),
    ...(file === undefined ? {} : { file }),
    ...(safety === undefined ? {} : { safety }),
    ...(holds === undefined ? {} : { holds }),
    lines,
  };
}

/** A job in the words that a reader needs first. */
export function jobText(job: BackupJob): string {
  const { id, status, command, answer } = job;
  if (status === 'running') {
    const at = command === undefined ? 'waits for its turn' : `runs (dokku ${command})`;
    return `${nameOf(job)} ${at}. ${follow(id)}`;
  }
  const failure = failureOf(job);
  const said = failure === undefined ? (answer?.text ?? '') : `${failure.message} ${failure.remedy}`;
  return `${nameOf(job)}: ${status}. ${said}`;
}
