import type { Call, Step } from '../pipeline.ts';
import type { AuditLog, Clock } from '../ports.ts';
import { noteUse } from '../recorded.ts';

/** A token that is used all day from one place is on record once an hour. */
const AGAIN_MS = 3_600_000;
const MOST_KNOWN = 10_000;

/**
 * Puts on record which token is used from which address, so that one that was taken away is seen. Changes and refusals
 * have both in their own records.
 */
export function used(audit: AuditLog, clock: Pick<Clock, 'now'>): Step {
  const known = new Map<string, number>();
  return async (call, next) => {
    const reads = call.principal !== undefined && call.operation.kind === 'query';
    if (reads && isNew(call, known, clock.now())) await noteUse(audit, call);
    return await next();
  };
}

function isNew({ principal, address }: Call, known: Map<string, number>, now: number): boolean {
  const key = JSON.stringify([principal?.id, principal?.jti, address]);
  const before = known.get(key);
  if (before !== undefined && now - before < AGAIN_MS) return false;
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(key, now);
  return true;
}
