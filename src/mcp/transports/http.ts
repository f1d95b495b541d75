import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Authenticator } from '../../application/principal.ts';
import type { Product } from '../../application/product.ts';
import { ValidationError } from '../../domain/errors.ts';
import { Endpoint } from './http/endpoint.ts';
import { LOOPBACK } from './http/guards.ts';
import { resourceMetadata } from './http/metadata.ts';

export interface HttpOptions {
  readonly host: string;
  readonly port: number;
  /** Where clients reach the endpoint, when it is not where it listens. */
  readonly url?: string;
  readonly allowedHosts: readonly string[];
  readonly allowedOrigins: readonly string[];
  /** The authorization server whose tokens count. */
  readonly issuer?: string;
  readonly headerMs: number;
  readonly requestMs: number;
  readonly drainMs: number;
  readonly sessions: { readonly most: number; readonly idleMs: number };
}

export interface HttpDeps {
  readonly product: Product;
  readonly authenticator: Authenticator;
  readonly log: (id: string, error: unknown) => void;
  readonly note: (event: Readonly<Record<string, unknown>>) => void;
}

/** A server that listens. */
export interface Listening {
  readonly url: string;
  /** Takes no more requests, lets those end that are under way, and closes. */
  close(): Promise<void>;
}

const MOST_CONNECTIONS = 4_096;
const LARGEST_HEADERS = 16 * 1024;

/**
 * Serves both protocol eras over Streamable HTTP to whoever has a token. Faults: INVALID_ARGUMENT for an address that
 * cannot be listened on.
 */
export async function listenHttp(options: HttpOptions, deps: HttpDeps): Promise<Listening> {
  const { host, headerMs, requestMs, issuer, sessions } = options;
  let endpoint: Endpoint | undefined;
  const server = createServer(
    {
      maxHeaderSize: LARGEST_HEADERS,
      headersTimeout: headerMs,
      requestTimeout: Math.max(headerMs, requestMs),
      connectionsCheckingInterval: Math.min(1_000, headerMs),
    },
    (req, res) => void endpoint?.handle(req, res),
  );
  server.maxConnections = MOST_CONNECTIONS;
  const port = await listen(server, options);
  const url = new URL(options.url ?? `http://${host.includes(':') ? `[${host}]` : host}:${port}/mcp`);
  endpoint = new Endpoint({
    ...deps,
    sessions,
    allowed: {
      hosts: new Set([...LOOPBACK, url.hostname, ...options.allowedHosts].map((name) => name.toLowerCase())),
      origins: new Set([...(options.url === undefined ? [] : [url.origin]), ...options.allowedOrigins]),
    },
    ...(issuer === undefined ? {} : { metadata: resourceMetadata(url, issuer) }),
  });
  return { url: url.href, close: () => end(server, endpoint, options.drainMs) };
}

/** Serves until the process is told to end. */
export async function serveOverHttp(
  options: HttpOptions,
  deps: HttpDeps & { readonly ready: (url: string) => void },
): Promise<void> {
  const listening = await listenHttp(options, deps);
  deps.ready(listening.url);
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  await listening.close();
  await deps.product.close();
}

function listen(server: Server, { host, port }: HttpOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason = error.code === 'EADDRINUSE' ? 'is in use' : `cannot be listened on (${error.code})`;
      reject(
        new ValidationError('mcp.http.listen', `${host}:${port} ${reason}`, {
          wayOut: 'Choose another with --listen HOST:PORT.',
        }),
      );
    });
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}

async function end(server: Server, endpoint: Endpoint | undefined, ms: number): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  await endpoint?.drain(ms);
  await endpoint?.close();
  server.closeAllConnections();
  await closed;
}
