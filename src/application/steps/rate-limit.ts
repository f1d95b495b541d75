import { DomainError } from '../../domain/errors.ts';
import type { Call, Step } from '../pipeline.ts';
import type { CommandCatalogue } from '../ports.ts';

/** What is counted apart: a client that reads much may still change something, and the other way round. */
export type Kind = 'reads' | 'changes' | 'destructive';

/** Counts calls. Undefined when one more is allowed, or the milliseconds after which it will be. */
export interface RateLimiter {
  take(client: string, kind: Kind): Promise<number | undefined>;
}

/**
 * Refuses what a client asks too often, before anything is read or sent. A plan counts as a read; a call with the
 * consent of a person was counted when it asked for it. Faults: RATE_LIMITED.
 */
export function rateLimit(limiter: RateLimiter, catalogue: Pick<CommandCatalogue, 'effectOf'>): Step {
  return async (call, next) => {
    if (call.confirmation === undefined) {
      const kind = kindOf(call, catalogue);
      const wait = await limiter.take(call.actor, kind);
      if (wait !== undefined) {
        throw new DomainError('RATE_LIMITED', {
          kind,
          retry_after_seconds: Math.max(1, Math.ceil(wait / 1000)),
        });
      }
    }
    return await next();
  };
}

function kindOf({ operation, input, mode }: Call, catalogue: Pick<CommandCatalogue, 'effectOf'>): Kind {
  if (operation.kind === 'query' || mode === 'plan') return 'reads';
  if (operation.effect !== 'destructive' || operation.isSevere?.(input) === false) return 'changes';
  const { name, args } = input;
  // The long tail can do everything; what it does here stands in its arguments.
  if (typeof name !== 'string' || !Array.isArray(args)) return 'destructive';
  return catalogue.effectOf({ name, args: args.map(String) }) === 'destructive' ? 'destructive' : 'changes';
}
