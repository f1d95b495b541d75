import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, type Transport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { asListed } from './listed.ts';

export type Era = '2025-11-25' | '2026-07-28';
export const eras: readonly Era[] = ['2025-11-25', '2026-07-28'];

/** What a client is, whichever way it reaches the server. */
export interface ClientOptions {
  readonly era: Era;
  /** What the person behind the client answers when asked; absent: the client cannot ask. */
  readonly consent?: (message: string, schema: unknown) => Record<string, unknown> | 'decline' | 'cancel';
}

export interface SessionOptions extends ClientOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Takes what the server writes to its standard error, which otherwise goes to ours. */
  readonly onStderr?: (text: string) => void;
  /** Keeps the state of an earlier session. */
  readonly stateDir?: string;
}

/** A real MCP client that is connected. */
export interface Connected {
  readonly client: Client;
  readonly questions: string[];
  call(name: string, args?: Record<string, unknown>, options?: CallOptions): Promise<Answer>;
}

/** A real MCP client on a real server process over stdio, as a user's client starts it. */
export interface Session extends Connected {
  readonly stateDir: string;
  readonly pid: number;
  close(): Promise<void>;
}

export interface CallOptions {
  readonly onProgress?: (message: string) => void;
  readonly signal?: AbortSignal;
  /** Under which the call is carried out once, however often it is made. */
  readonly idempotencyKey?: string;
}

export interface Answer {
  readonly isError: boolean;
  readonly text: string;
  readonly data: Record<string, unknown>;
  /** Stable code of a failure. */
  readonly code: string | undefined;
}

/** Starts `dist/main.mjs serve` and connects in the wanted protocol era. */
export async function startSession(options: SessionOptions): Promise<Session> {
  const stateDir = options.stateDir ?? mkdtempSync(join(tmpdir(), 'dokku-mcp-test-'));
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: ['dist/main.mjs', 'serve', ...(options.args ?? [])],
    env: {
      PATH: process.env.PATH ?? '',
      HOME: stateDir,
      DOKKU_MCP_STATE_DIR: stateDir,
      DOKKU_MCP_LOG_LEVEL: 'error',
      ...options.env,
    },
    stderr: options.onStderr === undefined ? 'inherit' : 'pipe',
  });
  transport.stderr?.on('data', (chunk: Buffer) => options.onStderr?.(chunk.toString()));
  const connected = await connect(transport, options);
  return {
    ...connected,
    stateDir,
    pid: transport.pid ?? -1,
    close: async () => {
      await connected.client.close();
      if (options.stateDir === undefined) rmSync(stateDir, { recursive: true, force: true });
    },
  };
}

/** Connects a client in the wanted protocol era. */
export async function connect(transport: Transport, options: ClientOptions): Promise<Connected> {
  const questions: string[] = [];
  const client = new Client(
    { name: 'test-client', version: '1' },
    {
      capabilities: options.consent === undefined ? {} : { elicitation: { form: {} } },
      versionNegotiation: { mode: options.era === '2026-07-28' ? { pin: '2026-07-28' } : 'legacy' },
    },
  );
  const { consent } = options;
  if (consent !== undefined) {
    client.setRequestHandler('elicitation/create', (request) => {
      const params = request.params as { message: string; requestedSchema?: unknown };
      questions.push(params.message);
      const answer = consent(params.message, params.requestedSchema);
      return typeof answer === 'string'
        ? { action: answer }
        : { action: 'accept', content: answer as Record<string, string | boolean> };
    });
  }
  await client.connect(transport);
  const listeners = tapProgress(transport);
  return {
    client,
    questions,
    call: async (name, args = {}, callOptions = {}) => {
      const listed = asListed({ name, args });
      const answer = await call(client, listeners, listed.name, { ...listed.args }, callOptions);
      return listed.name === name ? answer : unwrapped(answer);
    },
  };
}

/** The answer as the unlisted tool gave it. */
function unwrapped(answer: Answer): Answer {
  const { command: _, ...data } = answer.data;
  const wrapped = data.result as { command?: string; result?: Record<string, unknown> } | undefined;
  if (!('status' in data)) return { ...answer, data: (wrapped ?? {}) as Record<string, unknown> };
  return { ...answer, data: wrapped === undefined ? data : { ...data, result: wrapped.result } };
}

/**
 * Reads progress off the wire. The SDK's client runs its handler in a later turn and drops what came in one read with the
 * response, so a slow test process would lose the last messages. Every message goes to all calls that listen.
 */
function tapProgress(transport: Transport): Set<(message: string) => void> {
  const listeners = new Set<(message: string) => void>();
  const { onmessage } = transport;
  transport.onmessage = (message, extra) => {
    if ('method' in message && message.method === 'notifications/progress') {
      const text = (message.params as { message?: string } | undefined)?.message ?? '';
      for (const listener of listeners) listener(text);
    }
    onmessage?.(message, extra);
  };
  return listeners;
}

async function call(
  client: Client,
  listeners: Set<(message: string) => void>,
  name: string,
  args: Record<string, unknown>,
  { onProgress, signal, idempotencyKey }: CallOptions,
): Promise<Answer> {
  if (onProgress !== undefined) listeners.add(onProgress);
  const result = await client
    .callTool(
      {
        name,
        arguments: args,
        ...(idempotencyKey === undefined ? {} : { _meta: { 'dokku-mcp/idempotency-key': idempotencyKey } }),
      },
      {
        timeout: 120_000,
        resetTimeoutOnProgress: true,
        // Asks the server for progress.
        ...(onProgress === undefined ? {} : { onprogress: () => undefined }),
        ...(signal === undefined ? {} : { signal }),
      },
    )
    .finally(() => {
      if (onProgress !== undefined) listeners.delete(onProgress);
    });
  const content = (result.content ?? []) as { type: string; text?: string }[];
  const text = content.map((part) => part.text ?? '').join('\n');
  const failure = result._meta?.['dokku-mcp/error'] as { code?: string } | undefined;
  return {
    isError: result.isError === true,
    text,
    data: (result.structuredContent ?? {}) as Record<string, unknown>,
    code: failure?.code,
  };
}
