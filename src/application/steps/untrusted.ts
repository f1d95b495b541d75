import { sanitize } from '../../domain/sanitize.ts';
import type { Step } from '../pipeline.ts';
import { mapStrings } from '../text.ts';

/**
 * Makes text of the host fit to be read: no terminal sequences, no invisible or reordering characters, no passwords in
 * addresses. Runs before secrets are masked, so that none hides behind a control character.
 */
export function untrusted(): Step {
  return async (_call, next) => {
    const outcome = await next();
    const { answer } = outcome;
    if (answer?.untrusted === undefined) return outcome;
    const { data, text } = answer;
    return {
      ...outcome,
      answer: { data: mapStrings(data, clean), text: clean(text), untrusted: clean(answer.untrusted) },
    };
  };
}

function clean(text: string): string {
  return sanitize(text).replace(/(:\/\/[^\s:@/]{0,256}:)[^\s@/]{1,1024}@/g, '$1********@');
}
