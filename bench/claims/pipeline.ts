import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../../src/application/context.ts';
import { appsList } from '../../src/application/operations/apps-list.ts';
import { configGet } from '../../src/application/operations/config-get.ts';
import type { Call } from '../../src/application/pipeline.ts';
import type { Product } from '../../src/application/product.ts';
import { open } from '../../src/compose.ts';
import { SimulatedHost } from '../../src/infrastructure/simulator/host.ts';
import { runSession } from '../../src/infrastructure/simulator/session.ts';
import { SimulatorTransport } from '../../src/infrastructure/simulator/transport.ts';
import { type Item, judge } from '../report.ts';
import { type Stage, security } from '../stage.ts';
import { distance, estimate } from '../statistics.ts';
import { inTurns } from '../turns.ts';

/** As many as the first page of the list shows. */
const appCount = 50;
const variables = ['SECRET_KEY_BASE', 'DATABASE_URL', 'SMTP_PASSWORD', 'WEBHOOK'];

/**
 * What the pipeline of the product (audit, limits, policy, masking, cleaning, deadline) adds to a read that is
 * remembered, in this process: no client, no link. The host has apps with secrets, and all of them are known.
 */
export async function pipelineClaims({ directory, effort, later }: Stage): Promise<Item[]> {
  const host = await hostOfApps();
  const config = join(directory, 'pipeline.yaml');
  writeFileSync(config, JSON.stringify({ security }));
  const { product } = open(
    { config, stateDir: join(directory, 'pipeline-state'), host: ['dokku@bench.invalid'] },
    { HOME: directory, DOKKU_MCP_LOG_LEVEL: 'silent' },
    { level: 'warn', transport: () => new SimulatorTransport(host) },
  );
  later(() => product.close());
  await learnSecrets(product);
  const input = appsList.input.parse({ limit: appCount });
  const context = await contextOf(product, input);
  const times = await inTurns(
    {
      whole: async () => expectApps((await product.run(callOf(product, appsList, input))).answer?.data),
      bare: async () => expectApps((await appsList.run(input, context)).data),
    },
    { rounds: effort.rounds(4000, 600), warmUps: 400 },
  );
  const what = `a remembered list of ${appCount} apps`;
  return [
    judge(
      `pipeline around ${what} / the operation alone`,
      'ms more',
      distance(times.whole, times.bare, 0.5),
      effort.goal({ most: 0.3 }, { most: 3 }),
    ),
    judge(
      `pipeline around ${what} / the operation alone, p95`,
      'ms more',
      distance(times.whole, times.bare, 0.95),
    ),
    judge(`${what}, the operation alone`, 'ms', estimate(times.bare)),
  ];
}

async function hostOfApps(): Promise<SimulatedHost> {
  const host = new SimulatedHost({ speed: 0, now: Date.now() - 24 * 3_600_000 });
  const setUp = async (line: string): Promise<void> => {
    const { exit, stdout, stderr } = await runSession(host, { line });
    if (exit !== 0) throw new Error(`${line}: ${stdout}${stderr}`);
  };
  for (const app of appNames()) {
    await setUp(`apps:create ${app}`);
    await setUp(`git:from-image ${app} demo/web:1`);
    const settings = variables.map((key) => `${key}=${randomBytes(20).toString('hex')}`);
    await setUp(`config:set --no-restart ${app} ${settings.join(' ')}`);
  }
  host.advance(Date.now() - host.now());
  return host;
}

function appNames(): string[] {
  return Array.from({ length: appCount }, (_, index) => `app-${String(index).padStart(3, '0')}`);
}

/** A value that was read is masked from then on in every answer. */
async function learnSecrets(product: Product): Promise<void> {
  for (const app of appNames()) {
    const { answer } = await product.run(callOf(product, configGet, configGet.input.parse({ app })));
    const { variables: found } = configGet.output.parse(answer?.data);
    if (found.length < variables.length) throw new Error(`config_get of ${app} gave ${found.length}`);
  }
}

/** The context that the product itself gives the operation. */
async function contextOf(product: Product, input: Record<string, unknown>): Promise<Context> {
  let seen: Context | undefined;
  const run: typeof appsList.run = async (given, context) => {
    seen = context;
    return await appsList.run(given, context);
  };
  await product.run(callOf(product, { ...appsList, run }, input));
  if (seen === undefined) throw new Error('the operation was not run');
  // The signal of a call ends with it.
  return { ...seen, signal: new AbortController().signal };
}

function callOf(product: Product, operation: Call['operation'], input: Record<string, unknown>): Call {
  return {
    operation,
    input,
    host: product.hosts[0] ?? '',
    actor: 'bench',
    mode: 'apply',
    signal: new AbortController().signal,
    progress: () => undefined,
  };
}

function expectApps(data: unknown): void {
  const { apps } = (data ?? {}) as { apps?: unknown[] };
  if (apps?.length !== appCount) throw new Error(`apps_list gave ${apps?.length} apps`);
}
