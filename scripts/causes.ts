import process from 'node:process';
import { runCauses } from '../test/causes/run.ts';

/**
 * Brings apps of a simulated host into sixteen kinds of trouble and asks app_diagnose, through a real MCP client, what
 * is wrong: `npm run causes -- [--json]`. Exits with 0 when each cause is named first with its evidence and the call
 * that mends it.
 */
const results = await runCauses();
const named = results.filter(({ pass }) => pass).length;

if (process.argv.includes('--json')) {
  process.stdout.write(`${JSON.stringify({ causes: results.length, named, results }, null, 2)}\n`);
} else {
  for (const { title, cause, first, pass, evidence, next } of results) {
    process.stdout.write(
      `${pass ? 'ok  ' : 'FAIL'} ${title.padEnd(24)} ${first}${first === cause ? '' : `, not ${cause}`}\n`,
    );
    for (const line of evidence.slice(0, 3)) process.stdout.write(`       ${line}\n`);
    if (next !== undefined) process.stdout.write(`     > ${next.tool} ${JSON.stringify(next.arguments)}\n`);
  }
  process.stdout.write(`${named} of ${results.length} causes named first\n`);
}
process.exitCode = named === results.length ? 0 : 1;
