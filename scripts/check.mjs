// The one gate: every step runs, the report says which failed.
import { spawnSync } from 'node:child_process';

const steps = [
  ['format and lint', 'npx', ['biome', 'check', '.']],
  ['types', 'npx', ['tsc', '--noEmit']],
  ['boundaries', 'npx', ['depcruise', '--config', '.dependency-cruiser.cjs', 'src']],
  ['unused code', 'npx', ['knip']],
  ['package', 'npx', ['publint', '--strict']],
  ['generated files', 'node', ['scripts/run.mjs', 'scripts/generate.ts', '--check']],
  ['tool surface', 'node', ['scripts/run.mjs', 'scripts/surface.ts']],
  ['recorded stories', 'node', ['scripts/run.mjs', 'scripts/transcripts.ts']],
  ['hostile inputs', 'node', ['scripts/run.mjs', 'scripts/corpus.ts']],
  ['tests', 'npx', ['vitest', 'run']],
];

const json = process.argv.includes('--json');
// For a machine that has just run `npm test`.
const wanted = process.argv.includes('--without-tests') ? steps.filter(([name]) => name !== 'tests') : steps;
const results = wanted.map(([name, command, args]) => {
  const started = Date.now();
  const { status, stdout, stderr } = spawnSync(command, args, {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const pass = status === 0;
  const seconds = (Date.now() - started) / 1000;
  if (!json) console.log(`${pass ? '✓' : '✗'} ${name} (${seconds.toFixed(1)} s)`);
  if (!pass) console.error(`${stdout}\n${stderr}`);
  if (pass && !json && name === 'tests') console.log(stdout.trim().split('\n').slice(-6).join('\n'));
  return { name, pass, seconds };
});
const good = results.every(({ pass }) => pass);
if (json) console.log(JSON.stringify({ pass: good, steps: results }));
process.exit(good ? 0 : 1);
