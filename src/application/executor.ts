import { DomainError } from '../domain/errors.ts';
import { moved } from '../domain/moved.ts';
import type { AcceptedChanges } from './accepted.ts';
import { AppLock } from './app-lock.ts';
import { type CarryDeps, carry } from './carry.ts';
import { type ConsentDeps, requireConsent } from './consenting.ts';
import type { Context } from './context.ts';
import { forget } from './explained.ts';
import { generatedFor } from './generated.ts';
import { guard } from './guard.ts';
import type { Locks } from './locks.ts';
import type { Claim, Once, OnceKey } from './once.ts';
import type { Answer, Change, Plan } from './operation.ts';
import type { Call, Outcome, ShownPlan } from './pipeline.ts';
import type { Plans, StoredPlan } from './plans.ts';
import type { Clock } from './ports.ts';
import { needsPerson, showPlan, withoutSecrets } from './shown.ts';
import { awaitTurn } from './turn.ts';
import type { Vault } from './vault.ts';

export interface ExecutorDeps extends ConsentDeps, CarryDeps {
  readonly clock: Clock;
  readonly locks: Locks;
  readonly vault: Vault;
  readonly plans: Plans;
  readonly once: Once;
  readonly accepted: AcceptedChanges;
  /** How long a caller waits: for the job before its change, and for its own before it gets the handle; milliseconds. */
  readonly boundedWaitMs: number;
  /** SHA-256 (hex) of a JSON value. */
  readonly digest: (value: unknown) => string;
}

interface Prepared {
  readonly plan: Plan;
  readonly shown: ShownPlan;
  /** A person has to agree: by the plan, by its effect, or by the policy. */
  readonly asks: boolean;
}

interface Applying {
  readonly context: Context;
  readonly prepared: Prepared;
  readonly claim: Claim | undefined;
  /** When the caller gets an answer, also of work that goes on. */
  readonly until: number;
}

const DAY_MS = 24 * 3_600_000;

/**
 * The only code that sends a changing command: plan → guard → turn → confirm → app lock → intent (on disk) → run → read back →
 * outcome (on disk) → undo journal. Every command is sent at most once, whatever ends in between; a token or an
 * idempotency key makes a whole call happen at most once.
 */
export class Executor {
  readonly #deps: ExecutorDeps;
  readonly #locks: AppLock;

  constructor(deps: ExecutorDeps) {
    this.#deps = deps;
    this.#locks = new AppLock(deps.locks, deps.clock);
  }

  /**
   * Runs one change. In plan mode it only shows and keeps the plan. Faults: CONFIRMATION_REQUIRED (with the plan to
   * confirm), PLAN_STALE, PLAN_EXPIRED, PLAN_MISMATCH, IN_PROGRESS, LOCKED (a job of the app runs), CONFIRMATION_DECLINED, OUTCOME_UNKNOWN with what
   * reading back showed, PARTLY_APPLIED when a later command failed, NOT_APPLIED, AUDIT_UNAVAILABLE, and whatever the
   * host answered.
   */
  async run(change: Change, call: Call, context: Context): Promise<Outcome> {
    const { plans, once, accepted } = this.#deps;
    if (call.mode === 'plan') {
      const id = plans.newId();
      const prepared = await this.#prepare(change, call, context, id);
      await this.#keep(id, call, prepared);
      return { plan: prepared.shown, token: id };
    }
    const stored = call.token === undefined ? undefined : await plans.redeem(call.token, call);
    const key = this.#keyOf(call, stored);
    if (key === undefined) return await this.#attempt(change, call, context, stored);
    const recover = (id: string) => accepted.recover(id, context);
    return await once.run(key, recover, (claim) => this.#attempt(change, call, context, stored, claim));
  }

  #keyOf(call: Call, stored: StoredPlan | undefined): OnceKey | undefined {
    const { plans, vault } = this.#deps;
    if (stored !== undefined) {
      const { id, request } = stored;
      return { name: id, what: `the plan ${id}`, request, lifeMs: DAY_MS };
    }
    const key = call.idempotencyKey;
    if (key === undefined) return undefined;
    const name = vault.hash(JSON.stringify([call.actor, key]));
    return { name, what: `The idempotency key "${key}"`, request: plans.requestOf(call), lifeMs: DAY_MS };
  }

