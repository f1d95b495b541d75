import { z } from 'zod';
import type { Deployment } from '../../domain/application/deployment.ts';
import { describeServed } from '../../domain/application/served-source.ts';
import { describeSource } from '../../domain/application/source.ts';
import { DomainError } from '../../domain/errors.ts';
import { followCall, writtenCall } from '../addressed.ts';
import type { Context } from '../context.ts';
import { time } from '../operations/fields.ts';

/** What a tool says of a deploy. */
export const DeployFact = z.object({
  app: z.string(),
  id: z.string(),
  status: z.string(),
  phase: z.string(),
  build: z.string().optional(),
  source: z.string(),
  started_at: z.string(),
  finished_at: z.string().optional(),
  diagnosis: z
    .object({
      code: z.string(),
      phase: z.string(),
      cause: z.string(),
      evidence: z.array(z.string()),
      advice: z.string(),
    })
    .optional(),
  serves: z
    .object({ running: z.string(), processes: z.number(), source: z.string(), urls: z.array(z.string()) })
    .optional(),
  warnings: z.array(z.string()),
  /** How the domains answered after a good deploy. */
  seen: z.array(z.string()),
  lines: z.number(),
});
export type DeployFact = z.input<typeof DeployFact>;

/** A deploy as data for an answer. */
export function deployFact(deployment: Deployment, seen: readonly string[] = []): DeployFact {
  const { app, id, status, phase, build, source, startedAt, finishedAt, diagnosis, serves, warnings, lines } =
    deployment;
  return {
    app,
    id,
    status,
    phase,
    ...(build === undefined ? {} : { build }),
    source: describeSource(source),
    started_at: time(startedAt),
    ...(finishedAt === undefined ? {} : { finished_at: time(finishedAt) }),
    ...(diagnosis === undefined ? {} : { diagnosis: { ...diagnosis, evidence: [...diagnosis.evidence] } }),
    ...(serves === undefined
      ? {}
      : {
          serves: {
            running: serves.running,
            processes: serves.processes,
            source: describeServed(serves.source),
            urls: [...serves.urls],
          },
        }),
    warnings: [...warnings],
    seen: [...seen],
    lines,
  };
}

/** A deploy in the words that a reader needs first. */
export function deployText(fact: DeployFact, place: Pick<Context, 'host' | 'hosts'>): string {
  const { app, status, phase, diagnosis, serves, warnings, seen } = fact;
  const head = {
    running: `The deploy of ${app} (${fact.source}) runs, phase ${phase}. Follow it with ${followCall(fact, place)}; ${writtenCall('deploy_cancel', { app }, place)} ends it.`,
    succeeded: `${app} now serves ${serves?.source ?? fact.source}${urlsOf(serves)}.`,
    unchanged: `Nothing was deployed: ${diagnosis?.cause ?? 'Dokku skipped it'}.`,
    canceled: `The deploy of ${app} was canceled.`,
    failed: `The deploy of ${app} failed in the ${diagnosis?.phase ?? phase} phase: ${diagnosis?.cause ?? 'no reason is known'}.`,
    unknown: `How the deploy of ${app} ended is not known: ${diagnosis?.cause ?? 'the host did not say'}.`,
  }[status];
  const advice = status === 'succeeded' || diagnosis === undefined ? [] : [diagnosis.advice];
  const state = status === 'failed' && serves !== undefined ? [`It serves ${serves.source}.`] : [];
  return [
    head ?? `The deploy of ${app} is ${status}.`,
    ...state,
    ...advice,
    ...warnings.map((warning) => `Note: ${warning}`),
    ...seen,
  ].join('\n');
}

function urlsOf(serves: DeployFact['serves']): string {
  return serves === undefined || serves.urls.length === 0 ? '' : ` at ${serves.urls.join(' ')}`;
}

/**
 * The deploy, when there is nothing to raise. Faults: DEPLOY_FAILED with cause and evidence, OUTCOME_UNKNOWN with what
 * was read back.
 */
export function raiseFailure(
  deployment: Deployment,
  command: string,
  place: Pick<Context, 'host' | 'hosts'>,
): Deployment {
  const { app, status, phase, diagnosis, serves, warnings } = deployment;
  const cause = diagnosis?.cause ?? 'no reason is known';
  if (status === 'unknown') {
    throw new DomainError('OUTCOME_UNKNOWN', { command, reason: 'its end was not seen', found: cause });
  }
  if (status !== 'failed') return deployment;
  throw new DomainError('DEPLOY_FAILED', {
    app,
    phase: diagnosis?.phase ?? phase,
    cause,
    diagnosis: diagnosis?.code ?? 'UNKNOWN',
    evidence: diagnosis?.evidence ?? [],
    ...(serves === undefined ? {} : { serves: describeServed(serves.source) }),
    advice: [diagnosis?.advice ?? '', ...warnings, `The whole output: ${followCall(deployment, place)}.`]
      .join(' ')
      .trim(),
  });
}
