import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { bundle } from '../bundle.ts';
import { type Item, judge } from '../report.ts';
import type { Stage } from '../stage.ts';
import { estimate, ratios } from '../statistics.ts';
import { inTurns } from '../turns.ts';

/** What a model is given for a byte of JSON; close enough for every tokenizer. */
const tokensPerByte = 1 / 4;

const client = {
  protocolVersion: '2025-11-25',
  capabilities: {},
  clientInfo: { name: 'bench', version: '0' },
};
const greeting = [
  { jsonrpc: '2.0', id: 1, method: 'initialize', params: client },
  { jsonrpc: '2.0', method: 'notifications/initialized' },
  { jsonrpc: '2.0', id: 2, method: 'tools/list' },
];

/** From the start of the process to the list of tools, against the bare SDK; and what the list costs a model. */
export async function startClaims({ directory, effort }: Stage): Promise<Item[]> {
  const bare = await bundle('bench/programs/bare-server.ts', directory);
  let answer = '';
  const times = await inTurns(
    {
      bare: async () => listTools([bare], directory),
      ours: async () => {
        answer = await listTools(['dist/main.mjs', 'serve'], directory);
      },
    },
    { rounds: effort.rounds(25, 5), warmUps: 2 },
  );
  const { result } = JSON.parse(answer) as { result: { tools: Record<string, unknown>[] } };
  const given = result.tools.map(({ name, description, inputSchema }) => ({
    name,
    description,
    inputSchema,
  }));
  const tokens = (value: unknown): number =>
    Math.round(Buffer.byteLength(JSON.stringify(value)) * tokensPerByte);
  return [
    judge(
      'start to tools/list / bare SDK server',
      'x',
      estimate(ratios(times.ours, times.bare)),
      // 22 tools with their schemas against one: what is left above the bare server is their making.
      effort.goal({ most: 2 }, { most: 3 }),
    ),
    judge('start to tools/list, bare SDK server', 'ms', estimate(times.bare)),
    judge('start to tools/list', 'ms', estimate(times.ours)),
    judge('tools/list, whole', 'tokens', tokens(result), { most: 9000 }),
    judge('tools/list, what a model is given', 'tokens', tokens(given), { most: 4000 }),
    judge('tools listed', '', result.tools.length, { most: 25 }),
  ];
}

/** Starts a server, asks for its tools in the first breath, and ends it when the answer has come, which is returned. */
function listTools(args: readonly string[], home: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { PATH: process.env.PATH ?? '', HOME: home, DOKKU_MCP_STATE_DIR: home },
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the server ended with ${code} before it answered`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      if ((JSON.parse(line) as { id?: number }).id !== 2) return;
      resolve(line);
      child.kill('SIGKILL');
    });
    child.stdin.write(greeting.map((message) => `${JSON.stringify(message)}\n`).join(''));
  });
}
