import { randomUUID } from 'node:crypto';
import { stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { isMissing, privateFolder, readText } from '../state/files.ts';
import { ownIdentity, ProcessIdentity, stateOf } from '../state/process-identity.ts';

const HEARTBEAT_MS = 2_000;
/** A holder elsewhere whose heartbeat is older than this is dead. */
const STALE_MS = 30_000;

/** Of a process elsewhere only the heartbeat tells whether it lives. */
const Holder = ProcessIdentity.extend({ id: z.string() });
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
      const holder = { id: randomUUID(), ...(await ownIdentity()) };
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