  async #attempt(
    change: Change,
    call: Call,
    context: Context,
    stored: StoredPlan | undefined,
    claim?: Claim,
  ): Promise<Outcome> {
    if (stored !== undefined) this.#deps.plans.refuseExpired(stored);
    const { boundedWaitMs, clock } = this.#deps;
    const id = stored?.id ?? call.confirmation?.plan ?? this.#deps.plans.newId();
    const until = clock.now() + boundedWaitMs;
    let since = { lock: this.#locks.now(), job: clock.now() };
    const prepare = (): Promise<Prepared> => this.#prepare(change, call, context, id);
    const check = async (prepared: Prepared): Promise<Prepared> => {
      await this.#check(id, call, prepared, context, stored);
      return prepared;
    };
    const apply = async (prepared: Prepared): Promise<Outcome> => ({
      answer: await this.#apply(change, call, { context, prepared, claim, until }),
      plan: prepared.shown,
    });
    const jobEnded = async ({ plan }: Prepared): Promise<boolean> =>
      plan.app !== undefined && (await awaitTurn(plan.app, { until, since: since.job }, context));
    let first = await prepare();
    if (first.plan.concurrent === true) return await apply(await check(first));
    // Before a person is asked: nobody should agree to what then cannot be sent.
    if (await jobEnded(first)) {
      forget(first.plan, context);
      since = { lock: this.#locks.now(), job: clock.now() };
      first = await prepare();
    }
    await check(first);
    const { app } = first.plan;
    const key = app === undefined ? `host/${call.host}` : `app/${call.host}/${app}`;
    // Whoever was before us may have changed what the plan was made from, and what a person agreed to.
    return await this.#locks.hold(key, { since: since.lock, signal: call.signal }, async (movedOn) => {
      const ended = await jobEnded(first);
      if (!movedOn && !ended) return await apply(first);
      forget(first.plan, context);
      return await apply(await check(await prepare()));
    });
  }

  async #prepare(change: Change, call: Call, context: Context, id: string): Promise<Prepared> {
    const { vault, digest, secretsOf } = this.#deps;
    const references = generatedFor(id, context.references, vault);
    const plan = await change.plan(call.input, { ...context, references });
    const asked = await guard(plan.commands, context, change.name);
    for (const command of [...plan.commands, ...(plan.inverse ?? [])])
      secretsOf(call.host).learnCommand(command);
    const said = await showPlan(change, plan, context, digest);
    const shown = withoutSecrets(said, secretsOf(call.host));
    return { plan, shown, asks: asked || needsPerson(shown, plan) };
  }

  async #check(
    id: string,
    call: Call,
    prepared: Prepared,
    context: Context,
    stored: StoredPlan | undefined,
  ): Promise<void> {
    const { plan, shown, asks } = prepared;
    if (stored !== undefined && stored.digest !== shown.digest) throw this.#stale(stored, plan, context);
    if (!asks) return;
    try {
      await requireConsent(id, shown, call, stored, this.#deps);
    } catch (error) {
      if (DomainError.is(error, 'CONFIRMATION_REQUIRED')) await this.#keep(id, call, prepared, stored);
      if (!DomainError.is(error, 'PLAN_STALE')) throw error;
      const asked = await this.#deps.plans.find(id);
      throw asked === undefined ? error : this.#stale(asked, plan, context);
    }
  }

  async #keep(id: string, call: Call, { plan, shown, asks }: Prepared, known?: StoredPlan): Promise<void> {
    if (known !== undefined) return;
    const masked = this.#deps.secretsOf(call.host).maskValue({ shown, facts: plan.facts });
    await this.#deps.plans.save(id, call, { ...masked, asks });
  }

  #stale(stored: StoredPlan, plan: Plan, { host }: Context): DomainError<'PLAN_STALE'> {
    const now = this.#deps.secretsOf(host).maskValue(plan.facts);
    const differences = moved(stored.facts, now);
    const reason =
      differences.join('; ') || 'the commands would be others (a value that is read here has changed)';
    return new DomainError('PLAN_STALE', { reason });
  }

  async #apply(change: Change, call: Call, { prepared, claim, ...more }: Applying): Promise<Answer<unknown>> {
    const accepted = await this.#deps.accepted.begin(call, change, prepared, claim);
    try {
      const act = { change, call, accepted, ...more, ...prepared, ...(claim === undefined ? {} : { claim }) };
      return await carry(act, this.#deps);
    } finally {
      forget(prepared.plan, more.context);
      await accepted.release();
    }
  }
}
