import {
  type McpServer,
  ProtocolError,
  ProtocolErrorCode,
  ResourceNotFoundError,
  ResourceTemplate,
  type ServerContext,
} from '@modelcontextprotocol/server';
import type { Call } from '../application/pipeline.ts';
import { type Caller, callerOf } from '../application/principal.ts';
import type { HostView, Product } from '../application/product.ts';
import { DomainError } from '../domain/errors.ts';
import { AppName } from '../domain/names.ts';
import { fence, quoteHost, UNTRUSTED } from './fence.ts';
import { internal } from './present.ts';
import { senderOf } from './principal.ts';

const MIME = 'application/json';
/** Facts change with every deploy: clients may keep them for a moment, and for their own user only. */
const cacheHint = { ttlMs: 2_000, cacheScope: 'private' as const };

/**
 * Facts as resources: templates with completions, never one listed resource per app or log. They are the same
 * operations as the tools, so policy, masking and caching are the same too.
 */
export function registerResources(server: McpServer, deps: ResourceDeps): void {
  const { product, caller } = deps;
  const { hosts } = product;
  const viewOf = (name: string | undefined) => () => product.host(name, caller);
  server.registerResource(
    'hosts',
    'dokku://hosts',
    { title: 'Dokku hosts', description: 'Hosts this server may operate', mimeType: MIME, cacheHint },
    (uri) => json(uri, { hosts }),
  );
  const host = (start: string) => hosts.filter((name) => name.startsWith(start));
  const app = (start: string, context?: { arguments?: Record<string, string> }) =>
    appNames(viewOf(context?.arguments?.host), start);
  const type = (start: string, context?: { arguments?: Record<string, string> }) =>
    serviceTypes(viewOf(context?.arguments?.host), start);
  const service = (start: string, context?: { arguments?: Record<string, string> }) =>
    serviceNames(viewOf(context?.arguments?.host), context?.arguments?.type, start);
  const template = (name: string, path: string, title: string, operation: string, argument: Input) =>
    server.registerResource(
      name,
      new ResourceTemplate(`dokku://{host}/${path}`, {
        list: undefined,
        complete: { host, app, type, name: service },
      }),
      { title, description: title, mimeType: MIME, cacheHint },
      async (uri, variables, context) => {
        const input = argument(texts(variables));
        const host = String(variables.host ?? '');
        return json(uri, await read(deps, { uri, name: operation, host, input }, context));
      },
    );
  template('apps', 'apps', 'Apps of a host', 'apps_list', () => ({ limit: 200 }));
  template('app', 'apps/{app}', 'One app in full', 'apps_info', ({ app }) => ({ app }));
  template('builds', 'apps/{app}/builds', 'Releases of an app', 'builds_list', ({ app }) => ({ app }));
  template('services', 'services', 'Data services of a host', 'services_info', () => ({}));
  template('service', 'services/{type}/{name}', 'One data service', 'services_info', ({ type, name }) => ({
    type,
    service: name,
  }));
  template('deployment', 'deployments/{id}', 'One deploy', 'deploy_status', ({ id }) => ({ id }));
  template('certificates', 'certificates', 'TLS certificates of a host', 'certs_info', () => ({}));
  template('review', 'review', 'What needs attention on a host', 'host_review', () => ({}));
}

export interface ResourceDeps {
  readonly product: Product;
  /** Whoever this server was made for. */
  readonly caller: Caller;
  readonly transport: string;
  readonly log: (id: string, error: unknown) => void;
}

interface Reading {
  readonly uri: URL;
  readonly name: string;
  readonly host: string;
  readonly input: Record<string, unknown>;
}

type Variables = Record<string, string | string[]>;
type Input = (variables: Record<string, string>) => Record<string, unknown>;

function json(uri: URL, value: unknown) {
  return { contents: [{ uri: uri.href, mimeType: MIME, text: JSON.stringify(value), _meta: UNTRUSTED }] };
}

async function read(
  { product, transport, log }: ResourceDeps,
  { uri, name, host, input: wanted }: Reading,
  { mcpReq, http }: ServerContext,
): Promise<unknown> {
  const operation = product.operations.find((one) => one.name === name);
  const input = operation?.input.safeParse(wanted);
  if (operation === undefined || input === undefined || !input.success)
    throw new ResourceNotFoundError(uri.href);
  const sender = senderOf(http?.authInfo);
  const call: Call = {
    operation,
    input: input.data,
    host,
    transport,
    ...(sender === undefined
      ? { actor: 'resource' }
      : { actor: sender.principal.id, ...sender, ...callerOf(sender.principal) }),
    mode: 'apply',
    signal: http?.req?.signal ?? mcpReq.signal,
    progress: () => undefined,
  };
  try {
    const { answer } = await product.run(call);
    return answer?.data;
  } catch (error) {
    // What may not be seen is not there.
    const absent = ['APP_NOT_FOUND', 'NOT_FOUND', 'PLUGIN_MISSING', 'HOST_NOT_CONFIGURED', 'POLICY_DENIED'];
    if (error instanceof DomainError && absent.includes(error.code))
      throw new ResourceNotFoundError(uri.href);
    const { words, host } = quoteHost(error instanceof DomainError ? error : internal(error, log));
    throw new ProtocolError(
      ProtocolErrorCode.InternalError,
      host === undefined ? words : `${words}\n${fence(host)}`,
    );
  }
}

function texts(variables: Variables): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).map(([key, value]) => [key, String(value)]));
}

/** The host as whoever asks may see it. */
type View = () => HostView;

/** Names for completion; a host that cannot be reached completes to nothing. */
export async function appNames(host: View, start: string): Promise<string[]> {
  return await completions(start, () => host().apps.names());
}

async function serviceTypes(host: View, start: string): Promise<string[]> {
  return await completions(start, async () =>
    (await host().services.plugins()).filter(({ enabled }) => enabled).map(({ type }) => type),
  );
}

async function serviceNames(host: View, type: string | undefined, start: string): Promise<string[]> {
  return await completions(start, async () => (type === undefined ? [] : await host().services.names(type)));
}

async function completions(start: string, read: () => Promise<readonly string[]>): Promise<string[]> {
  try {
    // Nothing that is no name reaches a menu, whatever the host calls an app.
    return (await read())
      .filter((name) => name.startsWith(start) && AppName.safeParse(name).success)
      .slice(0, 100);
  } catch (error) {
    if (error instanceof DomainError) return [];
    throw error;
  }
}
