import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { isMissing, syncFolder } from '../state/files.ts';

const pack = promisify(gzip);
const unpack = promisify(gunzip);

/** A compression takes a moment; what is left of one after this was cut off. */
const ABANDONED_MS = 3_600_000;

const NAME = /^(\d{10})\.jsonl(\.gz)?$/;
const APPEND = constants.O_RDWR | constants.O_CREAT | constants.O_APPEND | constants.O_NOFOLLOW;

/** One file of the log, named after the number of its first record; all but the newest may be compressed. */
export interface Segment {
  readonly first: number;
  /** `0000000001.jsonl`, whether or not it is compressed. */
  readonly name: string;
}

export function segmentOf(first: number): Segment {
  return { first, name: `${String(first).padStart(10, '0')}.jsonl` };
}

/** The segments among these file names, oldest first. */
export function segmentsAmong(names: readonly string[]): Segment[] {
  const firsts = new Set(names.flatMap((name) => (NAME.test(name) ? [Number.parseInt(name, 10)] : [])));
  return [...firsts].sort((a, b) => a - b).map(segmentOf);
}

/** The segments of a log, oldest first; none when it was never written. */
export async function listSegments(folder: string): Promise<Segment[]> {
  try {
    return segmentsAmong(await readdir(folder));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** All bytes of a segment, compressed or not. */
export async function readSegment(folder: string, { name }: Segment): Promise<Buffer> {
  try {
    return await readFile(join(folder, name));
  } catch (error) {
    if (!isMissing(error)) throw error;
    return await unpack(await readFile(join(folder, `${name}.gz`)));
  }
}

/** Opens a segment for appending; makes it, on disk, when it is not there. Never follows a link; 0600. */
export async function openSegment(folder: string, { name }: Segment): Promise<FileHandle> {
  return await open(join(folder, name), APPEND, 0o600);
}

/** Compresses the closed segments that are still plain; a crash in between leaves the plain one or both. */
export async function compressClosed(folder: string): Promise<void> {
  const names = await readdir(folder);
  await removeAbandoned(folder, names);
  for (const { name } of segmentsAmong(names).slice(0, -1)) {
    if (!names.includes(name)) continue;
    try {
      await compress(folder, join(folder, name));
    } catch (error) {
      // Another process has done it meanwhile.
      if (!isMissing(error)) throw error;
    }
  }
}

async function compress(folder: string, path: string): Promise<void> {
  const packed = await pack(await readFile(path));
  const temporary = join(folder, `${randomUUID()}.tmp`);
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(packed);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, `${path}.gz`);
  } finally {
    await rm(temporary, { force: true });
  }
  await syncFolder(folder);
  await rm(path, { force: true });
}

async function removeAbandoned(folder: string, names: readonly string[]): Promise<void> {
  for (const name of names.filter((one) => one.endsWith('.tmp'))) {
    const path = join(folder, name);
    try {
      if (Date.now() - (await stat(path)).mtimeMs > ABANDONED_MS) await rm(path, { force: true });
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }
}
