import { z } from 'zod';
import { DomainError, ValidationError } from '../domain/errors.ts';
import { canonical } from '../domain/moved.ts';
import type { Locks } from './locks.ts';
import type { Call, ShownPlan } from './pipeline.ts';
import type { Clock, StateStore } from './ports.ts';
import type { Vault } from './vault.ts';

const LIFE_MS = 3_600_000;
/** Kept longer than it is good for, so that a late token is told from one that never was. */
const KEPT_MS = 24 * LIFE_MS;
const ID = /^p-([a-z0-9]{9})[a-z0-9]{12}$/;

/** A plan as it may be shown, as it is kept. */
export const Shown = z.object({
  summary: z.string(),
  effect: z.enum(['reversible', 'disruptive', 'destructive']),
  digest: z.string(),
  commands: z.array(z.string()),
  consequences: z.array(z.string()),
  inverse: z.array(z.string()),
  typedName: z.string().exactOptional(),
  notToConfuse: z.array(z.string()).exactOptional(),
});

const Stored = z.object({
  v: z.literal(1),
  id: z.string(),
  host: z.string(),
  operation: z.string(),
  /** Keyed hash of host, operation and input: the input itself may hold secrets. */
  request: z.string(),
  digest: z.string(),
  /** A person has to agree before it may be carried out. */
  asks: z.boolean(),
  shown: Shown,
  /** What it was computed from, secrets masked: tells what moved. */
  facts: z.unknown(),
  actor: z.string(),
  createdAt: z.number(),
  expiresAt: z.number(),
});
/** A plan as it is kept; its id is the token. */
export type StoredPlan = z.infer<typeof Stored>;

const Decision = z.object({ decision: z.enum(['approved', 'denied']), digest: z.string(), at: z.number() });
export type Decision = z.infer<typeof Decision>;

export interface PlansDeps {
  readonly state: StateStore;
  readonly locks: Locks;
  readonly vault: Vault;
  readonly clock: Clock;
}

/** True for what looks like a token; whether there is such a plan is another question. */
export function isPlanId(text: string): boolean {
  return ID.test(text);
}

/** Plans that were shown, by id, for an hour; and what a person decided about them. Every process sees the same. */
export class Plans {
  readonly #deps: PlansDeps;

  constructor(deps: PlansDeps) {
    this.#deps = deps;
  }

  /** Begins with its time, so that what is old is told by its name. */
  newId(): string {
    const random = globalThis.crypto.randomUUID().replaceAll('-', '').slice(-12);
    return `p-${this.#deps.clock.now().toString(36).padStart(9, '0')}${random}`;
  }

  requestOf({ host, operation, input }: Pick<Call, 'host' | 'operation' | 'input'>): string {
    return this.#deps.vault.hash(canonical([host, operation.name, input]));
  }

  async save(
    id: string,
    call: Call,
    plan: { shown: ShownPlan; facts: unknown; asks: boolean },
  ): Promise<StoredPlan> {
    const now = this.#deps.clock.now();
    const { shown, facts, asks } = plan;
    const stored: StoredPlan = {
      v: 1,
      id,
      host: call.host,
      operation: call.operation.name,
      request: this.requestOf(call),
      digest: shown.digest,
      asks,
      shown: Shown.parse(shown),
      facts,
      actor: call.actor,
      createdAt: now,
      expiresAt: now + LIFE_MS,
    };
    await this.#prune();
    await this.#deps.state.put(`plans/${id}`, stored);
    return stored;
  }

