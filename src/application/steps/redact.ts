import { DomainError } from '../../domain/errors.ts';
import type { Step } from '../pipeline.ts';
import type { Secrets } from '../secrets.ts';

/** Takes known secret values out of answers, plans and errors, whatever operation made them; not of what it reveals. */
export function redact(secretsOf: (host: string) => Secrets): Step {
  return async (call, next) => {
    const secrets = secretsOf(call.host);
    try {
      const outcome = await next();
      return outcome.answer?.revealed === true ? outcome : secrets.maskValue(outcome);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      throw new DomainError(error.code, secrets.maskValue(error.details), { cause: error.cause });
    }
  };
}
