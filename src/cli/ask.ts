import { createInterface } from 'node:readline/promises';
import { warn } from './options.ts';

/**
 * Shows a plan and lets the person at this terminal type the name, or `yes`. Undefined for any other answer. Only a
 * terminal can answer: a pipe could be filled by whoever started us, so callers check `process.stdin.isTTY` first.
 */
export async function ask(plan: string, typedName: string | undefined): Promise<string | undefined> {
  warn(plan);
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await reader.question(
    typedName === undefined ? 'Carry it out? Type yes: ' : `Type ${typedName} to confirm: `,
  );
  reader.close();
  return answer === (typedName ?? 'yes') ? answer : undefined;
}
