import type { Context } from './context.ts';
import type { Done, Plan } from './operation.ts';
import type { Call } from './pipeline.ts';
import type { CommandResult } from './ports.ts';

/** Kept of each output stream: the first and the last part. An answer has to fit into a conversation. */
const KEPT_BYTES = 64 * 1024;

export interface Sending {
  /** Gets the answers as they come, so that a failure tells what was done before it. */
  readonly results: CommandResult[];
  /** The record of the audit that a job takes over. */
  readonly audit: string;
  /** Called when a job has taken what it is to carry out: from now on its outcome is the job's. */
  readonly handedOver: (job: string) => Promise<void>;
  readonly boundedWaitMs: number;
}

/** Sends the commands of a plan, each once and in order; long work runs in a keeper: its last command, or all of them. */
export async function send(plan: Plan, context: Context, call: Call, sending: Sending): Promise<Done> {
  const { results, audit, handedOver, boundedWaitMs } = sending;
  const wait = { ms: boundedWaitMs, progress: context.progress, signal: call.signal };
  if (plan.work !== undefined) {
    const { host, actor } = call;
    const { id } = await context.backupJobs.start({ host, actor, audit, work: plan.work });
    await handedOver(id);
    return { plan, results, backup: await context.backupJobs.wait(id, wait) };
  }
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
  await plan.locally?.();
  const last = plan.commands.at(-1);
  if (plan.job === undefined || last === undefined || plan.app === undefined) return { plan, results };
  const started = await context.deployments.start({
    host: call.host,
    app: plan.app,
    source: plan.job,
    command: last,
    actor: call.actor,
    audit,
  });
  await handedOver(started.id);
  const deployment = await context.deployments.wait(started.id, wait);
  return { plan, results, deployment };
}