  async find(id: string): Promise<StoredPlan | undefined> {
    if (!isPlanId(id)) return undefined;
    const found = Stored.safeParse(await this.#deps.state.get(`plans/${id}`));
    return found.success ? found.data : undefined;
  }

  /** The plan of a token, good for exactly this call. Faults: NOT_FOUND, PLAN_EXPIRED, PLAN_MISMATCH. */
  async redeem(id: string, call: Call): Promise<StoredPlan> {
    const plan = await this.find(id);
    if (plan === undefined) throw notThere(id);
    const mismatch = (reason: string) =>
      new DomainError('PLAN_MISMATCH', { plan: id, summary: plan.shown.summary, reason });
    if (plan.actor !== call.actor) {
      // Whoever comes with a token learns nothing of what others planned.
      throw call.principal === undefined ? mismatch('another client made it') : notThere(id);
    }
    if (plan.host !== call.host) throw mismatch(`it was made for the host ${plan.host}`);
    if (plan.operation !== call.operation.name) throw mismatch(`it belongs to the tool ${plan.operation}`);
    if (plan.request !== this.requestOf(call)) throw mismatch('the arguments are others');
    return plan;
  }

  /** Faults: PLAN_EXPIRED. */
  refuseExpired(plan: StoredPlan): void {
    if (this.#deps.clock.now() < plan.expiresAt) return;
    throw new DomainError('PLAN_EXPIRED', { plan: plan.id, expired: iso(plan.expiresAt) });
  }

  /** Plans that wait for a person, oldest first. */
  async waiting(): Promise<readonly StoredPlan[]> {
    const now = this.#deps.clock.now();
    const plans: StoredPlan[] = [];
    for (const key of await this.#deps.state.list('plans/')) {
      const plan = await this.find(key.slice('plans/'.length));
      if (plan === undefined || !plan.asks || plan.expiresAt <= now) continue;
      if ((await this.decision(plan.id)) === undefined) plans.push(plan);
    }
    return plans;
  }

  async decision(id: string): Promise<Decision | undefined> {
    const found = Decision.safeParse(await this.#deps.state.get(`decisions/${id}`));
    return found.success ? found.data : undefined;
  }

  /** Writes what a person decided, once and for all. Faults: NOT_FOUND, PLAN_EXPIRED, CONFLICT, CONFIRMATION_DECLINED. */
  async decide(id: string, answer: { approve: boolean; typedName?: string }): Promise<StoredPlan> {
    const plan = await this.find(id);
    if (plan === undefined) throw notThere(id);
    this.refuseExpired(plan);
    const { summary, typedName } = plan.shown;
    if (answer.approve && typedName !== undefined && answer.typedName !== typedName) {
      throw new DomainError('CONFIRMATION_DECLINED', {
        summary,
        reason: `the name typed is not "${typedName}"`,
      });
    }
    const held = await this.#deps.locks.take(`decision/${id}`, { once: true });
    const before = await this.decision(id);
    try {
      if (held === undefined || before !== undefined) {
        throw new DomainError('CONFLICT', {
          reason: `The plan ${id} was ${before?.decision ?? 'being decided'} already.`,
          wayOut: 'A decision stands; ask for a new plan to decide anew.',
        });
      }
      const decision: Decision = {
        decision: answer.approve ? 'approved' : 'denied',
        digest: plan.digest,
        at: this.#deps.clock.now(),
      };
      await this.#deps.state.put(`decisions/${id}`, decision);
    } finally {
      await held?.release();
    }
    return plan;
  }

  async #prune(): Promise<void> {
    const oldest = this.#deps.clock.now() - KEPT_MS;
    for (const folder of ['plans/', 'decisions/']) {
      for (const key of await this.#deps.state.list(folder)) {
        const made = ID.exec(key.slice(folder.length))?.[1];
        if (made !== undefined && Number.parseInt(made, 36) < oldest) await this.#deps.state.delete(key);
      }
    }
  }
}

/** A token as an argument. Faults: INVALID_ARGUMENT. */
export function checkMode(mode: string): { mode: 'apply' | 'plan'; token?: string } {
  if (mode === 'apply' || mode === 'plan') return { mode };
  if (isPlanId(mode)) return { mode: 'apply', token: mode };
  throw new ValidationError('mode', 'is "apply", "plan" or the token of a plan', {
    value: mode.slice(0, 100),
    wayOut: 'Leave mode out to carry it out, or call with mode: plan to get a token.',
  });
}

/** An idempotency key as an argument. Faults: INVALID_ARGUMENT. */
export function checkKey(field: string, key: unknown): string {
  if (typeof key === 'string' && key.length > 0 && key.length <= 200) return key;
  throw new ValidationError(field, 'is a text of 1 to 200 characters');
}

function notThere(id: string): DomainError {
  return new DomainError('NOT_FOUND', {
    what: 'plan',
    name: id,
    wayOut: 'Plans are kept for a day in the state directory of this server; make it again with mode: plan.',
  });
}

function iso(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
