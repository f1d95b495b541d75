import { DomainError } from '../../domain/errors.ts';
import type { Step } from '../pipeline.ts';
import type { Secrets } from '../secrets.ts';

/** Takes known secret values out of answers, plans and errors, whatever operation made them; not of what it reveals. */
export function redact(secretsOf: (host: string) => Secrets): Step {
  return async (call, next) => {
    const secrets = secretsOf(call.host);
    try {
      const outcome = await next();
      if (outcome.answer?.revealed === true) return outcome;
      // Ours, and good only for who was shown the plan: a field that is called token would be hidden by its name.
      const { token, ...rest } = outcome;
      return { ...secrets.maskValue(rest), ...(token === undefined ? {} : { token }) };
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      if (DomainError.is(error, 'UNEXPECTED_OUTPUT')) throw withoutExcerpt(error, secrets);
      throw new DomainError(error.code, secrets.maskValue(error.details), { cause: error.cause });
    }
  };
}

/** Text that nobody understood may hold anything, also values of apps whose variables were never read. */
function withoutExcerpt(error: DomainError<'UNEXPECTED_OUTPUT'>, secrets: Secrets): DomainError {
  const { command, reason, excerpt } = error.details;
  const shown = /^\([^()]*\)$/.test(excerpt)
    ? excerpt
    : `(${excerpt.length} characters that may hold secrets, not shown)`;
  return new DomainError(
    'UNEXPECTED_OUTPUT',
    { command, reason: secrets.mask(reason), excerpt: shown },
    { cause: error.cause },
  );
}
