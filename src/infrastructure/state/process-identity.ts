import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { z } from 'zod';
import { isMissing } from './files.ts';

/** Which process wrote something, so that others can tell whether it still lives. */
export const ProcessIdentity = z.object({
  pid: z.number(),
  /** Start time of the process in clock ticks since boot (/proc/PID/stat, field 22): a reused pid has another one. */
  started: z.string(),
  /** Which boot and pid namespace the pid belongs to. */
  place: z.string(),
});
export type ProcessIdentity = z.infer<typeof ProcessIdentity>;

let own: Promise<ProcessIdentity> | undefined;

/** This process. */
export function ownIdentity(): Promise<ProcessIdentity> {
  own ??= identify();
  return own;
}

/** Whether that process lives; `elsewhere` when it belongs to another boot, container or machine, where nobody can tell. */
export async function stateOf(process: ProcessIdentity): Promise<'alive' | 'dead' | 'elsewhere'> {
  const { place } = await ownIdentity();
  if (process.place !== place) return 'elsewhere';
  return (await startOf(process.pid)) === process.started ? 'alive' : 'dead';
}

async function identify(): Promise<ProcessIdentity> {
  return { pid: process.pid, started: (await startOf(process.pid)) ?? '', place: await readPlace() };
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

async function readPlace(): Promise<string> {
  try {
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
    return `${boot.trim()} ${await readlink('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
}
