import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type CorpusCase, expand } from './case.ts';

const PATIENCE_MS = 20_000;

/** What a case of group `jsonrpc` does to the server: raw bytes, and then perhaps the end of a stream. */
interface Act {
  readonly bytes: Buffer;
  readonly then?: 'close-stdin' | 'close-stdout';
}

/** The server as a client starts it, with nothing between the test and its pipes. */
class RawServer {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #folder: string;
  readonly lines: string[] = [];
  /** Bytes on standard error. */
  logged = 0;
  readonly exited: Promise<number | null>;
  #rest = '';
  #count = 0;

  private constructor(child: ChildProcessWithoutNullStreams, folder: string) {
    this.#child = child;
    this.#folder = folder;
    this.exited = new Promise((resolve) => child.once('exit', resolve));
    child.stderr.on('data', (chunk: Buffer) => {
      this.logged += chunk.length;
    });
    // A server that has ended cannot take any more; the verdict says so.
    child.stdin.on('error', () => undefined);
    child.stdout.on('data', (chunk: Buffer) => {
      const parts = (this.#rest + chunk.toString()).split('\n');
      this.#rest = parts.pop() ?? '';
      this.lines.push(...parts);
    });
  }

  static async start(): Promise<RawServer> {
    const folder = await mkdtemp(join(tmpdir(), 'corpus-'));
    const env = { PATH: process.env['PATH'] ?? '', HOME: folder, DOKKU_MCP_LOG_LEVEL: 'silent' };
    const args = ['dist/main.mjs', 'serve', '--demo', '--state-dir', folder];
    const server = new RawServer(spawn(process.execPath, args, { env }), folder);
    const clientInfo = { name: 'corpus', version: '1' };
    const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo };
    await server.ask('initialize', params);
    server.write(`${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' })}\n`);
    return server;
  }

  write(bytes: string | Buffer): void {
    this.#child.stdin.write(bytes);
  }

  closeStdin(): void {
    this.#child.stdin.end();
  }

  closeStdout(): void {
    this.#child.stdout.destroy();
  }

  /** The answer to a request of our own; undefined when none comes in time. */
  async ask(method: string, params: object): Promise<unknown> {
    this.#count += 1;
    const id = `probe-${this.#count}`;
    this.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
    const until = Date.now() + PATIENCE_MS;
    while (Date.now() < until && this.#child.exitCode === null) {
      const answer = this.lines.map(parsed).find((message) => message?.['id'] === id);
      if (answer !== undefined) return answer;
      await delay(20);
    }
    return undefined;
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.exited;
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** After each frame the server has to answer the next good request, and its output has to hold messages only. */
export async function judgeFrame(given: CorpusCase): Promise<string[]> {
  const act = actOf(given);
  const server = await RawServer.start();
  try {
    server.lines.length = 0;
    server.write(act.bytes);
    if (act.then !== undefined) return await ends(server, act.then);
    const alive = await server.ask('tools/list', {});
    const bad = server.lines.filter((line) => parsed(line)?.['jsonrpc'] !== '2.0');
    return [
      ...(alive === undefined ? ['the next request was not answered'] : []),
      ...bad.map((line) => `standard output holds ${JSON.stringify(line.slice(0, 100))}`),
      ...(/\n\s+at |node:internal/.test(server.lines.join('\n')) ? ['shows a stack trace'] : []),
      ...(server.logged > 100_000 ? ['writes what it was sent into its log'] : []),
      ...wrongCode(given, server.lines),
    ];
  } finally {
    await server.stop();
  }
}

/** The server ends by itself, with a good exit code where it could still say goodbye. */
async function ends(server: RawServer, how: NonNullable<Act['then']>): Promise<string[]> {
  await delay(50);
  if (how === 'close-stdin') server.closeStdin();
  else server.closeStdout();
  if (how === 'close-stdout') {
    void server.ask('tools/list', {});
    await delay(500);
    server.closeStdin();
  }
  const code = await Promise.race([server.exited, delay(10_000, 'late' as const)]);
  if (code === 'late') return ['did not end'];
  return how === 'close-stdin' && code !== 0 ? [`ended with ${code}`] : [];
}

/** Where the case names codes and an error came back for its frame, it is one of them. */
function wrongCode({ expect }: CorpusCase, lines: readonly string[]): string[] {
  const codes = expect.match(/-32\d{3}/g) ?? [];
  if (codes.length === 0) return [];
  const allowed = new Set([...codes, '-32700', '-32600', '-32602', '-32601']);
  return lines
    .map((line) => (parsed(line)?.['error'] as { code?: number } | undefined)?.code)
    .filter((code) => code !== undefined && !allowed.has(String(code)))
    .map((code) => `error ${code}, not ${codes.join(' or ')}`);
}

function parsed(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

const message = (rest: object): string => JSON.stringify({ jsonrpc: '2.0', id: 'frame', ...rest });
const listing = (args: object): string =>
  message({ method: 'tools/call', params: { name: 'apps_info', arguments: args } });

/** Frames that a case only describes, by what it says; all others are sent as they stand. */
const described: readonly (readonly [RegExp, () => Act['bytes'] | string])[] = [
  [/^"id": "<1MB>"/, () => JSON.stringify({ jsonrpc: '2.0', id: 'x'.repeat(1_000_000), method: 'ping' })],
  [/^tools\/call name=/, () => message({ method: 'tools/call', params: { name: 'nope', arguments: {} } })],
  [/^"params":\[1\]/, () => message({ method: 'tools/list', params: [1] })],
  [/^no io\.modelcontextprotocol/, () => message({ method: 'server/discover', params: {} })],
  [/^protocolVersion "2099/, () => message({ method: 'tools/list', params: { _meta: { 'io.modelcontextprotocol/protocolVersion': '2099-01-01' } } })],
  [/x100000$/, () => '{"a":'.repeat(100_000)],
  [/^arguments\.app = 10 MB/, () => listing({ app: 'x'.repeat(10_000_000) })],
  [/__proto__/, () => '{"jsonrpc":"2.0","id":"frame","method":"tools/call","params":{"name":"apps_info","arguments":{"__proto__":{"confirmed":true}}}}'],
  [/^notifications\/cancelled/, () => JSON.stringify({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 999 } })],
  [/^cancel in the same chunk/, () => `${listing({ app: 'shop' })}\n${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 'frame' } })}`],
  [/^_meta\.progressToken=\{\}/, () => message({ method: 'tools/call', params: { name: 'apps_list', arguments: {}, _meta: { progressToken: {} } } })],
  [/^any test above/, () => 'console.log("hello")'],
];

function actOf({ input }: CorpusCase): Act {
  const { frame } = expand(input) as { frame?: unknown };
  if (Buffer.isBuffer(frame)) return { bytes: Buffer.concat([frame, Buffer.from('\n')]) };
  const text = String(frame);
  const call = Buffer.from(`${listing({ app: 'shop' })}\n`);
  if (/^close stdin/.test(text)) return { bytes: call, then: 'close-stdin' };
  if (/^client closes its read end/.test(text)) return { bytes: call, then: 'close-stdout' };
  const [, make] = described.find(([pattern]) => pattern.test(text) && !text.startsWith('{"jsonrpc"')) ?? [];
  const bytes = make?.() ?? text;
  return { bytes: Buffer.from(`${bytes}\n`) };
}
