import type { BackupJob, WorkEnd } from '../../application/backup-jobs.ts';
import type { AuditLog, AuditOutcome } from '../../application/ports.ts';
import { failureOf } from '../../application/workflows/backup-answer.ts';
import type { WorkContext } from '../../application/workflows/backup-context.ts';
import { standing } from '../../application/workflows/backup-standing.ts';
import { failed, unknown, whatOf } from '../../application/workflows/backup-work.ts';
import { DomainError } from '../../domain/errors.ts';
import { Lease } from '../state/lease.ts';
import type { BackupFolder, BackupSpec } from './backup-job.ts';
import { writeAudit } from './job-audit.ts';

export interface SettleBackupDeps {
  readonly context: WorkContext;
  readonly audit: AuditLog;
}

/**
 * Ends a job: by what its keeper wrote down, or, when that died, by what stands. What it left of a file is removed.
 * Writes the outcome to the audit and to the job, once, under a lease; sends nothing but reads. Undefined when another
 * process is at it.
 */
export async function settleBackup(
  job: BackupFolder,
  { context, audit }: SettleBackupDeps,
): Promise<BackupJob | undefined> {
  const lease = await Lease.take(job.folder, 'settle');
  if (lease === undefined) return await job.outcome();
  try {
    const done = await job.outcome();
    if (done !== undefined) return done;
    const spec = await job.spec();
    if (spec === undefined) return undefined;
    const end: WorkEnd = (await job.end()) ?? (await afterKeeper(job, spec, context));
    const seen: BackupJob = { ...(await seenOf(job, spec)), ...end, finishedAt: context.clock.now() };
    await writeAudit(job, spec, auditOutcome(seen), audit);
    await job.writeOutcome(seen);
    return seen;
  } finally {
    lease.release();
  }
}

/** The job as it is seen while it runs. */
export async function seenOf(job: BackupFolder, spec: BackupSpec): Promise<BackupJob> {
  const { id, host, startedAt, work } = spec;
  const step = await job.begun();
  const command = step === undefined ? undefined : work.steps[step]?.name;
  return {
    id,
    host,
    type: work.type,
    name: work.name,
    action: work.action,
    status: 'running',
    ...(command === undefined ? {} : { command }),
    startedAt,
    lines: (await job.output.lines()).length,
  };
}

/** The keeper ended without a word: nothing of it is ever called good. */
async function afterKeeper(job: BackupFolder, { work }: BackupSpec, context: WorkContext): Promise<WorkEnd> {
  const step = await job.begun();
  if (step === undefined) {
    const said = await job.complaint();
    return failed(
      'failed',
      new DomainError('BACKUP_FAILED', {
        what: whatOf(work),
        reason: `the process that was to run it ended before anything was sent${said === undefined ? '' : ` (it said: ${said})`}; nothing was changed`,
        wayOut: 'Call it again.',
      }),
    );
  }
  const file = await job.fileName();
  const isWhole = file !== undefined && (await context.backups.discardUnfinished(file));
  const stands = await standing(work, { step, ...(isWhole ? { made: file } : {}) }, context);
  const command = work.steps
    .slice(0, step + 1)
    .map(({ name }) => name)
    .join(', ');
  return unknown(command, 'the process that carried it was killed', stands);
}

function auditOutcome(job: BackupJob): AuditOutcome {
  const { id, action, status, startedAt, finishedAt, resolved, failure } = job;
  const durationMs = (finishedAt ?? startedAt) - startedAt;
  const what = `${action} ${id} ${status}`;
  if (status === 'succeeded') return { result: 'ok', exit: 0, durationMs, found: what };
  const found = `${what}: ${failureOf(job)?.message ?? ''}`;
  const code = failure === undefined ? {} : { code: failure.code };
  if (status === 'failed' || (status === 'canceled' && resolved === 'not_applied'))
    return { result: 'failed', ...code, durationMs, found };
  return { result: 'unknown', ...code, resolved: resolved ?? 'still_unknown', durationMs, found };
}
