import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openAuthenticator } from '../../../src/authentication.ts';
import { open } from '../../../src/compose.ts';
import { SimulatedHost } from '../../../src/infrastructure/simulator/host.ts';
import { runSession } from '../../../src/infrastructure/simulator/session.ts';
import { SimulatorTransport } from '../../../src/infrastructure/simulator/transport.ts';
import type { ExecRequest, Transport } from '../../../src/infrastructure/transport.ts';
import { listenHttp } from '../../../src/mcp/transports/http.ts';
import { entryOf } from '../../support/http.ts';
import { Wire } from '../spy.ts';
import { AUDIENCE, type Issuer, startIssuer } from './issuer.ts';

/** The product behind its HTTP endpoint, in front of a simulated host that notes every command. */
export interface Served {
  readonly port: number;
  readonly host: SimulatedHost;
  readonly wire: Wire;
  readonly issuer: Issuer;
  /** Everything that it wrote to its log. */
  readonly logged: unknown[];
  /** Commands that hang until their caller gives up. */
  readonly hanging: Set<string>;
  /** Commands that hang now. */
  hung(): number;
  audit(): Promise<Record<string, unknown>[]>;
  stop(): Promise<void>;
}

export const OPERATOR = 'corpus-token-of-the-operator';
export const READER = 'corpus-token-of-a-reader';
/** For whoever calls so often that it is limited. */
export const FLOODER = 'corpus-token-of-a-flooder';
/** Who has been taken out is told by the id of the token. */
export const REVOKED = 'jti-that-was-revoked';

const SETUP = ['apps:create myapp', 'apps:create other', 'apps:create team-a-shop', 'apps:create team-b-blog'];
const HEADER_MS = 2_000;
const REQUEST_MS = 3_000;

export async function startServed(): Promise<Served> {
  const stateDir = await mkdtemp(join(tmpdir(), 'corpus-'));
  const host = new SimulatedHost({ name: 'corpus', speed: 0 });
  for (const line of SETUP) await runSession(host, { line });
  const wire = new Wire();
  const issuer = await startIssuer();
  const config = join(stateDir, 'config.yaml');
  const security = {
    rate_limits: { reads: 500, changes: 0, destructive: 0 },
    tokens: [entryOf(OPERATOR), entryOf(FLOODER), entryOf(READER, 'operator', ['dokku:read'])],
    jwt: {
      issuer: issuer.url,
      audience: AUDIENCE,
      jwks_url: issuer.jwksUrl,
      role_claim: 'groups',
      roles: { operators: 'operator', 'team-a': 'team-a', 'team-b': 'team-b' },
      revoked: [REVOKED],
    },
    policy: {
      rules: [
        { id: 'operators', decision: 'allow', roles: ['operator'] },
        { id: 'team-a', decision: 'allow', roles: ['team-a'], apps: ['team-a-*'] },
        { id: 'team-b', decision: 'allow', roles: ['team-b'], apps: ['team-b-*'] },
      ],
    },
  };
  await writeFile(config, JSON.stringify({ security }));
  const hanging = new Set<string>();
  const held = new Set<ExecRequest>();
  const transport = (): Transport => hold(wire.around(new SimulatorTransport(host)), hanging, held);
  const env = { DOKKU_MCP_LOG_LEVEL: 'silent', HOME: stateDir };
  const { product, loaded } = open({ demo: true, stateDir, config }, env, { transport });
  const logged: unknown[] = [];
  const listening = await listenHttp(
    {
      host: '127.0.0.1',
      port: 0,
      allowedHosts: [],
      allowedOrigins: [],
      issuer: issuer.url,
      headerMs: HEADER_MS,
      requestMs: REQUEST_MS,
      drainMs: 1_000,
      sessions: { most: 16, idleMs: 60_000 },
    },
    {
      product,
      authenticator: openAuthenticator(loaded),
      log: (id, error) => logged.push({ id, error: String(error) }),
      note: (event) => logged.push(event),
    },
  );
  return {
    port: Number(new URL(listening.url).port),
    host,
    wire,
    issuer,
    logged,
    hanging,
    hung: () => held.size,
    audit: async () => {
      const text = await readFile(join(stateDir, 'audit', '0000000001.jsonl'), 'utf8').catch(() => '');
      const lines = text.split('\n').filter((line) => line !== '');
      return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    },
    stop: async () => {
      await listening.close();
      await product.close();
      await issuer.stop();
      await rm(stateDir, { recursive: true, force: true });
    },
  };
}

/** A host whose commands of some names never end by themselves. */
function hold(inner: Transport, hanging: ReadonlySet<string>, held: Set<ExecRequest>): Transport {
  return {
    exec: async (request) => {
      if (!hanging.has(request.label)) return await inner.exec(request);
      held.add(request);
      await new Promise<void>((resolve) => {
        if (request.signal?.aborted === true) resolve();
        request.signal?.addEventListener('abort', () => resolve(), { once: true });
      });
      held.delete(request);
      // What was given up is told by the simulator as by SSH.
      return await inner.exec(request);
    },
    close: () => inner.close(),
  };
}
