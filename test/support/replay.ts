import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { SimulatedHost } from '../../src/infrastructure/simulator/host.ts';
import { runSession, type SessionRequest } from '../../src/infrastructure/simulator/session.ts';
import { aside } from './aside.ts';
import { normalise } from './normalise.ts';
import { recordedStdin } from './recorded-stdin.ts';

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
  const host = new SimulatedHost({ name: 'vm', now: Date.parse('2026-11-23T18:00:00Z') });
  const before = preparation(folder);
  const results: StoryResult[] = [];
  for (const file of readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .sort()) {
    for (const step of stepsBefore(before, file)) await prepare(host, step);
    results.push(await replayStory(host, folder, file));
  }
  return results;
}

/** The steps of every key that the story's name begins with. */
function stepsBefore(before: Preparation, file: string): string[] {
  return Object.entries(before).flatMap(([name, steps]) => (file.startsWith(name) ? steps : []));
}

async function prepare(host: SimulatedHost, step: string): Promise<void> {
  if (!aside(host, step, '')) await runSession(host, { line: step });
}

async function replayStory(host: SimulatedHost, folder: string, file: string): Promise<StoryResult> {
  const mismatches: Mismatch[] = [];
  let commands = 0;
  let last = '';
  const story = records(path.join(folder, file));
  for (const [index, record] of story.entries()) {
    if (record.aside !== undefined) aside(host, record.aside, last);
    if (record.line === undefined) continue;
    last = record.line;
    const got = await run(host, record, recordedStdin(story, index));
    if (record.setup === true) continue;
    commands++;
    const want = { exit: exitOf(record), stdout: record.stdout ?? '', stderr: record.stderr ?? '' };
    if (!same(want, got, record)) mismatches.push({ file, number: index + 1, line: record.line, want, got });
  }
  return { file, commands, mismatches };
}

async function run(host: SimulatedHost, record: StoryRecord, stdin: Buffer | undefined): Promise<Answer> {
  const killer = new AbortController();
  try {
    const { over, ...answer } = await runSession(host, {
      line: record.line ?? '',
      ...(stdin === undefined ? {} : { stdin }),
      ...(stdin === undefined ? {} : { stdin }),
      ...(record.tty === undefined ? {} : { tty: record.tty }),
      ...(record.cut_after_ms === undefined ? {} : cut(record, record.cut_after_ms, killer)),
    });
    // A command whose client was killed dies at its next line; the story goes on after that.
    await over;
    return answer;
  } catch (error) {
    return {
      exit: -1,
      stdout: '',
      stderr: `the simulator failed: ${error instanceof Error ? error.stack : error}`,
    };
  }
}

/**
 * Kills the client where it was killed in the story: after as many lines as it had got by then, since times depend on
 * the machine; after the recorded time when it had got none, or when the lines do not come.
 */
function cut(record: StoryRecord, ms: number, killer: AbortController): Partial<SessionRequest> {
  const lines = (text: string): number => text.split('\n').length - 1;
  const wanted = lines(record.stdout ?? '');
  if (wanted === 0) return { cutAfterMs: ms };
  let seen = 0;
  const onOutput = (_stream: string, text: string): void => {
    seen += lines(text);
    if (seen >= wanted) killer.abort();
  };
  return { onOutput, signal: killer.signal, cutAfterMs: ms * 20 };
}

/** A client that was killed has no exit code of its own; ssh's 255 stands for it. */
function exitOf({ exit = 0 }: StoryRecord): number {
  return typeof exit === 'number' ? exit : 255;
}

function same(want: Answer, got: Answer, record: StoryRecord): boolean {
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
