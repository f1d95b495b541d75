import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect, eras } from './support/mcp.ts';

/** The guide from top to bottom: configurations are written, commands are run, the server is left running. */
const guide = readFileSync('docs/guide/http.md', 'utf8');
const blocks = [...guide.matchAll(/```(yaml|console)\n([\s\S]*?)```/g)].map(([, kind, text = '']) => ({
  kind,
  text,
}));

describe('the guide to HTTP', () => {
  const folder = mkdtempSync(join(tmpdir(), 'guide-'));
  let port = 0;
  let token = '';
  let hash = '';
  let server: ChildProcess | undefined;
  const env = {
    PATH: `${join(folder, 'bin')}${delimiter}${process.env.PATH ?? ''}`,
    HOME: folder,
    DOKKU_MCP_STATE_DIR: join(folder, 'state'),
  };

  beforeAll(async () => {
    mkdirSync(join(folder, 'bin'));
    const program = `#!/bin/sh\nexec ${process.execPath} ${resolve('dist/main.mjs')} "$@"\n`;
    writeFileSync(join(folder, 'bin', 'dokku-mcp'), program, { mode: 0o755 });
    port = await freePort();
  });
  afterAll(async () => {
    server?.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  test('its first recipe makes a token and serves', async () => {
    const own = (text: string): string => text.replaceAll('7780', String(port)).replaceAll('HASH', hash);
    for (const { kind, text } of blocks.slice(0, 3)) {
      if (kind === 'yaml') writeFileSync(join(folder, 'config.yaml'), own(text));
      else {
        for (const part of text.split(/^\$ /m).slice(1)) {
          const [command = '', ...shown] = part.trimEnd().split('\n');
          const output = await run(own(command));
          for (const [index, line] of shown.entries()) {
            expect(output.split('\n')[index]).toContain(own(line).replace(/…$/, ''));
          }
        }
      }
    }
    expect(server).toBeDefined();
  });

  test.each(eras)('a client with the token uses it, %s', async (era) => {
    const url = new URL(`http://127.0.0.1:${port}/mcp`);
    const requestInit = { headers: { authorization: `Bearer ${token}` } };
    const { client, call } = await connect(new StreamableHTTPClientTransport(url, { requestInit }), { era });
    expect((await call('apps_list')).isError).toBe(false);
    expect((await call('apps_create', { app: `made-${era}` })).data).toMatchObject({ status: 'applied' });
    await client.close();
  });

  test('told to end, it ends well', async () => {
    const ended = new Promise((done) => server?.once('exit', done));
    server?.kill('SIGTERM');
    expect(await ended).toBe(0);
  });

  test.each(blocks.slice(3).filter(({ kind }) => kind === 'yaml'))(
    'a configuration is one: $text',
    async ({ text }) => {
      writeFileSync(join(folder, 'another.yaml'), text);
      expect(await run('dokku-mcp tools --config another.yaml')).toContain('apps_list');
    },
  );

  async function run(command: string): Promise<string> {
    const serves = command.startsWith('dokku-mcp serve');
    const child = spawn('sh', ['-c', serves ? `exec ${command}` : command], {
      cwd: folder,
      env,
      stdio: 'pipe',
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString();
      });
    }
    if (serves) {
      server = child;
      while (!output.includes('listening') && child.exitCode === null) await delay(20);
      expect(output).toContain('"event":"listening"');
      return output;
    }
    await new Promise((done) => child.once('close', done));
    token = /^dmt_\S+/m.exec(output)?.[0] ?? token;
    hash = /sha256: ([0-9a-f]{64})/.exec(output)?.[1] ?? hash;
    return output;
  }
});

function freePort(): Promise<number> {
  return new Promise((done) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => done(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
