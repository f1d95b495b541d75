import type { Diagnosis } from './deployment.ts';
import { fetchFailures } from './diagnosis-fetch.ts';
import { rolloutFailures } from './diagnosis-rollout.ts';
import { parseOutput, telling } from './output.ts';
import { phaseOf } from './phases.ts';

const MOST_EVIDENCE = 10;

/** First match wins: refusals before anything happened, then causes by phase, then what only names the step. */
const FAILURES = [...fetchFailures, ...rolloutFailures];

/** What is known of a deploy that ended otherwise than well. */
export interface DeployEnd {
  /** Merged output of the command, or of `builds:output`. */
  readonly output: string;
  /** Exit code of our own command; absent when the link was lost. */
  readonly exit?: number;
}

/**
 * Tells why a deploy failed: the first entry of the table that matches Dokku's own lines decides (colour removed, text
 * of containers and tasks left out, so that an app cannot choose the diagnosis). Evidence is short and never repeats.
 * Always answers; without a match the code is UNKNOWN and the evidence the last telling lines.
 */
export function diagnose({ output, exit }: DeployEnd): Diagnosis {
  const parsed = parseOutput(output);
  const own = parsed.own.join('\n');
  for (const entry of FAILURES) {
    const match = entry.when.exec(own);
    if (match === null) continue;
    const matched = lineAt(own, match.index).replace(/^ !\s+/, '');
    const more = entry.evidence?.(parsed) ?? [];
    const phase =
      typeof entry.phase === 'string' ? entry.phase : phaseOf(own.slice(0, match.index).split('\n'));
    return {
      code: entry.code,
      phase,
      cause: entry.cause(match, parsed),
      evidence: telling([...more, matched], MOST_EVIDENCE),
      advice: entry.advice(match),
    };
  }
  const last = telling(parsed.own, 5);
  return {
    code: 'UNKNOWN',
    phase: phaseOf(output.split('\n')),
    cause: `the reason is not one that is known${exit === undefined ? '' : ` (exit code ${exit})`}${
      last.length === 0 ? '; there was no output' : '; the last lines are the evidence'
    }`,
    evidence: telling([...parsed.blocks.flatMap((block) => block.lines).slice(-5), ...last], MOST_EVIDENCE),
    advice: 'Read the whole output with deploy_status, and the logs of the app with logs_read.',
  };
}

function lineAt(text: string, index: number): string {
  const end = text.indexOf('\n', index);
  return text.slice(text.lastIndexOf('\n', index - 1) + 1, end === -1 ? undefined : end);
}

/** Things that go wrong while the deploy itself ends well; each is worth a sentence in the answer. */
export function outputWarnings(output: string): string[] {
  const { own } = parseOutput(output);
  const text = own.join('\n');
  return [
    /^ !\s+unterminated quoted value/m.test(text)
      ? 'Dokku could not read the configuration of the app: it started without any of its variables (POISONED_CONFIG).'
      : undefined,
    /^-----> Skipping deployment$/m.test(text)
      ? 'Dokku built the app but did not deploy it: skip-deploy is set for it (ps:set skip-deploy).'
      : undefined,
    /^ !\s+Skipping (\S+) as it is missing from the current Procfile/m.test(text)
      ? 'A scaled process type is missing from the Procfile and was skipped.'
      : undefined,
  ].filter((warning) => warning !== undefined);
}
