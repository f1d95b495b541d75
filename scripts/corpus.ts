import { readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import type { CorpusCase } from '../test/corpus/case.ts';
import { runCorpus } from '../test/corpus/run.ts';

/**
 * Sends hostile (and honest) inputs through the tools of the product, in front of a simulated host that notes every
 * command: `npm run corpus -- [FILE] [--json]`. Exits with 0 when every case that applies came out as it has to.
 */
const args = process.argv.slice(2);
const json = args.includes('--json');
const file =
  args.find((word) => !word.startsWith('--')) ?? path.join('test', 'corpus', 'hostile-inputs.json');
const cases = JSON.parse(readFileSync(file, 'utf8')) as CorpusCase[];
const { groups, ...result } = await runCorpus(cases);

if (json) {
  process.stdout.write(`${JSON.stringify(result)}\n`);
} else {
  process.stdout.write(`${'group'.padEnd(18)} pass  fail  not applicable\n`);
  for (const [group, { pass, fail, notApplicable }] of groups) {
    const cells = [String(pass).padStart(4), String(fail).padStart(5), String(notApplicable).padStart(15)];
    process.stdout.write(`${group.padEnd(18)} ${cells.join(' ')}\n`);
  }
  for (const { id, reason } of result.failures) process.stdout.write(`FAIL ${id}: ${reason}\n`);
  const reasons = new Set(result.notApplicable.map(({ reason }) => reason));
  for (const reason of reasons) process.stdout.write(`not applicable: ${reason}\n`);
  process.stdout.write(`${result.pass} of ${result.cases - result.notApplicable.length} cases\n`);
}
process.exitCode = result.failures.length === 0 ? 0 : 1;
