import { createHash } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { z } from 'zod';
import type { AcceptedChanges } from '../../src/application/accepted.ts';
import { assembleExecutor, type ExecutorParts } from '../../src/application/assemble.ts';
import type { BackupSettings } from '../../src/application/backups.ts';
import type { Context } from '../../src/application/context.ts';
import type { Executor } from '../../src/application/executor.ts';
import { guardClient } from '../../src/application/guarded/client.ts';
import type { Journal } from '../../src/application/journal.ts';
import type { Answer, Change, Plan, Query } from '../../src/application/operation.ts';
import { operations } from '../../src/application/operations/index.ts';
import type { Reach } from '../../src/application/outside.ts';
import type { Call, Outcome } from '../../src/application/pipeline.ts';
import type { Plans } from '../../src/application/plans.ts';
import type { Clock, DokkuClient } from '../../src/application/ports.ts';
import { Secrets } from '../../src/application/secrets.ts';
import { DomainError } from '../../src/domain/errors.ts';
import { FileBackups } from '../../src/infrastructure/backup/file-backups.ts';
import { DokkuApplicationRepository } from '../../src/infrastructure/dokku/application-repository.ts';
import { Catalogue } from '../../src/infrastructure/dokku/catalogue/catalogue.ts';
import { createDokkuClient } from '../../src/infrastructure/dokku/client.ts';
import { DokkuConfigRepository } from '../../src/infrastructure/dokku/config-repository.ts';
import { dispatch } from '../../src/infrastructure/dokku/dispatcher.ts';
import { DokkuInfrastructureRepository } from '../../src/infrastructure/dokku/infrastructure-repository.ts';
import { DokkuServiceRepository } from '../../src/infrastructure/dokku/service-repository.ts';
import { keepBackup } from '../../src/infrastructure/keeper/backup-keeper.ts';
import { runKeeper } from '../../src/infrastructure/keeper/keeper.ts';
import { KeeperBackups } from '../../src/infrastructure/keeper/keeper-backups.ts';
import { KeeperDeployments } from '../../src/infrastructure/keeper/keeper-deployments.ts';
import { certificateReader } from '../../src/infrastructure/local/certificates.ts';
import { createReferences } from '../../src/infrastructure/local/references.ts';
import { createVault } from '../../src/infrastructure/local/vault.ts';
import { SimulatedHost } from '../../src/infrastructure/simulator/host.ts';
import { runSession } from '../../src/infrastructure/simulator/session.ts';
import type { SimulatedApp } from '../../src/infrastructure/simulator/state.ts';
import { SimulatorTransport } from '../../src/infrastructure/simulator/transport.ts';
import { FileLocks } from '../../src/infrastructure/state/file-locks.ts';
import { FileStore } from '../../src/infrastructure/state/file-store.ts';
import type { ExecOutcome, ExecRequest, Transport } from '../../src/infrastructure/transport.ts';
import { MemoryAudit } from './memory-audit.ts';
import { rightsUnder } from './rights.ts';

const catalogue = new Catalogue();
const backupSettings: BackupSettings = {
  keep: { daily: 7, weekly: 4, monthly: 6 },
  exportMs: 1_800_000,
  freshHoursOf: () => 26,
  names: () => false,
  namesAny: () => false,
};

/** No test asks a real DNS or a real server; one that wants answers brings its own. */
const unreachable: Reach = {
  hostAddresses: async () => [],
  resolve: async () => ({ addresses: [], failure: 'there is no network in tests' }),
  probe: async (url) => ({ url, failure: 'there is no network in tests' }),
};

/** Time that passes as fast as it is waited for, on the host as well. */
class QuickClock implements Clock {
  #now = 1_795_456_000_000;
  readonly #host: SimulatedHost;

  constructor(host: SimulatedHost) {
    this.#host = host;
  }

  now(): number {
    return this.#now;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    await delay(1, undefined, signal === undefined ? {} : { signal });
    this.#now += ms;
    this.#host.advance(ms);
  }
}

