import type { Deployment } from '../../domain/application/deployment.ts';
import type { AppDescription } from '../../domain/application/description.ts';
import { type Difference, describeDifference } from '../../domain/application/drift.ts';
import { DomainError } from '../../domain/errors.ts';
import { followCall } from '../addressed.ts';
import type { Context } from '../context.ts';
import type { Done } from '../operation.ts';
import { raiseFailure } from '../workflows/deploy-answer.ts';
import { compare, isByHand } from './compare.ts';
import { readState } from './state.ts';

/** What is so after the plan was carried out. */
export interface Settled {
  /** What is left to do by hand. */
  readonly left: readonly Difference[];
  readonly deployment?: Deployment;
}

/**
 * Reads the app back and holds it against its description; `source` counts once its deploy has ended well. Faults:
 * NOT_APPLIED naming what is not as asked, DEPLOY_FAILED and OUTCOME_UNKNOWN of the deploy or restart.
 */
export async function settled(
  wanted: AppDescription,
  context: Context,
  { plan, deployment }: Done,
): Promise<Settled> {
  const state = await readState(context, wanted.app);
  const { differences } = await compare(wanted, state, context);
  const wrong = differences.filter((one) => !isByHand(one) && one.part !== 'source');
  if (wrong.length > 0) {
    throw new DomainError('NOT_APPLIED', {
      command: plan.commands.map(({ name }) => name).join(', '),
      found: wrong.map(describeDifference).join('; '),
      wayOut: 'Another change may have come between; look with app_drift and apply again.',
    });
  }
  if (deployment !== undefined) raiseFailure(deployment, plan.commands.at(-1)?.name ?? 'deploy', context);
  const left = differences.filter(isByHand);
  return { left, ...(deployment === undefined ? {} : { deployment }) };
}

/** How the last, long part of a plan went, in one sentence. */
export function tellJob(deployment: Deployment | undefined, place: Pick<Context, 'host' | 'hosts'>): string {
  if (deployment === undefined) return '';
  const { id, status, source } = deployment;
  const what = source.kind === 'command' ? 'restart' : 'deploy';
  return status === 'running'
    ? ` The ${what} runs: ${followCall(deployment, place)}.`
    : ` The ${what} ${status} (${id}).`;
}
