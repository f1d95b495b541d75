import process from 'node:process';
import { runCanaries } from '../test/canaries/run.ts';
import { eras } from '../test/support/mcp.ts';

/**
 * Plants secrets on a simulated host, calls every tool on every path, and looks for them wherever they could come out:
 * `npm run canaries -- [--json] [PATH...]`. Exits with 0 when none was seen.
 */
const json = process.argv.includes('--json');
const paths = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const results = [];
for (const era of eras) results.push(await runCanaries({ era, ...(paths.length === 0 ? {} : { paths }) }));
const canaries = results[0]?.canaries ?? 0;
const calls = results.reduce((sum, result) => sum + result.calls, 0);
const leaks = results.flatMap((result) => result.leaks);
if (json) process.stdout.write(`${JSON.stringify({ canaries, calls, leaks: leaks.length })}\n`);
else {
  for (const { canary, sink, where } of leaks) process.stdout.write(`LEAK ${canary} in ${sink} (${where})\n`);
  const codes = new Map<string, number>();
  for (const result of results)
    for (const [code, count] of result.codes) codes.set(code, (codes.get(code) ?? 0) + count);
  process.stdout.write(`${[...codes].map(([code, count]) => `${code} ${count}`).join(', ')}\n`);
  process.stdout.write(`${canaries} canaries, ${calls} calls, ${leaks.length} leaks\n`);
}
process.exitCode = leaks.length === 0 && canaries >= 50 ? 0 : 1;
