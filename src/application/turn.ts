import type { Deployment } from '../domain/application/deployment.ts';
import { DomainError } from '../domain/errors.ts';
import type { Context } from './context.ts';

const POLL_MS = 250;

/** How long a change waits for the job before it, and since when a job that ended is news for its plan. */
export interface Turn {
  readonly until: number;
  readonly since: number;
}

/**
 * Waits for the job that runs on an app, whichever process keeps it: a change that overtook it would be built from what
 * the job is about to replace. True when a job ended since the turn began, so that what was read before may be old.
 * Faults: LOCKED naming the job that still runs when the time is over, CANCELLED.
 */
export async function awaitTurn(app: string, turn: Turn, context: Context): Promise<boolean> {
  const { deployments, clock, host, progress, signal } = context;
  for (let told = false; ; told = true) {
    const { job, endedAt } = await deployments.busy(host, app);
    if (job === undefined) return endedAt !== undefined && endedAt >= turn.since;
    const left = turn.until - clock.now();
    if (left <= 0) throw new DomainError('LOCKED', { app, job: job.id, work: workOf(job) });
    if (!told) progress(`Waiting for the ${workOf(job)} of ${app} (${job.id})`);
    await clock.sleep(Math.min(POLL_MS, left), signal).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
    if (signal.aborted) throw new DomainError('CANCELLED', { command: 'the change', sent: false });
  }
}

/** Dokku finds what to cancel by the app's deploy lock, which a restart or a redeploy never takes. */
function workOf({ source }: Deployment): string {
  return source.kind === 'command' ? source.command : 'deploy';
}
