import { randomUUID } from 'node:crypto';
import { open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isMissing, privateFolder } from '../state/files.ts';
import { ownIdentity, stateOf } from '../state/process-identity.ts';
import { sha256 } from './record.ts';

/** How long somebody waits for the others; each of them needs some milliseconds. */
const PATIENCE_MS = 10_000;
/** A claim from another machine or container that is older than this has no owner any more. */
const STALE_MS = 30_000;
/** The owner itself stops before others may think it dead. */
const FRESH_MS = 20_000;

const NAME = /^(\d+)\.([0-9?]*)\.([0-9a-f]{16})\.[0-9a-f-]{36}\.claim$/;

/** The right to append, held by one process at a time. */
export interface Claim {
  /** What else is in the folder. */
  readonly names: readonly string[];
  /** False when it was held so long that others may no longer honour it. */
  isFresh(): boolean;
  release(): Promise<void>;
}

/**
 * Takes the exclusive right to a folder; it dies with its holder's process, also by kill -9. Everybody first puts up a
 * claim of its own and then looks around: who sees no other living claim holds the right, who sees one takes its own
 * down again and waits. Of two at most one can have looked before the other put up. A claim's name says whose it is and
 * is never used again, so taking down a dead one cannot hurt a living one.
 * Rejects when others hold it for longer than ten seconds, and when the folder cannot be written.
 */
export async function takeClaim(folder: string, patienceMs = PATIENCE_MS): Promise<Claim> {
  const mine = await claimName();
  const path = join(folder, mine);
  const deadline = performance.now() + patienceMs;
  for (let attempt = 0; ; attempt++) {
    const since = performance.now();
    await putUp(folder, path);
    let names: readonly string[] = [];
    let rival: string | undefined;
    try {
      names = await readdir(folder);
      rival = await livingRival(folder, names, mine);
    } catch (error) {
      await takeDown(path);
      throw error;
    }
    if (rival === undefined) {
      return {
        names,
        isFresh: () => performance.now() - since < FRESH_MS,
        release: () => takeDown(path),
      };
    }
    await takeDown(path);
    if (performance.now() > deadline) {
      throw new Error(`process ${Number.parseInt(rival, 10)} does not let go of the audit log`);
    }
    // A little longer each time, and never in step with the others.
    await delay(Math.random() * Math.min(2 ** attempt, 16) + 0.5);
  }
}

async function claimName(): Promise<string> {
  const { pid, started, place } = await ownIdentity();
  return `${pid}.${started}.${placeKey(place)}.${randomUUID()}.claim`;
}

function placeKey(place: string): string {
  return sha256(place).slice(0, 16);
}

async function putUp(folder: string, path: string): Promise<void> {
  try {
    await (await open(path, 'wx', 0o600)).close();
  } catch (error) {
    if (!isMissing(error)) throw error;
    await privateFolder(folder);
    await (await open(path, 'wx', 0o600)).close();
  }
}

async function takeDown(path: string): Promise<void> {
  await rm(path, { force: true });
}

async function livingRival(
  folder: string,
  names: readonly string[],
  mine: string,
): Promise<string | undefined> {
  for (const name of names) {
    if (name === mine || !NAME.test(name)) continue;
    if (await lives(folder, name)) return name;
    await takeDown(join(folder, name));
  }
  return undefined;
}

async function lives(folder: string, name: string): Promise<boolean> {
  const [, pid = '', started = '', place = ''] = NAME.exec(name) ?? [];
  const own = await ownIdentity();
  if (place === placeKey(own.place)) {
    return (await stateOf({ pid: Number(pid), started, place: own.place })) === 'alive';
  }
  try {
    return Date.now() - (await stat(join(folder, name))).mtimeMs < STALE_MS;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
