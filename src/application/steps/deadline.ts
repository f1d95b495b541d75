import { DomainError } from '../../domain/errors.ts';
import type { Step } from '../pipeline.ts';

/** A signal that fires after so many milliseconds, unless it is told to stop. */
export type Timer = (ms: number) => { readonly signal: AbortSignal; readonly stop: () => void };

/**
 * Ends a query that takes too long as a whole: each of its commands has a deadline of its own, but it may send many. A
 * change is never ended so, for what it has sent goes on. Faults: TIMEOUT, and CANCELLED when the caller has gone.
 */
export function deadline(queryMs: number, timer: Timer): Step {
  return async (call, next) => {
    if (call.operation.kind === 'change') return await next();
    const late = timer(queryMs);
    try {
      return await next({ ...call, signal: AbortSignal.any([call.signal, late.signal]) });
    } catch (error) {
      if (!isAbort(error)) throw error;
      const command = DomainError.is(error, 'CANCELLED') ? error.details.command : call.operation.name;
      if (call.signal.aborted) throw new DomainError('CANCELLED', { command, sent: true }, { cause: error });
      if (!late.signal.aborted) throw error;
      throw new DomainError('TIMEOUT', { command, ms: queryMs }, { cause: error });
    } finally {
      late.stop();
    }
  };
}

function isAbort(error: unknown): boolean {
  return DomainError.is(error, 'CANCELLED') || (error instanceof Error && error.name === 'AbortError');
}
