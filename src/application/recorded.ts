import { DomainError, type FailureCode } from '../domain/errors.ts';
import { commandNames, messageOf } from './aftermath.ts';
import type { Change, Plan } from './operation.ts';
import type { Call } from './pipeline.ts';
import type { AuditAct, AuditIntent, AuditLog, AuditNote, AuditOutcome, Effect } from './ports.ts';
import type { Principal } from './principal.ts';
import { showCommand } from './show.ts';

/** Writes what is about to be sent and returns the record's id. Faults: AUDIT_UNAVAILABLE; then nothing may be sent. */
export async function recordIntent(
  audit: AuditLog,
  change: Change,
  call: Call,
  plan: Plan,
  effect: Effect,
  more: Pick<AuditIntent, 'id' | 'plan' | 'postcondition'> = {},
): Promise<string> {
  try {
    const act = actOf(call, plan.app);
    const commands = plan.commands.map(showCommand);
    return await audit.intent({ ...act, operation: change.name, effect, commands, ...more });
  } catch (error) {
    const details = { command: commandNames(plan.commands), sent: false, reason: messageOf(error) };
    throw new DomainError('AUDIT_UNAVAILABLE', details, { cause: error });
  }
}

/**
 * Writes what came of it. Another process may have read the host and closed the intent before; then its record stays.
 * Faults: AUDIT_UNAVAILABLE, which also tells the outcome that could not be written.
 */
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
    if (DomainError.is(error, 'CONFLICT')) return;
    const details = {
      command: commandNames(plan.commands),
      sent: true,
      reason: messageOf(error),
      outcome: said,
    };
    throw new DomainError('AUDIT_UNAVAILABLE', details, { cause: error });
  }
}

/** The exit code of the command that failed, where it ended with one. */
export function exitOf(error: unknown): Pick<AuditOutcome, 'exit'> {
  return DomainError.is(error, 'COMMAND_FAILED') ? { exit: error.details.exit } : {};
}

/** Refusals that belong on record, and as what: an operator wants to see what was tried. */
const REFUSALS: Partial<Record<FailureCode, AuditNote['phase']>> = {
  POLICY_DENIED: 'refused',
  PLAN_STALE: 'refused',
  CONFIRMATION_REQUIRED: 'declined',
  CONFIRMATION_DECLINED: 'declined',
};

/** Writes a refusal. Never fails: it stays a refusal where it cannot be written. */
export async function noteRefusal(audit: AuditLog, call: Call, error: unknown): Promise<void> {
  if (!(error instanceof DomainError)) return;
  const { code, message }: { readonly code: FailureCode; readonly message: string } = error;
  const phase = REFUSALS[code];
  if (phase === undefined) return;
  await audit.note({ ...actOf(call), phase, code, reason: message }).catch(() => undefined);
}

/** Writes that a token was used. Never fails: what it was used for may go on without. */
export async function noteUse(audit: AuditLog, call: Call): Promise<void> {
  await audit.note({ ...actOf(call), phase: 'used' }).catch(() => undefined);
}

/** Writes that secrets are about to be shown. Faults: AUDIT_UNAVAILABLE; then they must not be. */
export async function noteReveal(audit: AuditLog, call: Call): Promise<void> {
  try {
    await audit.note({ ...actOf(call), phase: 'revealed' });
  } catch (error) {
    const details = { command: call.operation.name, sent: false, reason: messageOf(error) };
    throw new DomainError('AUDIT_UNAVAILABLE', details, { cause: error });
  }
}

function actOf(call: Call, app: unknown = call.input.app): AuditAct {
  return {
    host: call.host,
    operation: call.operation.name,
    actor: call.actor,
    ...(typeof app === 'string' ? { app } : {}),
    ...(call.client === undefined ? {} : { client: call.client }),
    ...(call.transport === undefined ? {} : { transport: call.transport }),
    ...(call.address === undefined ? {} : { address: call.address }),
    ...(call.principal === undefined ? {} : { principal: principalOf(call.principal) }),
  };
}

function principalOf({ sub, clientId, jti }: Principal) {
  return { sub, client_id: clientId, ...(jti === undefined ? {} : { jti }) };
}
