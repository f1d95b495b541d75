import { DomainError } from '../domain/errors.ts';
import { sanitizeLine } from '../domain/sanitize.ts';
import { commandNames, isPathFault, isUnknown, messageOf, partly } from './aftermath.ts';
import { AppLock } from './app-lock.ts';
import type { Context } from './context.ts';
import { guard } from './guard.ts';
import type { Answer, Change, Done, Plan } from './operation.ts';
import type { Call, Outcome, ShownPlan } from './pipeline.ts';
import type { AuditLog, AuditOutcome, CommandCatalogue, CommandResult, Effect } from './ports.ts';
import { exitOf, recordIntent, recordOutcome } from './recorded.ts';
import type { Secrets } from './secrets.ts';
import { quote, showCommand } from './show.ts';

export interface ExecutorDeps {
  readonly audit: AuditLog;
  readonly catalogue: CommandCatalogue;
  readonly secretsOf: (host: string) => Secrets;
  /** SHA-256 (hex) of a JSON value. */
  readonly digest: (value: unknown) => string;
  /** How long a caller waits for long work before it gets the handle, in milliseconds. */
  readonly boundedWaitMs: number;
  /** True when a call has to name its host. */
  readonly severalHosts: boolean;
}

interface Prepared {
  readonly plan: Plan;
  readonly shown: ShownPlan;
}

/** Kept of each output stream: the first and the last part. An answer has to fit into a conversation. */
const KEPT_BYTES = 64 * 1024;

const SEVERITY: readonly Effect[] = ['read', 'read-secret', 'reversible', 'disruptive', 'destructive'];

/**
 * The only code that sends a changing command: plan → guard → confirm → app lock → audit intent (on disk) → run →
 * outcome (on disk) → forget what was cached → read back. Every command is sent at most once.
 */
export class Executor {
  readonly #deps: ExecutorDeps;
  readonly #locks = new AppLock();

  constructor(deps: ExecutorDeps) {
    this.#deps = deps;
  }

  /**
   * Runs one change. In plan mode it only shows the plan. Faults: CONFIRMATION_REQUIRED (with the digest to confirm),
   * PLAN_STALE, CONFIRMATION_DECLINED, OUTCOME_UNKNOWN with what reading back showed, PARTLY_APPLIED when a later
   * command failed, NOT_APPLIED, AUDIT_UNAVAILABLE, and whatever the host answered.
   */
  async run(change: Change, call: Call, context: Context): Promise<Outcome> {
    const first = await this.#prepare(change, call, context);
    if (call.mode === 'plan') return { plan: first.shown };
    const apply = async ({ plan, shown }: Prepared): Promise<Outcome> => ({
      answer: await this.#apply(change, call, context, plan, shown),
      plan: shown,
    });
    if (first.plan.concurrent === true) return await apply(first);
    const key = `${call.host}/${first.plan.app ?? ''}`;
    const waits = this.#locks.isHeld(key);
    // Whoever was before us may have changed what the plan was made from, and what a person agreed to.
    return await this.#locks.hold(key, async () =>
      apply(waits ? await this.#prepare(change, call, context) : first),
    );
  }

