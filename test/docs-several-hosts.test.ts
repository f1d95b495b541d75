import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTwoHosts, type TwoHosts } from './support/two-hosts.ts';

/** Each command of the guide with the lines that it shows, in order. */
const guide = readFileSync('docs/guide/several-hosts.md', 'utf8');
const examples = [...guide.matchAll(/```console\n([\s\S]*?)```/g)].flatMap(([, text = '']) =>
  text
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const [command = '', ...shown] = part.trimEnd().split('\n');
      return { command, shown };
    }),
);

describe('the guide to several hosts', () => {
  const folder = mkdtempSync(join(tmpdir(), 'guide-'));
  let hosts: TwoHosts;

  beforeAll(async () => {
    hosts = await startTwoHosts();
    await hosts.old.given(
      'apps:create shop',
      'config:set --no-restart shop TOKEN=hunter2-hunter2',
      'git:from-image shop demo/web:1',
      'domains:set shop shop.example.com',
      'ports:set shop http:80:5000',
    );
    mkdirSync(join(folder, 'bin'));
    const program = `#!/bin/sh\nexec ${process.execPath} ${resolve('dist/main.mjs')} "$@"\n`;
    writeFileSync(join(folder, 'bin', 'dokku-mcp'), program, { mode: 0o755 });
  });
  afterAll(async () => {
    await hosts?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('has examples', () => expect(examples.length).toBeGreaterThan(10));

  test.each(examples)('$command', async ({ command, shown }) => {
    const { code, output } = await run(command);
    expect(code, output).toBe(0);
    const found = output.split('\n').slice(0, shown.length);
    for (const [index, line] of shown.entries()) expect(found[index]).toContain(line);
    expect(output).not.toContain('hunter2');
  });

  async function run(command: string): Promise<{ code: number | null; output: string }> {
    const child = spawn('sh', ['-c', command], {
      cwd: folder,
      env: {
        PATH: `${join(folder, 'bin')}${delimiter}${process.env.PATH ?? ''}`,
        HOME: folder,
        DOKKU_MCP_STATE_DIR: join(folder, 'state'),
        DOKKU_MCP_CONFIG: hosts.configure(),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    let errors = '';
    child.stderr.on('data', (chunk) => {
      errors += chunk;
    });
    const code = await new Promise<number | null>((done) => child.once('close', done));
    return { code, output: output === '' ? errors : output };
  }
});
