import { DomainError } from '../domain/errors.ts';
import { commandNames, messageOf } from './aftermath.ts';
import type { Change, Plan } from './operation.ts';
import type { Call } from './pipeline.ts';
import type { AuditLog, AuditOutcome, Effect } from './ports.ts';
import { showCommand } from './show.ts';

/** Writes what is about to be sent and returns the record's id. Faults: AUDIT_UNAVAILABLE; then nothing may be sent. */
export async function recordIntent(
  audit: AuditLog,
  change: Change,
  call: Call,
  plan: Plan,
  effect: Effect,
): Promise<string> {
  try {
    return await audit.intent({
      host: call.host,
      operation: change.name,
      effect,
      commands: plan.commands.map(showCommand),
      actor: call.actor,
      ...(plan.app === undefined ? {} : { app: plan.app }),
    });
  } catch (error) {
    const details = { command: commandNames(plan.commands), sent: false, reason: messageOf(error) };
    throw new DomainError('AUDIT_UNAVAILABLE', details, { cause: error });
  }
}

/** Writes what came of it. Faults: AUDIT_UNAVAILABLE, which also tells the outcome that could not be written. */
export async function recordOutcome(
  audit: AuditLog,
  id: string,
  plan: Plan,
  outcome: AuditOutcome,
  said: string,
): Promise<void> {
  try {
    await audit.outcome(id, outcome);
  } catch (error) {
    const details = {
      command: commandNames(plan.commands),
      sent: true,
      reason: messageOf(error),
      outcome: said,
    };
    throw new DomainError('AUDIT_UNAVAILABLE', details, { cause: error });
  }
}
