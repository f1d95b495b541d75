import { sanitize } from '../../domain/sanitize.ts';
import type { Step } from '../pipeline.ts';
import { mapStrings } from '../text.ts';

/**
 * Makes text of the host fit to be read: no terminal sequences, no invisible or reordering characters. Any field of an
 * answer may come from the host (a cron command, a mount), so all of them are cleaned; of what is revealed only the
 * text, for the values themselves are to be exact. Runs before secrets are masked, so that none hides behind a control
 * character.
 */
export function untrusted(): Step {
  return async (_call, next) => {
    const outcome = await next();
    const { answer } = outcome;
    if (answer === undefined) return outcome;
    const { data, text, untrusted } = answer;
    const cleaned = {
      ...answer,
      data: answer.revealed === true ? data : mapStrings(data, sanitize),
      text: sanitize(text),
    };
    return {
      ...outcome,
      answer: untrusted === undefined ? cleaned : { ...cleaned, untrusted: sanitize(untrusted) },
    };
  };
}
