import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@modelcontextprotocol/client';
import type { Command } from 'commander';
import { print } from './options.ts';

interface Scene {
  readonly title: string;
  readonly tool: string;
  readonly input: Record<string, unknown>;
}

const SCENES: readonly Scene[] = [
  { title: 'What runs here?', tool: 'apps_list', input: {} },
  {
    title: 'What would deploying v2 of the shop do?',
    tool: 'deploy_start',
    input: { app: 'shop', git_url: 'https://github.com/acme/shop.git', ref: 'v2', mode: 'plan' },
  },
  {
    title: 'Do it, and show me the build.',
    tool: 'deploy_start',
    input: { app: 'shop', git_url: 'https://github.com/acme/shop.git', ref: 'v2' },
  },
  {
    title: 'Now the branch "unhealthy".',
    tool: 'deploy_start',
    input: { app: 'shop', git_url: 'https://github.com/acme/shop.git', ref: 'unhealthy' },
  },
  { title: 'What has been deployed so far?', tool: 'builds_list', input: { app: 'shop' } },
  { title: 'Go back to the version before v2.', tool: 'deploy_rollback', input: { app: 'shop' } },
  { title: 'Is everything up?', tool: 'apps_list', input: {} },
  { title: 'Destroy the shop.', tool: 'apps_destroy', input: { app: 'shop' } },
];

/** `demo`: the main job on a simulated host, through a real MCP client and this very server over stdio. */
export function demoCommand(program: Command, done: (code: number) => void): void {
  program
    .command('demo')
    .description('see it work on a simulated Dokku')
    .action(async () => done(await show()));
}

async function show(): Promise<number> {
  // A client is needed for this alone; the server does not pay for it at its start.
  const { Client } = await import('@modelcontextprotocol/client');
  const { StdioClientTransport } = await import('@modelcontextprotocol/client/stdio');
  const stateDir = mkdtempSync(join(tmpdir(), 'dokku-mcp-demo-'));
  const client = new Client(
    { name: 'dokku-mcp demo', version: '1' },
    { versionNegotiation: { mode: 'auto' } },
  );
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [process.argv[1] ?? '', 'serve', '--demo', '--state-dir', stateDir],
    stderr: 'inherit',
  });
  const paint = painter(process.stdout.isTTY === true && process.env.NO_COLOR === undefined);
  try {
    await client.connect(transport);
    const { tools } = await client.listTools();
    print(
      paint.dim(
        `A simulated Dokku 0.38.27 behind its real parser; ${tools.length} tools over MCP on stdio, protocol ${client.getNegotiatedProtocolVersion()}.`,
      ),
    );
    for (const scene of SCENES) await play(client, scene, paint);
    print(`\n${paint.bold('On your own host:')} DOKKU_HOST=dokku@your-host npx dokku-mcp doctor`);
    return 0;
  } finally {
    await client.close();
    rmSync(stateDir, { recursive: true, force: true });
  }
}

async function play(client: Client, { title, tool, input }: Scene, paint: Painter): Promise<void> {
  print(`\n${paint.bold(`▸ ${title}`)}`);
  print(paint.dim(`  ${tool} ${JSON.stringify(input)}`));
  const result = await client.callTool(
    { name: tool, arguments: input },
    {
      timeout: 120_000,
      onprogress: ({ message }) => print(paint.dim(`    │ ${(message ?? '').slice(0, 100)}`)),
    },
  );
  const text = result.content.map((part) => (part.type === 'text' ? part.text : '')).join('\n');
  const colour = result.isError === true ? paint.red : paint.plain;
  for (const line of text.split('\n')) print(colour(`  ${line}`));
}

interface Painter {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly plain: (text: string) => string;
}

function painter(colours: boolean): Painter {
  const wrap = (start: number, end: number) => (text: string) =>
    colours ? `\u001b[${start}m${text}\u001b[${end}m` : text;
  return { bold: wrap(1, 22), dim: wrap(2, 22), red: wrap(31, 39), plain: (text) => text };
}