  async #prepare(change: Change, call: Call, context: Context): Promise<Prepared> {
    const plan = await change.plan(call.input, context);
    await guard(plan.commands, context);
    for (const command of plan.commands) this.#deps.secretsOf(call.host).learnCommand(command);
    const shown = this.#show(change, call, context, plan);
    const asks = shown.effect === 'destructive' || plan.needsConsent === true;
    if (asks && call.mode === 'apply') this.#requireConsent(shown, call);
    return { plan, shown };
  }

  #show(change: Change, call: Call, { fingerprint }: Context, plan: Plan): ShownPlan {
    const effect = this.#severest(plan);
    // The digest is shown: a short secret in it could be guessed, so what holds one counts as its keyed hash.
    const digest = this.#deps.digest({
      host: call.host,
      operation: change.name,
      commands: plan.commands.map(({ name, args, flags, stdin, secrets = [] }) => {
        const content = [args, stdin ?? null];
        return [name, flags ?? [], secrets.length === 0 ? content : fingerprint(JSON.stringify(content))];
      }),
      facts: plan.facts,
    });
    return {
      summary: sanitizeLine(plan.summary),
      effect,
      digest,
      commands: plan.commands.map(showCommand),
      consequences: plan.consequences.map(sanitizeLine),
      inverse: (plan.inverse ?? []).map(showCommand),
      ...(plan.typedName === undefined ? {} : { typedName: plan.typedName }),
    };
  }

  /** The plan's own word or the catalogue's, whichever is worse: an operation cannot play its effect down. */
  #severest(plan: Plan): ShownPlan['effect'] {
    const ranks = plan.commands.map((command) => SEVERITY.indexOf(this.#deps.catalogue.effectOf(command)));
    const rank = Math.max(SEVERITY.indexOf(plan.effect), ...ranks);
    return SEVERITY[rank] as ShownPlan['effect'];
  }

  #requireConsent(shown: ShownPlan, call: Call): void {
    const { confirmation } = call;
    const input = this.#deps.severalHosts ? { ...call.input, host: call.host } : call.input;
    if (confirmation === undefined) {
      throw new DomainError('CONFIRMATION_REQUIRED', {
        summary: shown.summary,
        effect: shown.effect,
        digest: shown.digest,
        ...(shown.typedName === undefined ? {} : { typedName: shown.typedName }),
        wayOut: `Ask the user to run it in a terminal, where they answer themselves: dokku-mcp call ${call.operation.name} ${quote(JSON.stringify(input))}`,
      });
    }
    if (confirmation.digest !== shown.digest) {
      throw new DomainError('PLAN_STALE', { reason: 'what would be done now is not what was confirmed' });
    }
    if (shown.typedName !== undefined && confirmation.typedName !== shown.typedName) {
      throw new DomainError('CONFIRMATION_DECLINED', {
        summary: shown.summary,
        reason: `the name typed is not "${shown.typedName}"`,
      });
    }
  }

  async #apply(
    change: Change,
    call: Call,
    context: Context,
    plan: Plan,
    shown: ShownPlan,
  ): Promise<Answer<unknown>> {
    const started = context.clock.now();
    const { audit } = this.#deps;
    const id = await recordIntent(audit, change, call, plan, shown.effect, { plan: shown.digest });
    const record = async (outcome: Omit<AuditOutcome, 'durationMs'>, reason: string): Promise<void> => {
      context.apps.invalidate(plan.app);
      const durationMs = context.clock.now() - started;
      await recordOutcome(audit, id, plan, { ...outcome, durationMs }, reason);
    };
    context.apps.invalidate(plan.app);
    const results: CommandResult[] = [];
    let done: Done;
    try {
      done = await this.#send(plan, context, call, results);
    } catch (error) {
      const unknown = isUnknown(error);
      const failure = unknown
        ? await this.#reconcile(change, call, context, plan, error)
        : partly(plan.commands, results.length, error);
      await record(
        {
          result: unknown ? 'unknown' : 'failed',
          ...exitOf(error),
          ...(error instanceof DomainError ? { code: error.code } : {}),
          ...(failure instanceof DomainError && failure !== error ? { found: failure.message } : {}),
        },
        failure instanceof Error ? failure.message : String(failure),
      );
      throw failure;
    }
    const exit = results.at(-1)?.exit;
    await record({ result: 'ok', ...(exit === undefined ? {} : { exit }) }, 'it reported success');
    return await this.#readBack(change, call, context, done);
  }

  /** The commands reported success; when the way to the host breaks now, nobody knows what it shows. */
  async #readBack(change: Change, call: Call, context: Context, done: Done): Promise<Answer<unknown>> {
    try {
      return await change.readBack(call.input, context, done);
    } catch (error) {
      if (!isPathFault(error)) throw error;
      const details = {
        command: commandNames(done.plan.commands),
        reason: 'it reported success, but could not be read back',
        found: error.message,
      };
      throw new DomainError('OUTCOME_UNKNOWN', details, { cause: error });
    }
  }

  /** Adds the answers to `results` as they come, so that a failure tells what was done before it. */
  async #send(plan: Plan, context: Context, call: Call, results: CommandResult[]): Promise<Done> {
    const here = plan.job === undefined ? plan.commands : plan.commands.slice(0, -1);
    for (const command of here) {
      const { accept, deadlineMs } = command;
      const options = {
        ...(accept === undefined ? {} : { accept }),
        ...(deadlineMs === undefined ? {} : { deadlineMs }),
      };
      results.push(
        await context.client.execute(command, { signal: call.signal, keepBytes: KEPT_BYTES, ...options }),
      );
    }
    const last = plan.commands.at(-1);
    if (plan.job === undefined || last === undefined || plan.app === undefined) return { plan, results };
    const started = await context.deployments.start({
      host: call.host,
      app: plan.app,
      source: plan.job,
      command: last,
      actor: call.actor,
    });
    const deployment = await context.deployments.wait(started.id, {
      ms: this.#deps.boundedWaitMs,
      progress: context.progress,
      signal: call.signal,
    });
    return { plan, results, deployment };
  }

  /** A lost link is an unknown outcome: says what the host shows now, and sends nothing again. */
  async #reconcile(
    change: Change,
    call: Call,
    context: Context,
    plan: Plan,
    error: DomainError,
  ): Promise<DomainError<'OUTCOME_UNKNOWN'>> {
    const quiet: Context = { ...context, signal: new AbortController().signal };
    const found = await change
      .readBack(call.input, quiet, { plan, results: [] })
      .then((answer) => answer.text, messageOf);
    const command = commandNames(plan.commands);
    return new DomainError('OUTCOME_UNKNOWN', { command, reason: error.message, found }, { cause: error });
  }
}
