import { z } from 'zod';
import { DomainError } from '../domain/errors.ts';
import { commandNames } from './aftermath.ts';
import type { Context } from './context.ts';
import type { Journal } from './journal.ts';
import type { Locks } from './locks.ts';
import type { Claim, Once } from './once.ts';
import type { Change, Done, Operation, Plan } from './operation.ts';
import type { Call, ShownPlan } from './pipeline.ts';
import type { AuditLog, StateStore } from './ports.ts';
import { recordOutcome } from './recorded.ts';
import { type Resolution, resolve } from './resolve.ts';
import type { Vault } from './vault.ts';

const Open = z.object({
  v: z.literal(1),
  id: z.string(),
  host: z.string(),
  operation: z.string(),
  actor: z.string(),
  at: z.number(),
  /** The claim that waits for the outcome. */
  once: z.string().exactOptional(),
  /** `Content` as JSON. */
  sealed: z.string(),
});
type Open = z.infer<typeof Open>;

interface Content {
  readonly input: Record<string, unknown>;
  readonly plan: Plan;
  readonly shown: ShownPlan;
}

/** A change between its acceptance and its outcome. */
export interface Accepted {
  readonly id: string;
  /** Its outcome is on record, or is the business of its job. */
  end(): Promise<void>;
  /** Lets go of it, ended or not: what did not end is recovered by whoever comes next. */
  release(): Promise<void>;
}

export interface AcceptedDeps {
  readonly state: StateStore;
  readonly locks: Locks;
  readonly vault: Vault;
  readonly audit: AuditLog;
  readonly once: Once;
  readonly journal: Journal;
  readonly operations: readonly Operation[];
}

const docOf = (id: string): string => `open/${id}`;
const lockOf = (id: string): string => `change/${id}`;

/**
 * Changes under way. Each is written down, sealed, before its intent, and held by a lock that dies with its process; so
 * whoever comes after a crash finds what was begun, reads what became of it, and closes it, once.
 */
export class AcceptedChanges {
  readonly #deps: AcceptedDeps;
  /** Hosts whose leftovers were looked at. */
  readonly #looked = new Map<string, Promise<void>>();

  constructor(deps: AcceptedDeps) {
    this.#deps = deps;
  }

  async begin(call: Call, change: Change, content: Omit<Content, 'input'>, claim?: Claim): Promise<Accepted> {
    const { state, locks, vault } = this.#deps;
    const id = globalThis.crypto.randomUUID();
    const held = await locks.take(lockOf(id), { once: true });
    const open: Open = {
      v: 1,
      id,
      host: call.host,
      operation: change.name,
      actor: call.actor,
      at: locks.now(),
      ...(claim === undefined ? {} : { once: claim.name }),
      sealed: vault.seal(JSON.stringify({ input: call.input, ...content })),
    };
    try {
      await state.put(docOf(id), open);
      await claim?.begin(id, content.shown.summary);
    } catch (error) {
      await held?.release();
      throw error;
    }
    return {
      id,
      end: () => state.delete(docOf(id)),
      release: async () => await held?.release(),
    };
  }

  /** Closes what earlier processes left open on this host; looks once, and again only for what it could not close. */
  async ready(context: Context): Promise<void> {
    const known = this.#looked.get(context.host);
    if (known !== undefined) return await known;
    const looking = this.#recoverAll(context).then((whole) => {
      if (!whole) this.#looked.delete(context.host);
    });
    this.#looked.set(context.host, looking);
    try {
      await looking;
    } catch (error) {
      this.#looked.delete(context.host);
      throw error;
    }
  }

  /** Closes one change when its process is dead; does nothing while that lives or when it is closed. */
  async recover(id: string, context: Context): Promise<void> {
    await this.#recover(id, context);
  }

  /** False when something stays open because the host could not be asked. */
  async #recoverAll(context: Context): Promise<boolean> {
    await context.deployments.settleLeft(context.host);
    await context.backupJobs.settleLeft(context.host);
    for (const key of await this.#deps.state.list('open/')) {
      if (!(await this.#recover(key.slice('open/'.length), context))) return false;
    }
    return true;
  }

  async #recover(id: string, context: Context): Promise<boolean> {
    const { state, locks } = this.#deps;
    const first = Open.safeParse(await state.get(docOf(id)));
    if (!first.success || first.data.host !== context.host) return true;
    const held = await locks.take(lockOf(id), { once: true });
    if (held === undefined) return true;
    try {
      const open = Open.safeParse(await state.get(docOf(id)));
      return open.success ? await this.#close(open.data, context) : true;
    } finally {
      await held.release();
    }
  }

  async #close(open: Open, asking: Context): Promise<boolean> {
    const { state, audit, once, vault, operations, locks } = this.#deps;
    const record = await audit.stateOf(open.id);
    if (record === 'none') {
      // The intent is written before the first byte is sent.
      if (open.once !== undefined) await once.free(open.once);
      await state.delete(docOf(open.id));
      return true;
    }
    const context: Context = { ...asking, actor: open.actor };
    const { input, plan, shown } = contentOf(vault, open);
    const change = operations.find(({ name }) => name === open.operation);
    const done: Done = { plan, results: [], ...(await jobOf(open.id, plan, context)) };
    const job = done.deployment ?? done.backup;
    const found: Resolution =
      change?.kind === 'change'
        ? await resolve(change, input, context, done)
        : { resolved: 'still_unknown', found: `${open.operation} is not known to this version` };
    if (found.unreachable === true) return false;
    if (record === 'open' && job === undefined) {
      const durationMs = Math.max(0, locks.now() - open.at);
      const { resolved, found: shows } = found;
      const outcome = { result: 'unknown' as const, resolved, found: shows, durationMs };
      await recordOutcome(audit, open.id, plan, outcome, shows);
    }
    if (open.once !== undefined) await once.settle(open.once, this.#outcome(plan, shown, found));
    if (change?.kind === 'change' && (found.resolved === 'applied' || job !== undefined)) {
      const call = { host: open.host, input, actor: open.actor };
      await this.#deps.journal.note(open.id, call, change, plan, shown, job?.id);
      if (found.resolved === 'applied')
        await this.#deps.journal.observe(open.id, context).catch(() => undefined);
    }
    await state.delete(docOf(open.id));
    return true;
  }

  #outcome(plan: Plan, shown: ShownPlan, { answer, found }: Resolution) {
    if (answer !== undefined) return { answer, plan: shown };
    return new DomainError('OUTCOME_UNKNOWN', {
      command: commandNames(plan.commands),
      reason: 'the process that sent it ended before its answer came',
      found,
    });
  }
}

/** The job that took over what was begun. */
async function jobOf(
  audit: string,
  plan: Plan,
  { deployments, backupJobs }: Context,
): Promise<Pick<Done, 'deployment' | 'backup'>> {
  const deployment = plan.job === undefined ? undefined : await deployments.ofAudit(audit);
  const backup = plan.work === undefined ? undefined : await backupJobs.ofAudit(audit);
  return {
    ...(deployment === undefined ? {} : { deployment }),
    ...(backup === undefined ? {} : { backup }),
  };
}

/** What cannot be read any more (another key, another version) is closed as unknown, with what stands in clear. */
function contentOf(vault: Vault, { operation, sealed }: Open): Content {
  try {
    return JSON.parse(vault.open(sealed)) as Content;
  } catch {
    const plan: Plan = {
      summary: operation,
      effect: 'disruptive',
      commands: [],
      consequences: [],
      facts: null,
    };
    const shown = { ...plan, digest: '', commands: [], inverse: [] };
    return { input: {}, plan, shown };
  }
}
