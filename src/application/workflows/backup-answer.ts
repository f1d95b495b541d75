import { type Details, DomainError, type FailureCode } from '../../domain/errors.ts';
import { failures } from '../../domain/failures.ts';
import type { BackupJob, WorkAnswer } from '../backup-jobs.ts';
import { title } from '../operations/services-facts.ts';

/**
 * What a caller is told of a job: the answer that it ended with, or while it runs the handle. Faults: what it ended with
 * where that was a failure.
 */
export function answerOf(job: BackupJob): WorkAnswer {
  const { id, type, name, answer } = job;
  const failure = failureOf(job);
  if (failure !== undefined) throw failure;
  if (answer !== undefined) return { ...answer, data: { ...answer.data, job: id } };
  return { data: { type, service: name, job: id }, text: `${nameOf(job)} runs. ${follow(id)}` };
}

/** The failure that a job ended with. */
export function failureOf({ failure }: BackupJob): DomainError | undefined {
  if (failure === undefined) return undefined;
  const { code, details } = failure;
  if (!isCode(code)) return new DomainError('INTERNAL', { id: code });
  return new DomainError(code, details as Details<FailureCode>);
}

/** The calls that follow a job and that end it. */
export function follow(id: string): string {
  const call = (name: string) => JSON.stringify({ name, input: { id } });
  return `Follow it with command_query ${call('backup_status')}; command_execute ${call('backup_cancel')} ends it.`;
}

export function nameOf(job: Pick<BackupJob, 'action' | 'type' | 'name' | 'id'>): string {
  const what = { export: 'export of', import: 'import into', test_restore: 'test restore of a dump of' };
  return `The ${what[job.action]} the ${title(job)} (job ${job.id})`;
}

function isCode(code: string): code is FailureCode {
  return code in failures;
}
