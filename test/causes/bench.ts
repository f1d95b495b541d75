import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { InMemoryTransport } from '@modelcontextprotocol/server';
import type { z } from 'zod';
import { appDiagnose } from '../../src/application/operations/app-diagnose.ts';
import { open } from '../../src/compose.ts';
import { SimulatedHost } from '../../src/infrastructure/simulator/host.ts';
import { SimulatorTransport } from '../../src/infrastructure/simulator/transport.ts';
import { createServerFactory } from '../../src/mcp/server.ts';
import { Operator } from './operator.ts';

/** What app_diagnose answers. */
export type Diagnosis = z.output<typeof appDiagnose.output>;

/** One cause as app_diagnose tells it. */
export type Told = Diagnosis['causes'][number];

/** A host with neighbours in trouble, and a real MCP client of the whole product in this process. */
export interface CauseBench {
  readonly operator: Operator;
  diagnose(app: string): Promise<{ readonly text: string; readonly data: Diagnosis }>;
  close(): Promise<void>;
}

/** What stands on every host: apps that are well, and others whose troubles belong to nobody else. */
export async function moveIn(operator: Operator): Promise<void> {
  for (const plugin of ['postgres', 'redis']) operator.host.install(plugin);
  await operator.does('domains:set-global example.org');
  await operator.deploys('well');
  await operator.does(
    'apps:create well-git',
    'git:sync --build well-git https://github.com/acme/shop.git v1',
  );
  await operator.does('postgres:create well-db', 'postgres:link well-db well');
  await operator.deploys('neighbour');
  await operator.does(
    'redis:create neighbour-db',
    'redis:link neighbour-db neighbour',
    'redis:stop neighbour-db',
    'apps:lock neighbour',
    'config:set --no-restart neighbour CRASH=1',
  );
  await operator.failsAt('git:from-image neighbour demo/web:2');
}

export async function openCauseBench(): Promise<CauseBench> {
  const stateDir = await mkdtemp(join(tmpdir(), 'causes-'));
  const host = new SimulatedHost({ name: 'causes' });
  const operator = new Operator(host);
  await moveIn(operator);
  const env = { DOKKU_MCP_LOG_LEVEL: 'silent', HOME: stateDir };
  const { product, log } = open({ demo: true, stateDir }, env, {
    transport: () => new SimulatorTransport(host),
  });
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  const client = new Client({ name: 'causes', version: '1' });
  await Promise.all([createServerFactory(product, log)().connect(ours), client.connect(theirs)]);
  return {
    operator,
    diagnose: async (app) => {
      const { content, structuredContent } = await client.callTool({
        name: 'app_diagnose',
        arguments: { app },
      });
      const text = (content as { readonly text?: string }[]).map((part) => part.text ?? '').join('\n');
      return {
        text,
        data: appDiagnose.output.parse(structuredContent ?? { app, causes: [], checked: [], unread: [] }),
      };
    },
    close: async () => {
      await client.close();
      await product.close();
      await rm(stateDir, { recursive: true, force: true });
    },
  };
}
