import { cpus, loadavg } from 'node:os';
import { backupClaims } from './claims/backup.ts';
import { overviewClaims } from './claims/overview.ts';
import { pipelineClaims } from './claims/pipeline.ts';
import { startClaims } from './claims/start.ts';
import { streamClaims } from './claims/stream.ts';
import { throughputClaims } from './claims/throughput.ts';
import { toolCallClaims } from './claims/tool-call.ts';
import { longWayClaims, transportClaims } from './claims/transport.ts';
import { type Item, json, keep, table } from './report.ts';
import { type Effort, type Stage, setStage } from './stage.ts';

const claims = {
  transport: transportClaims,
  'long-way': longWayClaims,
  'tool-call': toolCallClaims,
  pipeline: pipelineClaims,
  start: startClaims,
  stream: streamClaims,
  backup: backupClaims,
  overview: overviewClaims,
  throughput: throughputClaims,
} satisfies Record<string, (stage: Stage) => Promise<Item[]>>;

const usage = `npm run bench -- [--quick] [--json] [CLAIM...]
  --quick   fewer rounds and wide goals: a smoke test for CI
  --json    print one JSON array on standard output and nothing else
Claims: ${Object.keys(claims).join(', ')} (default: all)
`;

/** Measures the claims one after the other. Exit 0 when every goal was met, 1 when not, 2 for wrong usage. */
async function main(args: readonly string[]): Promise<number> {
  const words = args.filter((arg) => !arg.startsWith('--'));
  const flags = args.filter((arg) => arg.startsWith('--'));
  const known = flags.every((flag) => flag === '--json' || flag === '--quick');
  if (!known || !words.every((word) => Object.hasOwn(claims, word))) {
    process.stderr.write(usage);
    return 2;
  }
  const quick = flags.includes('--quick');
  const effort: Effort = {
    rounds: (full, few) => (quick ? few : full),
    goal: (full, wide) => (quick ? wide : full),
  };
  const chosen = Object.entries(claims).filter(([name]) => words.length === 0 || words.includes(name));
  warnOfLoad();
  const startedAt = performance.now();
  const items: Item[] = [];
  const stage = await setStage(effort);
  try {
    for (const [name, claim] of chosen) {
      const began = performance.now();
      items.push(...(await claim(stage)));
      process.stderr.write(`${name}: ${((performance.now() - began) / 1000).toFixed(1)} s\n`);
    }
    stage.stub.verify();
  } finally {
    await stage.close();
  }
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  const path = keep(items, { quick, seconds });
  process.stdout.write(`${flags.includes('--json') ? json(items) : table(items)}\n`);
  process.stderr.write(`${seconds} s in all; kept in ${path}\n`);
  return items.every(({ pass }) => pass) ? 0 : 1;
}

/** Contenders take turns, so ratios hold on a busy machine; milliseconds and commands per second do not. */
function warnOfLoad(): void {
  const [load = 0] = loadavg();
  if (load <= cpus().length / 2) return;
  process.stderr.write(
    `load ${load.toFixed(1)} on ${cpus().length} cores: only the ratios are to be trusted\n`,
  );
}

process.exitCode = await main(process.argv.slice(2));
