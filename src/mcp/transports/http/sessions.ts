import { randomUUID } from 'node:crypto';
import {
  type AuthInfo,
  isInitializeRequest,
  type McpHandlerRequestOptions,
  type McpServer,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server';
import { callerOf } from '../../../application/principal.ts';
import { senderOf } from '../../principal.ts';

export interface SessionsOptions {
  readonly build: (served: { readonly authInfo?: AuthInfo }) => McpServer;
  readonly most: number;
  readonly idleMs: number;
  readonly onerror: (error: Error) => void;
}

interface Session {
  readonly owner: string;
  readonly transport: WebStandardStreamableHTTPServerTransport;
  readonly server: McpServer;
  /** Requests that are being answered. */
  calls: number;
  usedAt: number;
}

/**
 * Sessions of the era of 2025: a client of that time is asked for consent on the stream of its call and cancels with a
 * message, so its calls have to reach one server. Each belongs to the principal that opened it, with the rights that it
 * had then, and is not there for others. Their number is bounded, and what is idle ends.
 */
export class Sessions {
  readonly #options: SessionsOptions;
  readonly #sessions = new Map<string, Session>();
  readonly #sweep: NodeJS.Timeout;

  constructor(options: SessionsOptions) {
    this.#options = options;
    this.#sweep = setInterval(() => this.#endIdle(), Math.min(60_000, options.idleMs)).unref();
  }

  get size(): number {
    return this.#sessions.size;
  }

  /** Keeps a session from being idle until what is returned is called. */
  hold(id: string | undefined): () => void {
    const session = id === undefined ? undefined : this.#sessions.get(id);
    if (session === undefined) return () => undefined;
    session.calls += 1;
    return () => {
      session.calls -= 1;
      session.usedAt = performance.now();
    };
  }

  /** Answers one request of the era of 2025. */
  async fetch(request: Request, options: McpHandlerRequestOptions): Promise<Response> {
    const id = request.headers.get('mcp-session-id');
    const owner = ownerOf(options.authInfo);
    if (id !== null) {
      const session = this.#sessions.get(id);
      // Whoever guesses an id of another learns as much as by one that never was.
      if (session?.owner !== owner) return problem(404, -32_001, 'Session not found');
      return await session.transport.handleRequest(request, options);
    }
    if (!isInitializeRequest(options.parsedBody)) {
      return problem(
        400,
        -32_600,
        'A session is needed: send initialize first, or the headers of 2026-07-28',
      );
    }
    if (!this.#makeRoom(owner))
      return problem(503, -32_603, 'All sessions are in use', { 'retry-after': '5' });
    return await this.#open(owner, request, options);
  }

  async close(): Promise<void> {
    clearInterval(this.#sweep);
    await Promise.all([...this.#sessions.values()].map(({ server }) => server.close()));
  }

  async #open(owner: string, request: Request, options: McpHandlerRequestOptions): Promise<Response> {
    const { authInfo } = options;
    const server = this.#options.build(authInfo === undefined ? {} : { authInfo });
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => randomUUID(),
      onsessioninitialized: (id) => {
        this.#sessions.set(id, { owner, transport, server, calls: 0, usedAt: performance.now() });
      },
    });
    transport.onerror = this.#options.onerror;
    transport.onclose = () => void this.#sessions.delete(transport.sessionId ?? '');
    await server.connect(transport);
    return await transport.handleRequest(request, options);
  }

  /** Ends the session that is idle for longest when there is no room for another: one of the same owner, if it has any. */
  #makeRoom(owner: string): boolean {
    if (this.#sessions.size < this.#options.most) return true;
    const idle = this.#idle().sort((a, b) => a.usedAt - b.usedAt);
    const oldest = idle.find((session) => session.owner === owner) ?? idle[0];
    if (oldest === undefined) return false;
    this.#end(oldest);
    return this.#sessions.size < this.#options.most;
  }

  #endIdle(): void {
    const oldest = performance.now() - this.#options.idleMs;
    for (const session of this.#idle()) if (session.usedAt < oldest) this.#end(session);
  }

  #idle(): Session[] {
    return [...this.#sessions.values()].filter(({ calls }) => calls === 0);
  }

  #end({ transport, server }: Session): void {
    this.#sessions.delete(transport.sessionId ?? '');
    server.close().catch(this.#options.onerror);
  }
}

/** A principal and the rights that the tools of a session were listed for. */
function ownerOf(authInfo: AuthInfo | undefined): string {
  const sender = senderOf(authInfo);
  return JSON.stringify(sender === undefined ? [] : [sender.principal.id, callerOf(sender.principal)]);
}

function problem(
  status: number,
  code: number,
  message: string,
  headers: Record<string, string> = {},
): Response {
  return Response.json({ jsonrpc: '2.0', error: { code, message }, id: null }, { status, headers });
}
