import { readFileSync } from 'node:fs';

/** What a real Dokku answered to one command of a recorded story. */
export interface RecordedAnswer {
  readonly line: string;
  readonly exit: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

/** The `nth` (from 0) answer to `line` in the story whose file name begins with `story`. */
export function recorded(story: string, line: string, nth = 0): RecordedAnswer {
  const answers = stories(story).filter((answer) => answer.line === line);
  const answer = answers[nth];
  if (answer === undefined) throw new Error(`story ${story} has ${answers.length} answers to ${line}`);
  return answer;
}

function stories(story: string): RecordedAnswer[] {
  const text = readFileSync(new URL(`../transcripts/${story}.jsonl`, import.meta.url), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as RecordedAnswer);
}
