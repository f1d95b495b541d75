import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FileStore } from '../../src/infrastructure/state/file-store.ts';
import { FileDokku } from '../support/file-dokku.ts';
import { lines, serverOf } from './program.ts';

const request = {
  host: 'main',
  app: 'web',
  source: { kind: 'image', image: 'demo/web:2' },
  command: { name: 'git:from-image', args: ['web', 'demo/web:2'] },
  actor: 'me',
} as const;

let program: string;
let root: string;
let folder: string;
let host: string;
const started: number[] = [];

beforeAll(async () => {
  program = await mkdtemp(join(tmpdir(), 'keeper-program-'));
  await build({
    entryPoints: [new URL('entry.ts', import.meta.url).pathname],
    outfile: join(program, 'support', 'entry.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    define: { 'import.meta.url': JSON.stringify(new URL('../support/transcript.ts', import.meta.url).href) },
  });
});
afterAll(() => rm(program, { recursive: true, force: true }));
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'keeper-processes-'));
  folder = join(root, 'state');
  host = join(root, 'host.json');
  FileDokku.create(host);
});
afterEach(async () => {
  for (const pid of started.splice(0)) kill(pid);
  await rm(root, { recursive: true, force: true });
});

const entry = () => join(program, 'support', 'entry.mjs');
const server = () => serverOf({ folder, host }, entry());

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** The process that carries the job, once it has taken it. */
async function keeperOf(id: string): Promise<number> {
  const lease = join(folder, 'jobs', id, 'keeper.0.lease');
  for (;;) {
    const text = await readFile(lease, 'utf8').catch(() => '');
    if (text !== '') {
      const { pid } = JSON.parse(text) as { pid: number };
      started.push(pid);
      return pid;
    }
    await delay(5);
  }
}

async function settledOnce(): Promise<void> {
  expect(FileDokku.sent(host).length).toBeLessThanOrEqual(1);
  expect(await new FileStore(folder).read('ledger/main/web')).toHaveLength(1);
}

describe('a keeper as a process of its own', () => {
  it('carries a deploy to its end, and another server sees all of it', async () => {
    const { id } = await server().start(request);
    await keeperOf(id);
    const ended = await server().wait(id, { ms: 20_000 });
    expect(ended).toMatchObject({ status: 'succeeded', serves: { source: { location: 'demo/web:2' } } });
    expect((await server().log(id, 0, 1_000)).lines).toEqual(lines);
    await settledOnce();
  });

  it('outlives the server that started it', async () => {
    const child: ChildProcess = spawn(process.execPath, [entry(), 'start', folder, host], {
      stdio: 'ignore',
    });
    started.push(child.pid ?? 0);
    const id = await firstJob();
    await keeperOf(id);
    child.kill('SIGKILL');
    expect((await server().wait(id, { ms: 20_000 })).status).toBe('succeeded');
    await settledOnce();
  });

  it.each([0, 60, 150, 250, 330, 400])(
    'killed %i ms after it took the job is settled once, without a second send',
    async (ms) => {
      const { id } = await server().start(request);
      const pid = await keeperOf(id);
      await delay(ms);
      kill(pid);
      const servers = [server(), server(), server()];
      const ended = await Promise.all(servers.map((each) => each.wait(id, { ms: 25_000 })));
      const [first] = ended;
      expect(ended.map(({ status }) => status)).toEqual([first?.status, first?.status, first?.status]);
      const served = (first?.serves?.source?.location ?? 'demo/web:1') === 'demo/web:2';
      const output = (await server().log(id, 0, 1_000)).lines.join('\n');
      if (served) expect(first?.status).toBe('succeeded');
      // The new process had passed its checks, but Dokku did not get to note the new source: nobody can tell what serves.
      else if (output.includes('All checks successful')) expect(first?.status).toBe('unknown');
      else expect(first?.diagnosis?.code).toMatch(/^(NEVER_SENT|NEVER_STARTED|INTERRUPTED)$/);
      await settledOnce();
    },
  );
});

async function firstJob(): Promise<string> {
  for (;;) {
    const [id] = await readdir(join(folder, 'jobs')).catch(() => []);
    if (id !== undefined) return id;
    await delay(5);
  }
}
