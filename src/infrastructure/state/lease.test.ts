import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Lease } from './lease.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lease-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const file = (generation: number) => join(folder, `x.${generation}.lease`);
const holder = async () => JSON.parse(await readFile(file(0), 'utf8')) as Record<string, unknown>;

describe('Lease', () => {
  it('has one winner among many who ask at once', async () => {
    const taken = await Promise.all(Array.from({ length: 20 }, () => Lease.take(folder, 'x')));
    expect(taken.filter((lease) => lease !== undefined)).toHaveLength(1);
    expect(await Lease.state(folder, 'x')).toBe('held');
  });

  it('can be taken again when it was given back', async () => {
    expect(await Lease.state(folder, 'x')).toBe('none');
    (await Lease.take(folder, 'x'))?.release();
    expect(await Lease.state(folder, 'x')).toBe('dead');
    expect(await Lease.take(folder, 'x')).toBeDefined();
    expect(await Lease.take(folder, 'x')).toBeUndefined();
  });

  it('leaves one file behind, however often it was taken', async () => {
    for (let round = 0; round < 10; round++) (await Lease.take(folder, 'x'))?.release();
    expect(await readdir(folder)).toEqual(['x.9.lease']);
    const next = await Lease.take(folder, 'x');
    expect(next?.before).toBeGreaterThan(0);
    expect(await readdir(folder)).toEqual(['x.10.lease']);
  });

  it('has one holder at a time, whoever takes and gives back', async () => {
    let inside = 0;
    let most = 0;
    let rounds = 0;
    const worker = async () => {
      while (rounds < 60) {
        const lease = await Lease.take(folder, 'x');
        if (lease === undefined) {
          await new Promise((resolve) => setImmediate(resolve));
          continue;
        }
        inside += 1;
        most = Math.max(most, inside);
        await new Promise((resolve) => setImmediate(resolve));
        inside -= 1;
        rounds += 1;
        lease.release();
      }
    };
    await Promise.all(Array.from({ length: 8 }, worker));
    expect(most).toBe(1);
  });

  it('dies with its process, and has one successor', async () => {
    await Lease.take(folder, 'x');
    const child = spawn('sleep', ['60'], { stdio: 'ignore' });
    await once(child, 'spawn');
    const stat = await readFile(`/proc/${child.pid}/stat`, 'utf8');
    const started = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    await writeFile(file(0), JSON.stringify({ ...(await holder()), id: 'other', pid: child.pid, started }));
    expect(await Lease.state(folder, 'x')).toBe('held');
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await Lease.state(folder, 'x')).toBe('dead');
    const taken = await Promise.all(Array.from({ length: 10 }, () => Lease.take(folder, 'x')));
    expect(taken.filter((lease) => lease !== undefined)).toHaveLength(1);
  });

  it('is not fooled by a reused pid', async () => {
    await Lease.take(folder, 'x');
    await writeFile(
      file(0),
      JSON.stringify({ ...(await holder()), id: 'other', pid: process.ppid, started: '1' }),
    );
    expect(await Lease.state(folder, 'x')).toBe('dead');
  });

  it('of another machine or container lives by its heartbeat', async () => {
    const elsewhere = { id: 'other', pid: 1, started: '1', place: 'elsewhere' };
    await writeFile(file(0), JSON.stringify(elsewhere));
    expect(await Lease.state(folder, 'x')).toBe('held');
    await utimes(file(0), 0, 0);
    expect(await Lease.state(folder, 'x')).toBe('dead');
  });

  it('is held while its file is being written', async () => {
    await writeFile(file(0), '');
    expect(await Lease.take(folder, 'x')).toBeUndefined();
  });
});
