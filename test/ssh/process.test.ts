import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { descendants, type Sshd, startSshd } from '../support/sshd.ts';
import { anyCommand, until } from './fixture.ts';

let sshd: Sshd;
let directory: string;
let program: string;

/** A process of its own with nothing in it but the transport: one command per line of input, one answer per line. */
const source = `
import { createInterface } from 'node:readline';
import { createSshTransport } from './src/infrastructure/ssh/transport.ts';
const transport = createSshTransport(JSON.parse(process.argv[2]));
const request = (line) => ({ line, label: 'test', deadlineMs: 60000, repeatable: true });
for await (const text of createInterface({ input: process.stdin })) {
  const { line, watch } = JSON.parse(text);
  const before = process.memoryUsage().rss;
  let peak = before;
  const sample = () => { peak = Math.max(peak, process.memoryUsage().rss); };
  const timer = setInterval(sample, 5);
  const { exit, stdout } = await transport.exec({ ...request(line), ...(watch ? { onOutput: async () => sample() } : {}) });
  clearInterval(timer);
  sample();
  console.log(JSON.stringify({ exit, bytes: stdout.bytes, grown: peak - before }));
}
`;

beforeAll(async () => {
  sshd = await startSshd({ forcedCommand: anyCommand });
  directory = await mkdtemp(join(tmpdir(), 'p-'));
  program = join(directory, 'transport.mjs');
  const stdin = { contents: source, resolveDir: process.cwd(), loader: 'ts' as const };
  await build({ stdin, bundle: true, platform: 'node', format: 'esm', outfile: program, logLevel: 'error' });
});
afterAll(async () => {
  await sshd?.stop();
  await rm(directory, { recursive: true, force: true });
});

interface Answer {
  readonly exit: number;
  readonly bytes: number;
  readonly grown: number;
}

function start(
  mode: string,
  runtimeDir: string,
): { child: ChildProcess; ask: (line: string, watch?: boolean) => Promise<Answer> } {
  const { destination, port, identity, knownHosts } = sshd;
  const options = { name: 'box', destination, port, identity, knownHosts, mode, runtimeDir };
  const child = spawn(process.execPath, [program, JSON.stringify(options)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const answers = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  const ask = async (line: string, watch = false): Promise<Answer> => {
    child.stdin!.write(`${JSON.stringify({ line, watch })}\n`);
    return JSON.parse((await answers.next()).value as string) as Answer;
  };
  return { child, ask };
}

describe('a process with an ssh transport', () => {
  // A reader may keep its chunks, so each is a copy of its own, and memory then depends on when they are collected.
  it.each([
    [32, false],
    [64, true],
  ])('streams 100 MB without growing by %i MB, with a reader: %s', async (limit, watch) => {
    const { child, ask } = start('mux', directory);
    await ask('head -c 20000000 /dev/zero', watch);
    const { bytes, grown } = await ask('head -c 100000000 /dev/zero', watch);
    expect(bytes).toBe(100_000_000);
    expect(grown).toBeLessThan(limit * 1024 * 1024);
    child.stdin!.end();
    await once(child, 'exit');
  });

  it('can end without closing the transport, and takes ssh and its directory along', async () => {
    const runtimeDir = await mkdtemp(join(directory, 'r-'));
    const { child, ask } = start('mux', runtimeDir);
    await ask('true');
    const ours = ssh(child);
    expect(ours).toHaveLength(1);
    child.stdin!.end();
    expect(await once(child, 'exit')).toEqual([0, null]);
    await until(() => ours.every((pid) => !alive(pid)) && readdirSync(runtimeDir).length === 0);
  });

  it('takes ssh along when it is killed', async () => {
    const runtimeDir = await mkdtemp(join(directory, 'r-'));
    const { child, ask } = start('mux', runtimeDir);
    await ask('true');
    const ours = ssh(child);
    expect(ours).toHaveLength(1);
    child.kill('SIGKILL');
    await until(() => ours.every((pid) => !alive(pid)) && readdirSync(runtimeDir).length === 0);
  });
});

function ssh(child: ChildProcess): number[] {
  return descendants(child.pid!)
    .filter(({ command }) => /^ssh /.test(command))
    .map(({ pid }) => pid);
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
