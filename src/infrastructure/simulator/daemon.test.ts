import { mkdtempSync, rmSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type HostServer, serveHost } from './daemon.ts';
import { runForcedCommand } from './forced-command.ts';
import { SimulatedHost } from './host.ts';

let folder: string;
let server: HostServer;
let host: SimulatedHost;
let began: number;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'dokku-mcp-'));
  host = new SimulatedHost();
  began = host.now();
  server = await serveHost(host, path.join(folder, 'socket'));
});

afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

async function ssh(line: string, input = ''): Promise<{ exit: number; stdout: string; stderr: string }> {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const stdin = Readable.from(input === '' ? [] : [input]);
  const socketPath = path.join(folder, 'socket');
  const exit = await runForcedCommand({ socketPath, line, tty: false, stdin, stdout, stderr });
  stdout.end();
  stderr.end();
  return { exit, stdout: await text(stdout), stderr: await text(stderr) };
}

test('a session over the socket answers like one in the process', async () => {
  expect(await ssh('apps:exists nope')).toEqual({
    exit: 20,
    stdout: '',
    stderr: ' !     App nope does not exist\n',
  });
});

test('standard input reaches the command and the host keeps its state', async () => {
  await ssh('apps:create web');
  await ssh('config:import --no-restart web -', 'A=1\nB=two words\n');
  expect((await ssh('config:export --format json web')).stdout).toContain('"B":"two words"');
});

test('a socket that nobody serves is a host that cannot be reached', async () => {
  await server.close();
  expect((await ssh('apps:list')).exit).toBe(255);
  server = await serveHost(host, path.join(folder, 'socket'));
});

test('a client that goes away ends a command that would run for ever', async () => {
  const socket = createConnection(path.join(folder, 'socket'));
  socket.end(`${JSON.stringify({ line: 'events -t', tty: false })}\n`);
  await expect.poll(() => host.now() - began).toBeGreaterThan(5000);
  socket.destroy();
  await server.close();
  const stopped = host.now();
  for (let turn = 0; turn < 100; turn++) await new Promise((resolve) => setImmediate(resolve));
  expect(host.now()).toBeLessThan(stopped + 5000);
  server = await serveHost(host, path.join(folder, 'socket'));
});

test('a client that is silent holds no command up, but one that feeds an import is waited for', async () => {
  const socketPath = path.join(folder, 'impatient');
  const impatient = await serveHost(host, socketPath, 5);
  await ssh('apps:create web');
  const open = (line: string): { stdin: PassThrough; exit: Promise<number> } => {
    const stdin = new PassThrough();
    const [stdout, stderr] = [new PassThrough().resume(), new PassThrough().resume()];
    return { stdin, exit: runForcedCommand({ socketPath, line, tty: false, stdin, stdout, stderr }) };
  };
  const slow = open('config:import --no-restart web -');
  expect(await open('apps:list').exit).toBe(0);
  slow.stdin.end('LATE=yes\n');
  expect(await slow.exit).toBe(0);
  expect(host.apps.get('web')?.config.get('LATE')).toBe('yes');
  await impatient.close();
});
