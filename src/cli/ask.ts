import { createInterface } from 'node:readline/promises';
import { warn } from './options.ts';

/**
 * Shows a plan and lets the person at this terminal type the name, or `yes`. Undefined for any other answer, and for Ctrl-C. Only a
 * terminal can answer: a pipe could be filled by whoever started us, so callers check `process.stdin.isTTY` first.
 */
export async function ask(
  plan: string,
  typedName: string | undefined,
  signal?: AbortSignal,
): Promise<string | undefined> {
  warn(plan);
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  // A terminal that is being read makes no signal of Ctrl-C, so the reader tells of it.
  const interrupted = new AbortController();
  reader.once('SIGINT', () => interrupted.abort());
  const given = AbortSignal.any([interrupted.signal, ...(signal === undefined ? [] : [signal])]);
  const question = typedName === undefined ? 'Carry it out? Type yes: ' : `Type ${typedName} to confirm: `;
  const answer = await reader.question(question, { signal: given }).catch((error: unknown) => {
    if (given.aborted) return undefined;
    throw error;
  });
  reader.close();
  return answer === (typedName ?? 'yes') ? answer : undefined;
}
