import { DomainError } from '../domain/errors.ts';
import type { Accepted } from './accepted.ts';
import { commandNames, isPathFault, isUnknown, isUnsent, messageOf, partly } from './aftermath.ts';
import type { Context } from './context.ts';
import { explained, forget } from './explained.ts';
import type { Journal } from './journal.ts';
import type { Claim } from './once.ts';
import type { Answer, Change, Done, Plan } from './operation.ts';
import type { Call, ShownPlan } from './pipeline.ts';
import type { AuditLog, AuditOutcome, CommandCatalogue, CommandResult } from './ports.ts';
import { exitOf, recordIntent, recordOutcome } from './recorded.ts';
import { resolve } from './resolve.ts';
import type { Secrets } from './secrets.ts';
import { send } from './send.ts';

export interface CarryDeps {
  readonly audit: AuditLog;
  readonly catalogue: CommandCatalogue;
  readonly journal: Journal;
  readonly secretsOf: (host: string) => Secrets;
}

/** One accepted change. */
export interface Act {
  readonly change: Change;
  readonly call: Call;
  readonly context: Context;
  readonly plan: Plan;
  readonly shown: ShownPlan;
  readonly accepted: Accepted;
  readonly claim?: Claim;
  /** Until when the caller waits for long work before it gets the handle, in milliseconds since the epoch. */
  readonly until: number;
}

interface Ending {
  readonly outcome: Omit<AuditOutcome, 'durationMs'>;
  readonly said: string;
  /** The host shows that it was carried out. */
  readonly applied: boolean;
  readonly answer?: Answer<unknown>;
  readonly failure?: unknown;
  /** The way to the host failed before anything went out. */
  readonly unsent?: boolean;
  /** Long work goes on. */
  readonly running?: boolean;
}

/**
 * Carries an accepted change from its intent to its outcome. `ok` is written only after the host has shown it; a job
 * writes its own outcome. Whatever ends in between leaves a record from which the change is closed later.
 */
export async function carry(act: Act, deps: CarryDeps): Promise<Answer<unknown>> {
  const { call, context, plan, shown, accepted, claim, change } = act;
  try {
    await recordIntent(deps.audit, change, call, plan, shown.effect, {
      id: accepted.id,
      plan: shown.digest,
    });
  } catch (error) {
    await claim?.free();
    await accepted.end();
    throw error;
  }
  forget(plan, context);
  const started = context.clock.now();
  const results: CommandResult[] = [];
  let done: Done | undefined;
  let job: string | undefined;
  const handedOver = async (id: string): Promise<void> => {
    job = id;
    await deps.journal.note(accepted.id, call, change, plan, shown, id);
  };
  let ending: Ending;
  try {
    const boundedWaitMs = Math.max(0, act.until - context.clock.now());
    done = await send(plan, context, call, { results, audit: accepted.id, handedOver, boundedWaitMs });
    forget(plan, context);
    const answer = await change.readBack(call.input, context, done);
    const running = (done.deployment ?? done.backup)?.status === 'running';
    const exit = results.at(-1)?.exit;
    const outcome = { result: 'ok' as const, ...(exit === undefined ? {} : { exit }) };
    ending = { outcome, said: 'it reported success', applied: !running, answer, running };
  } catch (error) {
    ending = done === undefined ? await unfinished(act, results, error) : unseen(plan, error);
  }
  if (job === undefined) {
    const durationMs = context.clock.now() - started;
    await recordOutcome(deps.audit, accepted.id, plan, { ...ending.outcome, durationMs }, ending.said);
    if (ending.applied) await deps.journal.note(accepted.id, call, change, plan, shown);
  }
  // What cannot be observed now is only not there to be compared with later.
  if (ending.applied) await deps.journal.observe(accepted.id, context).catch(() => undefined);
  await close(act, ending, deps);
  if (ending.answer === undefined) throw ending.failure;
  return ending.answer;
}

/** Commands were sent, or not all of them: the error is about the one that came last. */
async function unfinished(act: Act, results: readonly CommandResult[], error: unknown): Promise<Ending> {
  const { plan, call, context, change } = act;
  const code = { ...exitOf(error), ...(error instanceof DomainError ? { code: error.code } : {}) };
  if (!isUnknown(error)) {
    const failure = await explained(
      change,
      call,
      context,
      plan,
      partly(plan.commands, results.length, error),
    );
    const found = failure === error ? {} : { found: messageOf(failure) };
    const unsent = results.length === 0 && isUnsent(error);
    return {
      outcome: { result: 'failed', ...code, ...found },
      said: messageOf(failure),
      applied: false,
      failure,
      unsent,
    };
  }
  forget(plan, context);
  const { resolved, found } = await resolve(change, call.input, context, { plan, results: [] });
  const command = commandNames(plan.commands);
  const failure = new DomainError(
    'OUTCOME_UNKNOWN',
    { command, reason: error.message, found },
    { cause: error },
  );
  return {
    outcome: { result: 'unknown', ...code, resolved, found: failure.message },
    said: failure.message,
    applied: resolved === 'applied',
    failure,
  };
}

/** All was sent and reported success, but the host does not show it, or could not be asked. */
function unseen(plan: Plan, error: unknown): Ending {
  if (error instanceof DomainError && !isPathFault(error)) {
    const outcome = { result: 'failed' as const, code: error.code, found: error.message };
    return { outcome, said: error.message, applied: false, failure: error };
  }
  const found = messageOf(error);
  const reason = 'it reported success, but could not be read back';
  const failure = isPathFault(error)
    ? new DomainError(
        'OUTCOME_UNKNOWN',
        { command: commandNames(plan.commands), reason, found },
        { cause: error },
      )
    : error;
  const outcome = {
    result: 'unknown' as const,
    resolved: 'still_unknown' as const,
    found: `${reason}: ${found}`,
  };
  return { outcome, said: reason, applied: false, failure };
}

async function close({ accepted, claim, call, shown }: Act, ending: Ending, deps: CarryDeps): Promise<void> {
  const { answer, failure } = ending;
  if (claim !== undefined) {
    const result =
      answer !== undefined
        ? { answer, plan: shown }
        : failure instanceof DomainError
          ? failure
          : new DomainError('INTERNAL', { id: accepted.id });
    if (ending.unsent === true) await claim.free();
    else if (result instanceof DomainError) await claim.finish(result);
    else await claim.finish(deps.secretsOf(call.host).maskValue(result));
  }
  await accepted.end();
}
