import type { IncomingMessage, ServerResponse } from 'node:http';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, isLegacyRequest, type McpHttpHandler } from '@modelcontextprotocol/server';
import { type Authenticator, callerOf, WRITE_SCOPE } from '../../../application/principal.ts';
import type { Product } from '../../../application/product.ts';
import { accessOf, notAllowed } from '../../../application/steps/policy.ts';
import { authInfoOf, type Sender } from '../../principal.ts';
import { createServerFactory } from '../../server.ts';
import { type Refusal, refuse, send } from './answer.ts';
import { readMessage } from './body.ts';
import { authenticate, beyondScope, insufficient } from './gate.ts';
import {
  type Allowed,
  firstRefusal,
  jsonOnly,
  knownHost,
  knownMethod,
  knownOrigin,
  LARGEST_BODY,
  notPacked,
  notTooLarge,
  plainTarget,
} from './guards.ts';
import type { ResourceMetadata } from './metadata.ts';
import { Sessions } from './sessions.ts';

export interface EndpointOptions {
  readonly product: Product;
  readonly authenticator: Authenticator;
  readonly allowed: Allowed;
  readonly metadata?: ResourceMetadata;
  readonly sessions: { readonly most: number; readonly idleMs: number };
  readonly log: (id: string, error: unknown) => void;
  /** Takes what an operator wants to see of refused requests; no token and no address with its query is in it. */
  readonly note: (event: Readonly<Record<string, unknown>>) => void;
}

/** What stands at each path. Everything that is not named here is asked for a token and then not found. */
export class Endpoint {
  readonly #options: EndpointOptions;
  readonly #modern: McpHttpHandler;
  readonly #sessions: Sessions;
  readonly #serve: ReturnType<typeof toNodeHandler>;
  readonly #calls = new Set<ServerResponse>();
  #draining = false;

