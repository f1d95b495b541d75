import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { isMissing, privateFolder, readText } from './files.ts';
import { ownIdentity, ProcessIdentity, stateOf } from './process-identity.ts';

const HEARTBEAT_MS = 2_000;
/** A holder elsewhere whose heartbeat is older than this is dead. */
const STALE_MS = 30_000;

/** Stands at the beginning of a file whose holder gave the lease back; it makes the rest no JSON. */
const RELEASED = 'released';

/** Of a process elsewhere only the heartbeat tells whether it lives. */
const Holder = ProcessIdentity.extend({ id: z.string() });
type Holder = z.infer<typeof Holder>;

/** Leases that this process holds or gave back, so that a lease of ours is judged by more than our own pid. */
const held = new Set<string>();

/**
 * An exclusive right that dies with its holder's process, also by kill -9. Each holder makes the next file
 * `NAME.N.lease` exclusively, and only when the holder of the newest one is dead or gave it back; so no file is ever
 * taken away from a living holder and a race has one winner. Older files are removed; the newest one never is, so that
 * numbers only grow.
 */
export class Lease {
  /** When the holder before gave it back or was last seen (milliseconds since the epoch); undefined for the first. */
  readonly before: number | undefined;
  readonly #path: string;
  readonly #holder: Holder;
  readonly #timer: NodeJS.Timeout;

  private constructor(path: string, holder: Holder, before: number | undefined) {
    this.before = before;
    this.#path = path;
    this.#holder = holder;
    this.#timer = setInterval(() => {
      const now = new Date();
      // A folder that was removed meanwhile needs no heartbeat; every other failure shows as a stale lease.
      utimes(path, now, now).catch(() => clearInterval(this.#timer));
    }, HEARTBEAT_MS);
    this.#timer.unref();
  }

  /** The lease, or undefined while another holder lives. */
  static async take(folder: string, name: string): Promise<Lease | undefined> {
    for (;;) {
      await privateFolder(folder);
      const last = await newest(folder, name);
      const before = last === undefined ? undefined : fileOf(folder, name, last);
      if (before !== undefined && (await lives(before))) return undefined;
      const mine = (last ?? -1) + 1;
      const path = fileOf(folder, name, mine);
      const holder = { id: randomUUID(), ...(await ownIdentity()) };
      const seen = before === undefined ? undefined : await changedAt(before);
      // Before the file is there: whoever finds it in this process has to find its holder alive.
      held.add(holder.id);
      try {
        await writeFile(path, JSON.stringify(holder), { flag: 'wx', mode: 0o600 });
      } catch (error) {
        held.delete(holder.id);
        // Another was faster, or the folder has just been removed: look again.
        if (isMissing(error) || isTaken(error)) continue;
        throw error;
      }
      // A number that was free because its file is history already: a later holder removed it.
      if ((await newest(folder, name)) !== mine) {
        held.delete(holder.id);
        await rm(path, { force: true });
        continue;
      }
      await removeOlder(folder, name, mine);
      return new Lease(path, holder, seen);
    }
  }

  /** Gives the right back: the next `take`, of any process, succeeds at once. */
  release(): void {
    clearInterval(this.#timer);
    held.delete(this.#holder.id);
    try {
      writeFileSync(this.#path, RELEASED, { flag: 'r+' });
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }

  /** `none` when nobody ever took it. */
  static async state(folder: string, name: string): Promise<'none' | 'held' | 'dead'> {
    const last = await newest(folder, name);
    if (last === undefined) return 'none';
    return (await lives(fileOf(folder, name, last))) ? 'held' : 'dead';
  }
}

function fileOf(folder: string, name: string, generation: number): string {
  return join(folder, `${name}.${generation}.lease`);
}

async function generations(folder: string, name: string): Promise<number[]> {
  try {
    return (await readdir(folder)).flatMap((file) => {
      const number = file.startsWith(`${name}.`)
        ? /^\d+(?=\.lease$)/.exec(file.slice(name.length + 1))
        : null;
      return number === null ? [] : [Number(number[0])];
    });
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

async function newest(folder: string, name: string): Promise<number | undefined> {
  const all = await generations(folder, name);
  return all.length === 0 ? undefined : Math.max(...all);
}

async function removeOlder(folder: string, name: string, mine: number): Promise<void> {
  for (const generation of await generations(folder, name)) {
    if (generation < mine) await rm(fileOf(folder, name, generation), { force: true });
  }
}

async function changedAt(path: string): Promise<number | undefined> {
  return await stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => undefined,
  );
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIST';
}

async function lives(path: string): Promise<boolean> {
  const text = await readText(path);
  if (text?.startsWith(RELEASED) === true) return false;
  const parsed = Holder.safeParse(text === undefined ? undefined : tryJson(text));
  if (parsed.success) {
    const { id, pid, started } = parsed.data;
    const mine = await ownIdentity();
    const state = await stateOf(parsed.data);
    if (state === 'alive' && pid === mine.pid && started === mine.started) return held.has(id);
    if (state !== 'elsewhere') return state === 'alive';
  }
  // Another machine or container, or a file that is just being written.
  try {
    return Date.now() - (await stat(path)).mtimeMs < STALE_MS;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