/** Carries commands to a simulated host and writes down what Dokku would read. */
export class Wiretap implements Transport {
  readonly argv: string[][] = [];
  /** Called before (`request`) a command goes out and after it was carried; what it throws is thrown. */
  before: (argv: readonly string[]) => void = () => undefined;
  after: (argv: readonly string[]) => void = () => undefined;
  readonly #host: SimulatedHost;
  readonly #stdin = new Map<readonly string[], string>();

  constructor(host: SimulatedHost) {
    this.#host = host;
  }

  async exec(request: ExecRequest): Promise<ExecOutcome> {
    const { argv } = dispatch(request.line);
    this.before(argv);
    const words = [...argv];
    this.argv.push(words);
    if (request.stdin instanceof Uint8Array) this.#stdin.set(words, new TextDecoder().decode(request.stdin));
    const outcome = await new SimulatorTransport(this.#host).exec(request);
    this.after(argv);
    return outcome;
  }

  async close(): Promise<void> {}

  /** The changing commands that went out, words joined by blanks. */
  changes(): string[] {
    return this.argv.filter((words) => !this.#isRead(words)).map((words) => words.join(' '));
  }

  #isRead(words: readonly string[]): boolean {
    const [name = '', ...args] = words;
    const stdin = this.#stdin.get(words);
    return catalogue.effectOf({ name, args, ...(stdin === undefined ? {} : { stdin }) }).startsWith('read');
  }
}

/** One simulated host with everything that operations work on. */
export interface Bench {
  readonly host: SimulatedHost;
  readonly wire: Wiretap;
  readonly client: DokkuClient;
  readonly context: Context;
  readonly audit: MemoryAudit;
  readonly secrets: Secrets;
  readonly executor: Executor;
  readonly plans: Plans;
  readonly journal: Journal;
  readonly accepted: AcceptedChanges;
  readonly folder: string;
  /** The executor of another process on the same state, or with other settings. */
  another(parts?: BenchOptions['parts']): ReturnType<typeof assembleExecutor>;
  /** Runs commands on the host itself, for what has to stand there before a test. */
  given(...commands: readonly string[]): Promise<void>;
  app(name: string): SimulatedApp;
  call(operation: Change, input: Record<string, unknown>, more?: Partial<Call>): Call;
  /** A query, its input checked and completed by its own schema; so is the answer. */
  ask<I extends z.ZodObject, O extends z.ZodObject>(
    query: Query<I, O>,
    input: z.input<I>,
  ): Promise<Answer<z.input<O>>>;
  plan<I extends z.ZodObject, O extends z.ZodObject>(change: Change<I, O>, input: z.input<I>): Promise<Plan>;
  /** Plans, consents to whatever is asked, and runs. */
  apply(change: Change, input: Record<string, unknown>): Promise<Outcome>;
  /** Reads back as after the commands of `plan` (by default: as if they had been sent and nothing came of them). */
  readBack<I extends z.ZodObject, O extends z.ZodObject>(
    change: Change<I, O>,
    input: z.input<I>,
    plan?: Plan,
  ): Promise<Answer<z.input<O>>>;
  close(): Promise<void>;
}

export interface BenchOptions {
  readonly given?: readonly string[];
  readonly context?: Partial<Context>;
  readonly parts?: Partial<ExecutorParts>;
  /** Operations besides the product's own. */
  readonly operations?: readonly Change[];
}

/** Opens a context on a new simulated host that does not wait. */
export async function openBench(options: BenchOptions = {}): Promise<Bench> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const host = new SimulatedHost({ seed: 1, name: 'sim' });
  const wire = new Wiretap(host);
  const clock = new QuickClock(host);
  const secrets = new Secrets();
  const client = createDokkuClient({ host: 'sim', transport: wire, catalogue, clock });
  const store = new FileStore(folder);
  const audit = new MemoryAudit();
  const keepers: Promise<void>[] = [];
  const deployments = new KeeperDeployments({
    folder,
    store,
    audit,
    clock,
    clientOf: () => client,
    connectionOf: () => ({}),
    spawnKeeper: (job) => void keepers.push(runKeeper(job, { open: () => client, store, audit, clock })),
  });
  const backups = new FileBackups({ dir: join(folder, 'backups'), settings: backupSettings, clock });
  const locks = new FileLocks(folder);
  const work = {
    host: 'sim',
    services: new DokkuServiceRepository(client, catalogue, clock),
    backups,
    clock,
    state: store,
  };
  const backupJobs = new KeeperBackups({
    folder,
    audit,
    clock,
    connectionOf: () => ({}),
    contextOf: () => work,
    spawnKeeper: (job) =>
      void keepers.push(keepBackup(job, { open: () => ({ ...work, client, secrets }), locks, audit })),
  });
  // A policy that allows everything still refuses a command whose app cannot be told: no operation may send one.
  const rights = rightsUnder({ rules: [{ id: 'all', decision: 'allow' }] });
  const assemble = (more: BenchOptions['parts'] = {}) =>
    assembleExecutor({
      audit,
      catalogue,
      clock,
      locks,
      operations: [...operations, ...(options.operations ?? [])],
      secretsOf: () => secrets,
      state: store,
      vault: createVault(folder),
      digest,
      boundedWaitMs: 600_000,
      planTokens: false,
      approveCommand: (plan) => `dokku-mcp approve ${plan}`,
      ...more,
    });
  const { executor, plans, journal, accepted } = assemble(options.parts);
  const seen = guardClient(client, { rights, filtered: true });
  const context: Context = {
    host: 'sim',
    hosts: ['sim'],
    onHost: (name) => {
      throw new DomainError('HOST_NOT_CONFIGURED', { host: name, known: ['sim'] });
    },
    client: guardClient(client, { rights }),
    apps: new DokkuApplicationRepository(seen, clock),
    config: new DokkuConfigRepository(seen),
    infrastructure: new DokkuInfrastructureRepository(seen, clock),
    services: new DokkuServiceRepository(seen, catalogue, clock),
    deployments,
    journal,
    rights,
    backups,
    backupJobs,
    catalogue,
    operations,
    unlisted: operations.filter(({ listed }) => listed === false),
    state: store,
    clock,
    references: createReferences({ env: ['SECRET_*'], dirs: [], environment: { SECRET_A: 'from-the-env' } }),
    certificates: certificateReader,
    reach: unreachable,
    permissions: { reveal: false, maxProcesses: 20, gitHosts: ['git://127.0.0.1'], probeAfterDeploy: false },
    fingerprint: (value) => digest(value).slice(0, 8),
    progress: () => undefined,
    signal: new AbortController().signal,
    actor: 'test',
    ...options.context,
  };
  const given = async (...commands: readonly string[]): Promise<void> => {
    for (const line of commands) {
      const { exit, stdout, stderr } = await runSession(host, { line });
      if (exit !== 0) throw new Error(`${line} ended with ${exit}: ${stdout}${stderr}`);
    }
  };
  await given(...(options.given ?? []));
  const call: Bench['call'] = (operation, input, more) => ({
    operation,
    input: operation.input.parse(input),
    host: 'sim',
    actor: 'test',
    mode: 'apply',
    signal: context.signal,
    progress: () => undefined,
    ...more,
  });
  return {
    host,
    wire,
    client,
    context,
    audit,
    secrets,
    executor,
    plans,
    journal,
    accepted,
    folder,
    another: assemble,
    given,
    call,
    app: (name) => {
      const app = host.apps.get(name);
      if (app === undefined) throw new Error(`there is no app ${name}`);
      return app;
    },
    ask: async (query, input) => {
      const answer = await query.run(query.input.parse(input), context);
      query.output.parse(answer.data);
      return answer;
    },
    plan: (change, input) => change.plan(change.input.parse(input), context),
    apply: async (change, input) => {
      const planned = await executor.run(change, call(change, input, { mode: 'plan' }), context);
      if (planned.plan === undefined) throw new Error('no plan');
      const { digest, typedName } = planned.plan;
      const confirmation = { digest, ...(typedName === undefined ? {} : { typedName }) };
      return await executor.run(change, call(change, input, { confirmation }), context);
    },
    readBack: async (change, input, plan) => {
      const parsed = change.input.parse(input);
      const done = { plan: plan ?? (await change.plan(parsed, context)), results: [] };
      const answer = await change.readBack(parsed, context, done);
      change.output.parse(answer.data);
      return answer;
    },
    close: async () => {
      await Promise.allSettled(keepers);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
