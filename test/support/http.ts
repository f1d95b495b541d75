import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { type ClientOptions, type Connected, connect } from './mcp.ts';

/** A server process that listens on a port of its own. */
export interface HttpServer {
  readonly url: string;
  readonly pid: number;
  readonly stateDir: string;
  /** What it has said on standard error until now. */
  said(): string;
  /** Its exit code, once it has ended. */
  readonly ended: Promise<number | null>;
  /** Connects a real MCP client that has this token. */
  client(options: ClientOptions & { readonly token: string }): Promise<HttpClient>;
  /** Tells it to end, as a platform does; resolves with its exit code when it has. */
  stop(): Promise<number | null>;
}

export interface HttpClient extends Connected {
  close(): Promise<void>;
}

export interface HttpServerOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly stateDir?: string;
}

/** A token as an entry of the configuration. */
export function entryOf(
  token: string,
  role = 'operator',
  scopes: readonly string[] = ['dokku:read', 'dokku:write'],
  name = token,
): Record<string, unknown> {
  return { name, role, scopes, sha256: createHash('sha256').update(token).digest('hex') };
}

/** Starts `dist/main.mjs serve --http` and waits until it listens. */
export async function startHttpServer(options: HttpServerOptions = {}): Promise<HttpServer> {
  const stateDir = options.stateDir ?? mkdtempSync(join(tmpdir(), 'dokku-mcp-http-'));
  const child = spawn(
    process.execPath,
    ['dist/main.mjs', 'serve', '--http', '--listen', '127.0.0.1:0', ...(options.args ?? [])],
    {
      env: { PATH: process.env.PATH ?? '', HOME: stateDir, DOKKU_MCP_STATE_DIR: stateDir, ...options.env },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  const found = (): string | undefined => /"event":"listening","url":"([^"]+)"/.exec(said)?.[1];
  while (found() === undefined && child.exitCode === null) await delay(20);
  const url = found();
  if (url === undefined) throw new Error(`the server ended: ${said}`);
  const clients: HttpClient[] = [];
  return {
    url,
    pid: child.pid ?? -1,
    stateDir,
    said: () => said,
    ended: exited,
    client: async ({ token, ...rest }) => {
      const headers = { authorization: `Bearer ${token}` };
      const transport = new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } });
      const connected = await connect(transport, rest);
      const client = { ...connected, close: () => connected.client.close() };
      clients.push(client);
      return client;
    },
    stop: async () => {
      for (const client of clients) await client.close();
      child.kill('SIGTERM');
      const code = await exited;
      if (options.stateDir === undefined) rmSync(stateDir, { recursive: true, force: true });
      return code;
    },
  };
}
