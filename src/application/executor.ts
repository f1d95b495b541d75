import { DomainError } from '../domain/errors.ts';
import { AppLock } from './app-lock.ts';
import type { Context } from './context.ts';
import { guard } from './guard.ts';
import type { Answer, Change, Done, Plan } from './operation.ts';
import type { Call, Outcome, ShownPlan } from './pipeline.ts';
import type { AuditLog, Command, CommandCatalogue, CommandResult, Effect } from './ports.ts';
import type { Secrets } from './secrets.ts';
import { showCommand } from './show.ts';

export interface ExecutorDeps {
  readonly audit: AuditLog;
  readonly catalogue: CommandCatalogue;
  readonly secretsOf: (host: string) => Secrets;
  /** SHA-256 (hex) of a JSON value. */
  readonly digest: (value: unknown) => string;
  /** How long a caller waits for long work before it gets the handle, in milliseconds. */
  readonly boundedWaitMs: number;
}

/** Kept of each output stream: the first and the last part. An answer has to fit into a conversation. */
const KEPT_BYTES = 64 * 1024;

const SEVERITY: readonly Effect[] = ['read', 'read-secret', 'reversible', 'disruptive', 'destructive'];

/**
 * The only code that sends a changing command: plan → guard → confirm → audit intent (on disk) → app lock → run →
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
   * PLAN_STALE, CONFIRMATION_DECLINED, OUTCOME_UNKNOWN with what reading back showed, NOT_APPLIED, and whatever the
   * host answered.
   */
  async run(change: Change, call: Call, context: Context): Promise<Outcome> {
    const plan = await change.plan(call.input, context);
    await guard(plan.commands, context);
    for (const command of plan.commands) this.#deps.secretsOf(call.host).learn(command.secrets ?? []);
    const shown = this.#show(change, call, plan);
    if (call.mode === 'plan') return { plan: shown };
    if (shown.effect === 'destructive' || plan.needsConsent === true) this.#requireConsent(shown, call);
    const key = `${call.host}/${plan.app ?? ''}`;
    const apply = async (): Promise<Outcome> => ({
      answer: await this.#apply(change, call, context, plan),
      plan: shown,
    });
    return plan.concurrent === true ? await apply() : await this.#locks.hold(key, apply);
  }

  #show(change: Change, call: Call, plan: Plan): ShownPlan {
    const effect = this.#severest(plan);
    const digest = this.#deps.digest({
      host: call.host,
      operation: change.name,
      commands: plan.commands.map(({ name, args, flags, stdin }) => [name, args, flags ?? [], stdin ?? null]),
      facts: plan.facts,
    });
    return {
      summary: plan.summary,
      effect,
      digest,
      commands: plan.commands.map(showCommand),
      consequences: plan.consequences,
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
    if (confirmation === undefined) {
      throw new DomainError('CONFIRMATION_REQUIRED', {
        summary: shown.summary,
        effect: shown.effect,
        digest: shown.digest,
        ...(shown.typedName === undefined ? {} : { typedName: shown.typedName }),
        wayOut: `Ask the user to run it in a terminal, where they type the name themselves: dokku-mcp call ${call.operation.name} '${JSON.stringify(call.input)}'`,
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

  async #apply(change: Change, call: Call, context: Context, plan: Plan): Promise<Answer<unknown>> {
    const started = context.clock.now();
    const id = await this.#deps.audit.intent({
      host: call.host,
      operation: change.name,
      effect: this.#severest(plan),
      commands: plan.commands.map(showCommand),
      actor: call.actor,
      ...(plan.app === undefined ? {} : { app: plan.app }),
    });
    const elapsed = () => context.clock.now() - started;
    context.apps.invalidate(plan.app);
    let done: Done;
    try {
      done = await this.#send(plan, context, call);
    } catch (error) {
      context.apps.invalidate(plan.app);
      const unknown = isUnknown(error);
      const failure = unknown ? await this.#reconcile(change, call, context, plan, error) : error;
      await this.#deps.audit.outcome(id, {
        result: unknown ? 'unknown' : 'failed',
        durationMs: elapsed(),
        ...(error instanceof DomainError ? { code: error.code } : {}),
        ...(unknown && failure instanceof DomainError ? { found: failure.message } : {}),
      });
      throw failure;
    }
    await this.#deps.audit.outcome(id, { result: 'ok', durationMs: elapsed() });
    context.apps.invalidate(plan.app);
    return await change.readBack(call.input, context, done);
  }

  async #send(plan: Plan, context: Context, call: Call): Promise<Done> {
    const here = plan.job === undefined ? plan.commands : plan.commands.slice(0, -1);
    const results: CommandResult[] = [];
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
      progress: call.progress,
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
    const found = await change.readBack(call.input, quiet, { plan, results: [] }).then(
      (answer) => answer.text,
      (reason: unknown) => (reason instanceof Error ? reason.message : String(reason)),
    );
    const command = commandName(plan.commands);
    return new DomainError('OUTCOME_UNKNOWN', { command, reason: error.message, found }, { cause: error });
  }
}

/** True when a sent command ended without its exit code: the host may or may not have carried it out. */
function isUnknown(error: unknown): error is DomainError {
  if (DomainError.is(error, 'CANCELLED')) return error.details.sent;
  return DomainError.is(error, 'LINK_LOST') || DomainError.is(error, 'TIMEOUT');
}

function commandName(commands: readonly Command[]): string {
  return commands.map((command) => command.name).join(', ');
}
