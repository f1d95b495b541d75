import type { AuditLog, AuditOutcome } from '../../application/ports.ts';
import type { Deployment } from '../../domain/application/deployment.ts';
import { DomainError } from '../../domain/errors.ts';
import type { Job, JobSpec } from './job.ts';

/** Exactly one outcome for the intent that the job belongs to, also when a process died right after writing it. */
export async function writeAudit(
  job: Job,
  spec: JobSpec,
  deployment: Deployment,
  audit: AuditLog,
): Promise<void> {
  if (spec.audit === undefined) return;
  if ((await job.wasAudited()) && (await audit.stateOf(spec.audit)) !== 'open') return;
  await job.markAudited();
  try {
    await audit.outcome(spec.audit, auditOutcome(deployment));
  } catch (error) {
    // Closed by another process meanwhile: that record stays.
    if (!DomainError.is(error, 'CONFLICT')) throw error;
  }
}

function auditOutcome({ id, status, diagnosis, startedAt, finishedAt }: Deployment): AuditOutcome {
  const durationMs = (finishedAt ?? startedAt) - startedAt;
  const found = `deploy ${id} ${status}${diagnosis === undefined ? '' : `: ${diagnosis.cause}`}`;
  if (status === 'succeeded' || status === 'unchanged') return { result: 'ok', durationMs, found };
  if (status === 'unknown') return { result: 'unknown', resolved: 'still_unknown', durationMs, found };
  return { result: 'failed', code: diagnosis?.code ?? status.toUpperCase(), durationMs, found };
}
