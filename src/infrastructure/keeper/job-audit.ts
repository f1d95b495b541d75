import type { AuditLog, AuditOutcome } from '../../application/ports.ts';
import type { Deployment } from '../../domain/application/deployment.ts';
import { DomainError } from '../../domain/errors.ts';
import type { BaseSpec } from './job-folder.ts';

/** What is asked of a job whose outcome goes to the audit. */
interface Audited {
  wasAudited(): Promise<boolean>;
  markAudited(): Promise<void>;
}

/** Exactly one outcome for the intent that the job belongs to, also when a process died right after writing it. */
export async function writeAudit(
  job: Audited,
  spec: BaseSpec,
  outcome: AuditOutcome,
  audit: AuditLog,
): Promise<void> {
  if (spec.audit === undefined) return;
  if ((await job.wasAudited()) && (await audit.stateOf(spec.audit)) !== 'open') return;
  await job.markAudited();
  try {
    await audit.outcome(spec.audit, outcome);
  } catch (error) {
    // Closed by another process meanwhile: that record stays.
    if (!DomainError.is(error, 'CONFLICT')) throw error;
  }
}

/** What the audit says of a deploy. */
export function auditOutcome({ id, status, diagnosis, startedAt, finishedAt }: Deployment): AuditOutcome {
  const durationMs = (finishedAt ?? startedAt) - startedAt;
  const found = `deploy ${id} ${status}${diagnosis === undefined ? '' : `: ${diagnosis.cause}`}`;
  if (status === 'succeeded' || status === 'unchanged') return { result: 'ok', durationMs, found };
  if (status === 'unknown') return { result: 'unknown', resolved: 'still_unknown', durationMs, found };
  return { result: 'failed', code: diagnosis?.code ?? status.toUpperCase(), durationMs, found };
}
