import type { Step } from '../pipeline.ts';
import type { AuditLog } from '../ports.ts';
import { noteRefusal, noteReveal } from '../recorded.ts';

/**
 * Puts on record what changes nothing: what was refused, what was not agreed to, and which secrets were shown. Stands
 * around all other steps. A secret is shown only when that is on record; reads pay nothing.
 */
export function audited(audit: AuditLog): Step {
  return async (call, next) => {
    try {
      const outcome = await next();
      if (outcome.answer?.revealed === true) await noteReveal(audit, call);
      return outcome;
    } catch (error) {
      await noteRefusal(audit, call, error);
      throw error;
    }
  };
}