  constructor(options: EndpointOptions) {
    const { product, log, sessions } = options;
    this.#options = options;
    const onerror = (error: Error): void => log('http', error);
    const build = createServerFactory(product, log, 'http');
    this.#modern = createMcpHandler(build, { legacy: 'reject', maxRequestBodySize: LARGEST_BODY });
    this.#sessions = new Sessions({ build, ...sessions, onerror });
    this.#serve = toNodeHandler(
      {
        fetch: async (request, given = {}) =>
          request.method === 'DELETE' || (await isLegacyRequest(request, given.parsedBody))
            ? await this.#sessions.fetch(request, given)
            : await this.#modern.fetch(request, given),
      },
      { onerror, maxRequestBodySize: LARGEST_BODY },
    );
  }

  /** Answers one request. Never rejects. */
  async handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
    try {
      const refusal = await this.#route(req, res);
      if (refusal === undefined) return;
      refuse(req, res, refusal);
      const { status, error } = refusal;
      this.#options.note({ status, error, method: req.method, address: addressOf(req) });
    } catch (error) {
      this.#options.log('http', error);
      refuse(req, res, { status: 500, error: 'server_error', message: 'an internal error; it was logged' });
    }
  }

  /** Takes no more work, and resolves when what is under way has been answered or the time is over. */
  async drain(ms: number): Promise<void> {
    this.#draining = true;
    const late = performance.now() + ms;
    while (this.#calls.size > 0 && performance.now() < late) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async close(): Promise<void> {
    this.#draining = true;
    await this.#modern.close();
    await this.#sessions.close();
  }

  async #route(req: IncomingMessage, res: ServerResponse): Promise<Refusal | undefined> {
    const { allowed, metadata, authenticator } = this.#options;
    const strange = firstRefusal([plainTarget], req, allowed);
    if (strange !== undefined) return strange;
    const path = req.url?.replace(/\?.*$/s, '');
    const probe = this.#probes[path ?? ''];
    if (probe !== undefined) return knownMethod(req, ['GET', 'HEAD']) ?? probe(req, res);
    const refusal = firstRefusal([knownHost, knownOrigin], req, allowed);
    if (refusal !== undefined) return refusal;
    if (path === '/mcp') return await this.#mcp(req, res);
    if (metadata !== undefined && isMetadata(path, metadata)) {
      const refused = knownMethod(req, ['GET', 'HEAD']);
      if (refused === undefined) send(res, 200, metadata.document);
      return refused;
    }
    const passed = await authenticate(req, authenticator, metadata?.url);
    return 'refusal' in passed
      ? passed.refusal
      : { status: 404, error: 'not_found', message: 'there is nothing here; the endpoint is /mcp' };
  }

  async #mcp(req: IncomingMessage, res: ServerResponse): Promise<Refusal | undefined> {
    const { allowed, metadata, authenticator, product } = this.#options;
    const method = knownMethod(req, ['POST', 'DELETE']);
    if (method !== undefined) return method;
    const posted = req.method === 'POST';
    const form = posted ? firstRefusal([jsonOnly, notPacked, notTooLarge], req, allowed) : undefined;
    if (form !== undefined) return form;
    const passed = await authenticate(req, authenticator, metadata?.url);
    if ('refusal' in passed) return passed.refusal;
    if (this.#draining) {
      const message = 'this server is ending';
      return { status: 503, error: 'temporarily_unavailable', message, headers: { 'retry-after': '5' } };
    }
    const sender = { principal: passed.principal, address: addressOf(req) };
    if (!posted) return await this.#answer(req, res, sender);
    const body = await readMessage(req);
    if ('refusal' in body) return body.refusal;
    const beyond = beyondScope(body.message, passed.principal, product);
    if (beyond !== undefined) {
      await this.#noteBeyond(beyond, sender);
      return insufficient([WRITE_SCOPE], metadata?.url);
    }
    return await this.#answer(req, res, sender, body.message);
  }

  /** Hands the request to the SDK, which answers it in the era that it speaks. */
  async #answer(
    req: IncomingMessage,
    res: ServerResponse,
    sender: Sender,
    message?: object,
  ): Promise<undefined> {
    const id = req.headers['mcp-session-id'];
    const release = this.#sessions.hold(typeof id === 'string' ? id : undefined);
    // A stream of notifications never ends by itself; nobody waits for it.
    const waits = !(
      message !== undefined &&
      'method' in message &&
      message.method === 'subscriptions/listen'
    );
    if (waits) this.#calls.add(res);
    res.once('close', () => {
      release();
      this.#calls.delete(res);
    });
    const { method = 'POST', url = '/mcp' } = req;
    await this.#serve(Object.assign(req, { method, url, auth: authInfoOf(sender) }), res, message);
  }

  async #noteBeyond(operation: Product['operations'][number], { principal, address }: Sender): Promise<void> {
    const { product } = this.#options;
    const caller = callerOf(principal);
    await product.noteRefusal(
      {
        operation,
        input: {},
        host: product.hosts[0] ?? '',
        actor: principal.id,
        principal,
        address,
        transport: 'http',
        ...caller,
        mode: 'apply',
        signal: new AbortController().signal,
        progress: () => undefined,
      },
      notAllowed(operation, accessOf(product.access, caller)),
    );
  }

  /** For whoever watches over the process: they know no token, and are told nothing but whether it works. */
  readonly #probes: Readonly<Record<string, (req: IncomingMessage, res: ServerResponse) => undefined>> = {
    '/healthz': (_req, res) => void send(res, 200, { status: 'ok' }),
    '/readyz': (_req, res) =>
      void (this.#draining ? send(res, 503, { status: 'ending' }) : send(res, 200, { status: 'ok' })),
  };
}

/** The document stands at the root too, where clients look that know only the name of the server. */
function isMetadata(path: string | undefined, { url }: ResourceMetadata): boolean {
  return path === new URL(url).pathname || path === '/.well-known/oauth-protected-resource';
}

function addressOf({ socket }: IncomingMessage): string {
  return socket.remoteAddress?.replace(/^::ffff:/, '') ?? 'unknown';
}
