import { DomainError } from '../../domain/errors.ts';
import type { Step } from '../pipeline.ts';
import type { Secrets } from '../secrets.ts';

/** Takes known secret values out of answers, plans, progress and errors, whatever operation made them. */
export function redact(secretsOf: (host: string) => Secrets): Step {
  return async (call, next) => {
    const secrets = secretsOf(call.host);
    try {
      return secrets.maskValue(await next());
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      throw new DomainError(error.code, secrets.maskValue(error.details), { cause: error.cause });
    }
  };
}
