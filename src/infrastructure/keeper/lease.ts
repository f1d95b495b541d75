import { randomUUID } from 'node:crypto';
import { readFile, readlink, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { isMissing, privateFolder, readText } from '../state/files.ts';

const HEARTBEAT_MS = 2_000;
/** A holder elsewhere whose heartbeat is older than this is dead. */
const STALE_MS = 30_000;

const Holder = z.object({
  id: z.string(),
  pid: z.number(),
  /** Start time of the process in clock ticks since boot (/proc/PID/stat, field 22): a reused pid has another one. */
  started: z.string(),
  /** Which boot and pid namespace the pid belongs to; elsewhere only the heartbeat tells. */
  place: z.string(),
});
type Holder = z.infer<typeof Holder>;

/** Leases that this process holds or gave back, so that a lease of ours is judged by more than our own pid. */
const held = new Set<string>();

/**
 * An exclusive right that dies with its holder's process, also by kill -9. Each holder makes the next file
 * `NAME.N.lease` exclusively; a successor may do so only when the last holder is dead, so no file is ever taken away
 * from a living one and a race has one winner.
 */
export class Lease {
  readonly #holder: Holder;
  readonly #timer: NodeJS.Timeout;

  private constructor(path: string, holder: Holder) {
    this.#holder = holder;
    held.add(holder.id);
    this.#timer = setInterval(() => {
      const now = new Date();
      // A folder that was removed meanwhile needs no heartbeat; every other failure shows as a stale lease.
      utimes(path, now, now).catch(() => clearInterval(this.#timer));
    }, HEARTBEAT_MS);
    this.#timer.unref();
  }

  /** The lease, or undefined while another holder lives. */
  static async take(folder: string, name: string): Promise<Lease | undefined> {
    await privateFolder(folder);
    for (let generation = 0; ; generation++) {
      const path = join(folder, `${name}.${generation}.lease`);
      const holder = { id: randomUUID(), ...(await self()) };
      try {
        await writeFile(path, JSON.stringify(holder), { flag: 'wx', mode: 0o600 });
        return new Lease(path, holder);
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      }
      if (await lives(path)) return undefined;
    }
  }

  /** Gives the right back: the next `take` succeeds at once. */
  release(): void {
    clearInterval(this.#timer);
    held.delete(this.#holder.id);
  }

  /** `none` when nobody ever took it. */
  static async state(folder: string, name: string): Promise<'none' | 'held' | 'dead'> {
    let found: 'none' | 'held' | 'dead' = 'none';
    for (let generation = 0; ; generation++) {
      const path = join(folder, `${name}.${generation}.lease`);
      if ((await readText(path)) === undefined) return found;
      found = (await lives(path)) ? 'held' : 'dead';
    }
  }
}

async function lives(path: string): Promise<boolean> {
  const text = await readText(path);
  const parsed = Holder.safeParse(text === undefined ? undefined : tryJson(text));
  const mine = await self();
  if (parsed.success && parsed.data.place === mine.place) {
    const { id, pid, started } = parsed.data;
    if (pid === mine.pid && started === mine.started) return held.has(id);
    return (await startOf(pid)) === started;
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

async function self(): Promise<Pick<Holder, 'pid' | 'started' | 'place'>> {
  return { pid: process.pid, started: (await startOf(process.pid)) ?? '', place: await place() };
}

/** Undefined when there is no such process (or it is a zombie), `?` where the system has no /proc. */
async function startOf(pid: number): Promise<string | undefined> {
  try {
    const text = await readFile(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch (error) {
    if (!isMissing(error)) return undefined;
    return process.platform === 'linux' ? undefined : startWithoutProc(pid);
  }
}

function startWithoutProc(pid: number): string | undefined {
  try {
    process.kill(pid, 0);
    return '?';
  } catch {
    return undefined;
  }
}

async function place(): Promise<string> {
  try {
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
    return `${boot.trim()} ${await readlink('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
}
