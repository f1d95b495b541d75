import { z } from 'zod';
import { DomainError } from '../domain/errors.ts';
import type { Locks } from './locks.ts';
import type { Call, Confirmation, ShownPlan } from './pipeline.ts';
import type { Plans, StoredPlan } from './plans.ts';
import type { Clock, StateStore } from './ports.ts';

export interface ConsentDeps {
  readonly plans: Plans;
  readonly locks: Locks;
  readonly state: StateStore;
  /** The configuration lets the token of a plan stand for a person's consent. */
  readonly planTokens: boolean;
  /** The command that a person types to see and approve a plan. */
  readonly approveCommand: (plan: string) => string;
}

/**
 * Passes only with the consent of a person to exactly this plan: an answer through the client, a decision made with
 * `dokku-mcp approve`, or, where the configuration says so, the token of the plan. Faults: CONFIRMATION_REQUIRED,
 * CONFIRMATION_DECLINED, PLAN_STALE.
 */
export async function requireConsent(
  id: string,
  shown: ShownPlan,
  call: Call,
  stored: StoredPlan | undefined,
  deps: ConsentDeps,
): Promise<void> {
  const { summary, effect, digest, typedName } = shown;
  const { confirmation } = call;
  if (confirmation !== undefined) {
    answered(confirmation, shown);
    return;
  }
  const decision = stored === undefined ? undefined : await deps.plans.decision(stored.id);
  if (decision?.decision === 'denied') {
    throw new DomainError('CONFIRMATION_DECLINED', { summary, reason: 'denied with dokku-mcp approve' });
  }
  if (decision !== undefined && decision.digest === digest) return;
  if (stored !== undefined && deps.planTokens) return;
  const details = { summary, effect, digest, plan: id, ...(typedName === undefined ? {} : { typedName }) };
  throw new DomainError('CONFIRMATION_REQUIRED', { ...details, wayOut: wayOut(id, deps) });
}

function answered(confirmation: Confirmation, { summary, digest, typedName }: ShownPlan): void {
  if (confirmation.digest !== digest) {
    throw new DomainError('PLAN_STALE', { reason: 'what would be done now is not what was confirmed' });
  }
  if (typedName !== undefined && confirmation.typedName !== typedName) {
    throw new DomainError('CONFIRMATION_DECLINED', {
      summary,
      reason: `the name typed is not "${typedName}"`,
    });
  }
}

/** Takes an answer of a person, yes or no, for its one use by any process. Faults: CONFIRMATION_DECLINED. */
export async function useAnswer(
  id: string,
  summary: string,
  deps: Pick<ConsentDeps, 'locks' | 'state'> & { readonly clock: Pick<Clock, 'now'> },
): Promise<void> {
  const used = new DomainError('CONFIRMATION_DECLINED', { summary, reason: 'this consent was used already' });
  const held = await deps.locks.take(`answer/${id}`, { once: true });
  if (held === undefined) throw used;
  try {
    if ((await deps.state.get(`answers/${id}`)) !== undefined) throw used;
    await forgetOld(deps);
    await deps.state.put(`answers/${id}`, { at: deps.clock.now() });
  } finally {
    await held.release();
  }
}

/** Long after a question is answerable (ten minutes), so that no answer is ever taken twice. */
const KEPT_MS = 24 * 3_600_000;
const Used = z.object({ at: z.number() });

async function forgetOld({
  state,
  clock,
}: Pick<ConsentDeps, 'state'> & { readonly clock: Pick<Clock, 'now'> }): Promise<void> {
  const now = clock.now();
  for (const key of await state.list('answers/')) {
    const used = Used.safeParse(await state.get(key));
    // One without a time, of an earlier version, counts from now on.
    if (!used.success) await state.put(key, { at: now });
    else if (used.data.at < now - KEPT_MS) await state.delete(key);
  }
}

function wayOut(id: string, { approveCommand, planTokens }: ConsentDeps): string {
  const token = `call this tool again with the same arguments and mode: "${id}"`;
  if (planTokens) return `If the user has agreed, ${token}.`;
  return `Ask the user to look at it and to answer in a terminal: ${approveCommand(id)} - then ${token}. Never approve it yourself.`;
}
