import { DomainError } from '../../domain/errors.ts';
import type { Call, Step } from '../pipeline.ts';

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
export function rateLimit(limiter: RateLimiter, isDestructive: (call: Call) => boolean): Step {
  return async (call, next) => {
    if (call.confirmation === undefined) {
      const kind = kindOf(call, isDestructive);
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

function kindOf(call: Call, isDestructive: (call: Call) => boolean): Kind {
  if (call.operation.kind === 'query' || call.mode === 'plan') return 'reads';
  return isDestructive(call) ? 'destructive' : 'changes';
}
