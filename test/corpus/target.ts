import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { InMemoryTransport } from '@modelcontextprotocol/server';
import { open } from '../../src/compose.ts';
import { SimulatedHost } from '../../src/infrastructure/simulator/host.ts';
import { runSession } from '../../src/infrastructure/simulator/session.ts';
import { SimulatorTransport } from '../../src/infrastructure/simulator/transport.ts';
import { createServerFactory } from '../../src/mcp/server.ts';
import { asListed } from '../support/listed.ts';
import { Wire } from './spy.ts';

/** What a tool answered. A refusal of the protocol itself (JSON-RPC error) has its number as `code`. */
export interface ToolAnswer {
  readonly isError: boolean;
  readonly text: string;
  readonly structured: unknown;
  readonly code: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** The whole product behind a real MCP client that cannot be asked for consent, in front of a simulated host. */
export interface Target {
  readonly host: SimulatedHost;
  readonly wire: Wire;
  call(tool: string, args: Readonly<Record<string, unknown>>): Promise<ToolAnswer>;
  /** Everything that a change could have changed, as text to compare. */
  snapshot(): string;
  stop(): Promise<void>;
}

/** The secret that the app `myapp` has. */
export const SECRET = 'postgres://u:s3cr3t@h/db';

/** What goes on after a deploy has answered: old containers are retired, records are closed. */
const MOVES_BY_ITSELF = new Set(['containers', 'oneOffs', 'retired', 'named', 'builds', 'accessLog', 'proxyConfig']);

const SETUP = [
  'apps:create myapp',
  'apps:create victim',
  'git:from-image myapp demo/web:1',
  'apps:create solo',
  'git:from-image solo demo/web:1',
  `config:set --no-restart myapp DATABASE_URL=${SECRET}`,
];

export async function startTarget(): Promise<Target> {
  const stateDir = await mkdtemp(join(tmpdir(), 'corpus-'));
  const host = new SimulatedHost({ name: 'corpus', speed: 0 });
  for (const line of SETUP) await runSession(host, { line });
  const wire = new Wire();
  // Hundreds of cases a minute are nobody's usual use.
  const config = join(stateDir, 'config.yaml');
  await writeFile(config, 'security: { rate_limits: { reads: 0, changes: 0, destructive: 0 } }\n');
  const flags = { demo: true, stateDir, config };
  const env = { DOKKU_MCP_LOG_LEVEL: 'silent', HOME: stateDir };
  const { product, log } = open(flags, env, { transport: () => wire.around(new SimulatorTransport(host)) });
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  const client = new Client({ name: 'corpus', version: '1' });
  await Promise.all([createServerFactory(product, log)().connect(ours), client.connect(theirs)]);
  // A first read makes Dokku settle some properties of an app, which is no change of the case that reads.
  for (const app of host.appNames()) await call(client, 'apps_info', { app });
  return {
    host,
    wire,
    call: (tool, args) => {
      const listed = asListed({ name: tool, args });
      return call(client, listed.name, listed.args);
    },
    snapshot: () => snapshot(host),
    stop: async () => {
      await client.close();
      await product.close();
      await rm(stateDir, { recursive: true, force: true });
    },
  };
}

async function call(client: Client, name: string, args: Readonly<Record<string, unknown>>): Promise<ToolAnswer> {
  try {
    const result = await client.callTool({ name, arguments: args }, { timeout: 60_000 });
    const failure = result._meta?.['dokku-mcp/error'] as
      | { code: string; details: Record<string, unknown> }
      | undefined;
    return {
      isError: result.isError === true,
      text: result.content.map((part) => (part.type === 'text' ? part.text : '')).join('\n'),
      structured: result.structuredContent,
      code: failure?.code ?? '',
      details: failure?.details ?? {},
    };
  } catch (error) {
    const { code, message } = error as { code?: unknown; message?: string };
    return { isError: true, text: message ?? '', structured: undefined, code: String(code), details: {} };
  }
}

function snapshot(host: SimulatedHost): string {
  const { apps, globalConfig, globalProperties, globalDomains, networks, storage, directories, keys } = host;
  const whole = [apps, globalConfig, globalProperties, globalDomains, networks, storage, directories, keys];
  return JSON.stringify([...whole, host.eventsOn, host.traceOn], (key, value: unknown) => {
    if (MOVES_BY_ITSELF.has(key)) return undefined;
    // Reading a property makes an empty list of properties; that is no change.
    if (value instanceof Map) return [...value].filter(([, item]) => !(item instanceof Map && item.size === 0));
    return value instanceof Set ? [...value] : value;
  });
}
