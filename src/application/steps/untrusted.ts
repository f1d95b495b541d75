import { hideCredentials, sanitize } from '../../domain/sanitize.ts';
import type { Step } from '../pipeline.ts';
import { mapStrings } from '../text.ts';

/**
 * Makes text of the host fit to be read: no terminal sequences, no invisible or reordering characters, no passwords in
 * addresses. Any field of an answer may come from the host (a cron command, a mount), so all of them are cleaned. Runs
 * before secrets are masked, so that none hides behind a control character.
 */
export function untrusted(): Step {
  return async (_call, next) => {
    const outcome = await next();
    const { answer } = outcome;
    if (answer === undefined || answer.revealed === true) return outcome;
    const { data, text, untrusted } = answer;
    const cleaned = { data: mapStrings(data, clean), text: clean(text) };
    return {
      ...outcome,
      answer: untrusted === undefined ? cleaned : { ...cleaned, untrusted: clean(untrusted) },
    };
  };
}

function clean(text: string): string {
  return hideCredentials(sanitize(text));
}
