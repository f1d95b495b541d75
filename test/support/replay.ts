import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { SimulatedHost } from '../../src/infrastructure/simulator/host.ts';
import { datastorePlugins } from '../../src/infrastructure/simulator/services/plugins.ts';
import { runSession, type SessionRequest } from '../../src/infrastructure/simulator/session.ts';
import { aside } from './aside.ts';
import { normalise } from './normalise.ts';
import { GivenDumps, recordedStdin } from './recorded-stdin.ts';

/** One line of a recorded story. */
export interface StoryRecord {
  readonly line?: string;
  readonly stdin?: string;
  readonly tty?: boolean;
  readonly cut_after_ms?: number;
  /** `signal SIGKILL` where the client itself was killed. */
  readonly exit?: number | string;
  readonly stdout?: string;
  readonly stderr?: string;
  readonly note?: string;
  readonly aside?: string;
  /** Run to reach the state the story starts from; its answer is not compared. */
  readonly setup?: boolean;
}

/** What a command answered. */
export interface Answer {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Mismatch {
  readonly file: string;
  /** The line's number in the story, from 1. */
  readonly number: number;
  readonly line: string;
  readonly want: Answer;
  readonly got: Answer;
}

export interface StoryResult {
  readonly file: string;
  readonly commands: number;
  readonly mismatches: readonly Mismatch[];
}

/** What has to be done to the host before a story, since it was recorded on a host that held more. */
type Preparation = Readonly<Record<string, readonly string[]>>;

/**
 * Replays the stories of a folder in the order of their names on one host that starts empty, and compares exit code
 * and both streams of every command. The folder's setup.json says what has to be done before which story, since the
 * stories were recorded on a host that held more by then; a folder without one takes that of the project.
 */
export async function replay(folder: string): Promise<StoryResult[]> {
  const host = new SimulatedHost({ name: 'vm', now: Date.parse('2026-11-23T18:00:00Z'), umask: '022' });
  const dumps = new GivenDumps();
  const before = preparation(folder);
  const results: StoryResult[] = [];
  for (const file of readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .sort()) {
    for (const step of stepsBefore(before, file)) await prepare(host, step);
    results.push(await replayStory(host, dumps, folder, file));
  }
  return results;
}

/** A story that speaks of services was recorded on a host that has their plugin. */
function installNamed(host: SimulatedHost, story: readonly StoryRecord[]): void {
  for (const { line = '' } of story) {
    const [, name = ''] = /^(?:--\S+ )*([a-z-]+)(?=:)/.exec(line) ?? [];
    if (datastorePlugins.some((plugin) => plugin.name === name)) host.install(name);
  }
}

/** The steps of every key that the story's name begins with. */
function stepsBefore(before: Preparation, file: string): string[] {
  return Object.entries(before).flatMap(([name, steps]) => (file.startsWith(name) ? steps : []));
}

async function prepare(host: SimulatedHost, step: string): Promise<void> {
  if (!aside(host, step, '')) await runSession(host, { line: step });
}

async function replayStory(
  host: SimulatedHost,
  dumps: GivenDumps,
  folder: string,
  file: string,
): Promise<StoryResult> {
  const mismatches: Mismatch[] = [];
  let commands = 0;
  let last = '';
  const story = records(path.join(folder, file));
  installNamed(host, story);
  for (const [index, record] of story.entries()) {
    if (record.aside !== undefined) aside(host, record.aside, last);
    if (record.line === undefined) continue;
    last = record.line;
    const { printed, ...got } = await run(host, record, recordedStdin(story, index, dumps));
    dumps.remember(record.stdout ?? '', printed);
    if (record.setup === true) continue;
    commands++;
    const want = { exit: exitOf(record), stdout: record.stdout ?? '', stderr: record.stderr ?? '' };
    if (!same(want, got, record)) mismatches.push({ file, number: index + 1, line: record.line, want, got });
  }
  return { file, commands, mismatches };
}

async function run(
  host: SimulatedHost,
  record: StoryRecord,
  stdin: Buffer | undefined,
): Promise<Answer & { printed: Buffer }> {
  const killer = new AbortController();
  const printed: Buffer[] = [];
  const { watch, ...limits } =
    record.cut_after_ms === undefined ? { watch: undefined } : cut(record, record.cut_after_ms, killer);
  try {
    const { over, ...answer } = await runSession(host, {
      line: record.line ?? '',
      ...(stdin === undefined ? {} : { stdin }),
      onOutput: (stream, text) => {
        if (stream === 'stdout') printed.push(Buffer.from(text));
        watch?.(stream, text);
      },
      ...(record.tty === undefined ? {} : { tty: record.tty }),
      ...limits,
    });
    // A command whose client was killed dies at its next line; the story goes on after that.
    await over;
    return { ...answer, printed: Buffer.concat(printed) };
  } catch (error) {
    return {
      exit: -1,
      printed: Buffer.alloc(0),
      stdout: '',
      stderr: `the simulator failed: ${error instanceof Error ? error.stack : error}`,
    };
  }
}

/**
 * Kills the client where it was killed in the story: after as many lines as it had got by then, since times depend on
 * the machine; after the recorded time when it had got none, or when the lines do not come.
 */
function cut(
  record: StoryRecord,
  ms: number,
  killer: AbortController,
): Partial<SessionRequest> & { watch?: (stream: string, text: string | Buffer) => void } {
  const lines = (text: string): number => text.split('\n').length - 1;
  const wanted = lines(record.stdout ?? '');
  // A number is the exit code of a command that ended before its client would have been killed.
  if (wanted === 0 || typeof record.exit === 'number') return { cutAfterMs: ms };
  let seen = 0;
  const watch = (_stream: string, text: string | Buffer): void => {
    seen += lines(text.toString());
    if (seen >= wanted) killer.abort();
  };
  return { watch, signal: killer.signal, cutAfterMs: ms * 20 };
}

/** A client that was killed has no exit code of its own; ssh's 255 stands for it. */
function exitOf({ exit = 0 }: StoryRecord): number {
  return typeof exit === 'number' ? exit : 255;
}

function same(want: Answer, got: Answer, record: StoryRecord): boolean {
  // Whether lines end in CR LF on a terminal is up to the modes that the client asks for.
  if (record.tty === true && `${want.stdout}${got.stdout}`.includes('\r')) {
    const plain = (answer: Answer): Answer => ({ ...answer, stdout: answer.stdout.replaceAll('\r\n', '\n') });
    return same(plain(want), plain(got), { ...record, tty: false });
  }
  if (want.exit !== got.exit || normalise(want.stderr) !== normalise(got.stderr)) return false;
  if (record.line?.includes('network:list') === true) return unordered(want.stdout) === unordered(got.stdout);
  if (record.cut_after_ms === undefined) return normalise(want.stdout) === normalise(got.stdout);
  // Where the client was killed it is chance how many lines came through.
  const wanted = completeLines(normalise(want.stdout));
  const shown = completeLines(normalise(got.stdout));
  return wanted.startsWith(shown) || shown.startsWith(wanted);
}

/** Docker lists its networks in another order at every call. */
function unordered(text: string): string {
  return normalise(text).replaceAll('},{', '}\n{').replace(/[[\]]/g, '\n').split('\n').sort().join('\n');
}

function completeLines(text: string): string {
  return text.slice(0, text.lastIndexOf('\n') + 1);
}

/** The records of one story, in order. */
export function records(file: string): StoryRecord[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as StoryRecord);
}

function preparation(folder: string): Preparation {
  const places = [folder, path.join(process.cwd(), 'test', 'transcripts')];
  const file = places.map((place) => path.join(place, 'setup.json')).find((name) => existsSync(name));
  return file === undefined ? {} : (JSON.parse(readFileSync(file, 'utf8')) as Preparation);
}
