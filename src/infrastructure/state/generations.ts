import { readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isMissing, syncFolder } from './files.ts';
import { Lease } from './lease.ts';

/** A log in so many files at most; the oldest of them goes as a whole. */
const FILES = 4;

/**
 * The files of a log in their order: `NAME~1.jsonl`, `NAME~2.jsonl`, … and `NAME.jsonl`, to which is appended. No key of a
 * log gives a name with a tilde.
 */
export async function filesOf(path: string): Promise<readonly string[]> {
  const folder = dirname(path);
  return [...(await numbersOf(path)).map((number) => join(folder, fileOf(path, number))), path];
}

/**
 * Begins a new file when the newest one is larger than its share of `bound` bytes, and removes what is then too much. One
 * process does it at a time; whoever appends meanwhile does so to a file that is still read.
 */
export async function turnOver(path: string, bound: number): Promise<void> {
  const share = bound / FILES;
  if ((await sizeOf(path)) <= share) return;
  const folder = dirname(path);
  const lease = await Lease.take(folder, basename(path, '.jsonl'));
  if (lease === undefined) return;
  try {
    if ((await sizeOf(path)) <= share) return;
    const numbers = await numbersOf(path);
    await rename(path, join(folder, fileOf(path, (numbers.at(-1) ?? 0) + 1)));
    for (const old of numbers.slice(0, Math.max(0, numbers.length - FILES + 2))) {
      await rm(join(folder, fileOf(path, old)), { force: true });
    }
    await syncFolder(folder);
  } finally {
    lease.release();
  }
}

function fileOf(path: string, number: number): string {
  return `${basename(path, '.jsonl')}~${number}.jsonl`;
}

async function numbersOf(path: string): Promise<readonly number[]> {
  const before = `${basename(path, '.jsonl')}~`;
  try {
    return (await readdir(dirname(path)))
      .filter((name) => name.startsWith(before) && name.endsWith('.jsonl'))
      .map((name) => Number(name.slice(before.length, -'.jsonl'.length)))
      .filter(Number.isSafeInteger)
      .sort((a, b) => a - b);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (isMissing(error)) return 0;
    throw error;
  }
}
