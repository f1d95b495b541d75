import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, InMemoryTransport } from '@modelcontextprotocol/client';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { open } from '../../src/compose.ts';
import { SimulatedHost } from '../../src/infrastructure/simulator/host.ts';
import { runSession } from '../../src/infrastructure/simulator/session.ts';
import { createServerFactory } from '../../src/mcp/server.ts';
import { Wiretap } from './context.ts';
import type { Era } from './mcp.ts';

type Answer =
  | { action: 'accept'; content: Record<string, string | boolean> }
  | { action: 'decline' | 'cancel' };

export interface Linked {
  readonly client: Client;
  readonly host: SimulatedHost;
  readonly wire: Wiretap;
  readonly questions: string[];
  /** Errors that the server keeps for itself, by the id that it shows. */
  readonly logged: Map<string, unknown>;
  /** What the person answers. */
  answer: () => Answer;
  close(): Promise<void>;
}

/** The whole product in this process: a real client, the real server, and simulated hosts behind them. */
export async function link(
  era: Era,
  options: { given?: readonly string[]; env?: Record<string, string>; asks?: boolean } = {},
): Promise<Linked> {
  const folder = mkdtempSync(join(tmpdir(), 'linked-'));
  const host = new SimulatedHost({ seed: 1, name: 'sim' });
  for (const line of options.given ?? []) await runSession(host, { line });
  const wire = new Wiretap(host);
  const env = {
    DOKKU_HOST: 'sim',
    DOKKU_MCP_STATE_DIR: folder,
    XDG_CONFIG_HOME: folder,
    DOKKU_MCP_LOG_LEVEL: 'silent',
    ...options.env,
  };
  const { product } = open({}, env, { transport: () => wire });
  const logged = new Map<string, unknown>();
  const [here, there] = InMemoryTransport.createLinkedPair();
  const handle = serveStdio(
    createServerFactory(product, (id, error) => logged.set(id, error)),
    { transport: there },
  );
  const asks = options.asks ?? true;
  const client = new Client(
    { name: 'linked-client', version: '1' },
    {
      capabilities: asks ? { elicitation: { form: {} } } : {},
      versionNegotiation: { mode: era === '2026-07-28' ? { pin: '2026-07-28' } : 'legacy' },
    },
  );
  const linked: Linked = {
    client,
    host,
    wire,
    questions: [],
    logged,
    answer: () => ({ action: 'decline' }),
    close: async () => {
      await client.close();
      await handle.close();
      await product.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  if (asks) {
    client.setRequestHandler('elicitation/create', ({ params }) => {
      linked.questions.push(params.message);
      return linked.answer();
    });
  }
  await client.connect(here);
  return linked;
}
