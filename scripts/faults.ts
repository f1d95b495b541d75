import process from 'node:process';
import { runFaults } from '../test/faults/run.ts';

/**
 * Changes under faults, over a real ssh: `npm run faults -- [--runs N] [--seed S] [--json]`. Exits with 0 only if no change
 * was sent twice, none was left without an outcome, and nothing was said to be done that the host does not show.
 */
const args = process.argv.slice(2);
const number = (flag: string, otherwise: number): number => {
  const at = args.indexOf(flag);
  return at === -1 ? otherwise : Number(args[at + 1]);
};
const json = args.includes('--json');
const warn = (line: string): void => void process.stderr.write(`${line}\n`);
const result = await runFaults({
  runs: number('--runs', 1_000),
  seed: number('--seed', 1),
  report: warn,
  progress: (done) => {
    if (!json && done % 50 === 0) warn(`${done} runs`);
  },
});
if (json) process.stdout.write(`${JSON.stringify(result)}\n`);
else {
  for (const [name, value] of Object.entries(result)) process.stdout.write(`${name.padEnd(12)} ${value}\n`);
}
process.exitCode = result.duplicates + result.orphans + result.falseOk === 0 ? 0 : 1;
