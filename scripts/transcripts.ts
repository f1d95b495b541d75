import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { normalise } from '../test/support/normalise.ts';
import { type Mismatch, replay, type StoryResult } from '../test/support/replay.ts';

/**
 * Replays recorded stories on the simulator: `npm run transcripts -- [DIR] [--json] [--verbose] [--only TEXT]`.
 * Exits with 0 when at least 95 % of the commands answer as recorded, in the stories that are not known to differ as a
 * whole, and every other difference is in the list of known ones.
 */
const args = process.argv.slice(2);
const option = (name: string): string | undefined => {
  const at = args.indexOf(name);
  return at < 0 ? undefined : args.splice(at, 2)[1];
};
const flag = (name: string): boolean => {
  const at = args.indexOf(name);
  if (at >= 0) args.splice(at, 1);
  return at >= 0;
};
const only = option('--only');
const json = flag('--json');
const verbose = flag('--verbose');
const folder = path.resolve(args[0] ?? path.join(process.cwd(), 'test', 'transcripts'));

interface Known {
  readonly file: string;
  readonly line: string;
  /** Where the same line stands in the story more than once. */
  readonly number?: number;
  readonly reason: string;
}
const knownFile = path.join(process.cwd(), 'test', 'transcripts', 'known-mismatches.json');
const known = existsSync(knownFile) ? (JSON.parse(readFileSync(knownFile, 'utf8')) as Known[]) : [];
const isKnown = (found: Mismatch): boolean =>
  known.some(
    ({ file, line, number = found.number }) =>
      file === found.file && number === found.number && (line === found.line || line === '*'),
  );

// Stories build on each other, so all are replayed also where only some are shown.
const results = (await replay(folder)).filter(({ file }) => only === undefined || file.includes(only));
const mismatches = results.flatMap((result) => result.mismatches);
const count = (stories: readonly StoryResult[]): { commands: number; match: number } => {
  const commands = stories.reduce((sum, story) => sum + story.commands, 0);
  return { commands, match: commands - stories.reduce((sum, story) => sum + story.mismatches.length, 0) };
};
const total = count(results);
const whole = new Set(known.filter(({ line }) => line === '*').map(({ file }) => file));
const core = count(results.filter(({ file }) => !whole.has(file)));
const good = core.match >= core.commands * 0.95 && mismatches.every(isKnown);

if (json) {
  const rows = mismatches.map(({ file, line, want, got }) => ({ file, line, want, got }));
  process.stdout.write(`${JSON.stringify({ ...total, mismatches: rows }, null, 2)}\n`);
} else {
  for (const { file, commands, mismatches: wrong } of results) {
    const share = commands === 0 ? 100 : ((commands - wrong.length) / commands) * 100;
    process.stdout.write(
      `${file.padEnd(36)} ${String(commands - wrong.length).padStart(4)}/${String(commands).padEnd(4)} ${share.toFixed(1).padStart(5)} %\n`,
    );
  }
  process.stdout.write(
    `stories that count: ${core.match} of ${core.commands}; all: ${total.match} of ${total.commands}\n`,
  );
  for (const found of mismatches) {
    process.stdout.write(
      `${isKnown(found) ? 'known' : 'WRONG'} ${found.file}:${found.number} ${JSON.stringify(found.line).slice(0, 120)}\n`,
    );
    if (verbose) process.stdout.write(difference(found));
  }
}
process.exitCode = good ? 0 : 1;

function difference({ want, got }: Mismatch): string {
  const exits = want.exit === got.exit ? '' : `    exit ${want.exit}, not ${got.exit}\n`;
  return (
    exits +
    streamDifference('out', want.stdout, got.stdout) +
    streamDifference('err', want.stderr, got.stderr)
  );
}

function streamDifference(name: string, want: string, got: string): string {
  const wanted = normalise(want).split('\n');
  const shown = normalise(got).split('\n');
  const at = wanted.findIndex((line, index) => line !== shown[index]);
  if (at < 0 && wanted.length === shown.length) return '';
  const from = at < 0 ? wanted.length : at;
  const rows = (sign: string, lines: readonly string[]): string =>
    lines
      .slice(from, from + 6)
      .map((line) => `    ${name} ${sign} ${from + 1}: ${JSON.stringify(line).slice(0, 300)}\n`)
      .join('');
  return rows('want', wanted) + rows('got ', shown);
}
