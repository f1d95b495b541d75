import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Clock, Command, DokkuClient } from '../src/application/ports.ts';
import { deployCommand } from '../src/application/workflows/deploy-command.ts';
import type { Deployment, DeploySource } from '../src/domain/application/deployment.ts';
import { chooseRollback } from '../src/domain/application/releases.ts';
import { DomainError } from '../src/domain/errors.ts';
import { Catalogue } from '../src/infrastructure/dokku/catalogue/catalogue.ts';
import { createDokkuClient } from '../src/infrastructure/dokku/client.ts';
import { runKeeper } from '../src/infrastructure/keeper/keeper.ts';
import { KeeperDeployments } from '../src/infrastructure/keeper/keeper-deployments.ts';
import { SimulatedHost } from '../src/infrastructure/simulator/host.ts';
import { SimulatorTransport } from '../src/infrastructure/simulator/transport.ts';
import { FileStore } from '../src/infrastructure/state/file-store.ts';
import type { ExecOutcome, ExecRequest, Transport } from '../src/infrastructure/transport.ts';
import { MemoryAudit } from './support/memory-audit.ts';

const CHANGES = /^(git:|ps:re|ps:st|builds:cancel)/;

/** A link that breaks after so many chunks of a change's output: the host's command dies at its next line, as over SSH. */
class BreakingTransport implements Transport {
  breakAfter: number | undefined;
  readonly changes: string[] = [];
  readonly #host: SimulatedHost;

  constructor(host: SimulatedHost) {
    this.#host = host;
  }

  async exec(request: ExecRequest): Promise<ExecOutcome> {
    const link = new SimulatorTransport(this.#host);
    if (!CHANGES.test(request.label) || request.label.endsWith(':report')) return await link.exec(request);
    this.changes.push(request.line);
    let chunks = 0;
    return await link.exec({
      ...request,
      onOutput: async (stream, chunk) => {
        chunks += 1;
        await request.onOutput?.(stream, chunk);
        if (chunks === this.breakAfter) await link.close();
      },
    });
  }

  async close(): Promise<void> {}
}

/** Time that passes as fast as it is waited for. */
class QuickClock implements Clock {
  #now = Date.now();
  now(): number {
    return this.#now;
  }
  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    await delay(1, undefined, signal === undefined ? {} : { signal });
    this.#now += ms;
  }
}

const multi = 'git://127.0.0.1/multi.git';
let folder: string;
let host: SimulatedHost;
let transport: BreakingTransport;
let client: DokkuClient;
let deployments: KeeperDeployments;
let keepers: Promise<void>[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deploys-'));
  host = new SimulatedHost({ seed: 1 });
  transport = new BreakingTransport(host);
  const clock = new QuickClock();
  client = createDokkuClient({ host: 'sim', transport, catalogue: new Catalogue(), clock });
  keepers = [];
  const store = new FileStore(folder);
  deployments = new KeeperDeployments({
    folder,
    store,
    audit: new MemoryAudit(),
    clock,
    clientOf: () => client,
    connectionOf: () => ({}),
    spawnKeeper: (job) =>
      void keepers.push(runKeeper(job, { open: () => client, store, audit: new MemoryAudit(), clock })),
  });
  await run('apps:create', 'web');
});
afterEach(async () => {
  await Promise.all(keepers);
  await rm(folder, { recursive: true, force: true });
});

async function run(name: string, ...args: string[]): Promise<string> {
  return (await client.execute({ name, args })).stdout;
}

async function start(source: DeploySource, command: Command = deployCommand('web', source)): Promise<string> {
  return (await deployments.start({ host: 'sim', app: 'web', source, command, actor: 'me' })).id;
}

async function deploy(source: DeploySource, command?: Command): Promise<Deployment> {
  const ended = await deployments.wait(await start(source, command), { ms: 86_400_000 });
  await Promise.all(keepers);
  return ended;
}

const image = (tag: string): DeploySource => ({ kind: 'image', image: `demo/web:${tag}` });
const git = (ref: string): DeploySource => ({ kind: 'git', url: multi, ref });

describe('deploys over the simulated host', () => {
  it('an image, and what serves is read back', async () => {
    const ended = await deploy(image('1'));
    expect(ended).toMatchObject({
      status: 'succeeded',
      build: expect.stringMatching(/^[a-z0-9]{14}$/),
      serves: { running: 'true', processes: 1, source: { kind: 'image', location: 'demo/web:1' } },
    });
    expect(ended.serves?.urls).toHaveLength(1);
  });

  it('a repository at its exact commit', async () => {
    const ended = await deploy(git('main'));
    expect(ended).toMatchObject({
      status: 'succeeded',
      serves: { source: { kind: 'git', location: multi } },
    });
    expect(ended.serves?.source?.revision).toMatch(/^[0-9a-f]{40}$/);
  });

  it.each<[string, DeploySource, string]>([
    ['a build that fails', git('broken'), 'BUILD_FAILED'],
    ['a release task that fails', git('failing-release'), 'RELEASE_TASK_FAILED'],
    ['a ref that is not there', git('no-such-branch'), 'REF_NOT_FOUND'],
    [
      'a repository that is not there',
      { kind: 'git', url: 'git://127.0.0.1/none.git', ref: 'main' },
      'REPOSITORY_NOT_FOUND',
    ],
    ['an image that is not there', { kind: 'image', image: 'demo/nothere:9' }, 'IMAGE_NOT_FOUND'],
    [
      'an archive out of reach',
      { kind: 'archive', url: 'http://127.0.0.1:1/app.tar.gz', type: 'tar.gz' },
      'ARCHIVE_UNREACHABLE',
    ],
  ])('%s: the old version serves on', async (_name, source, code) => {
    await deploy(git('main'));
    const before = await run('apps:report', 'web', '--app-deploy-source-metadata');
    expect(await deploy(source)).toMatchObject({
      status: 'failed',
      diagnosis: { code },
      serves: { running: 'true' },
    });
    expect(await run('apps:report', 'web', '--app-deploy-source-metadata')).toBe(before);
  });

  it('an app that crashes at boot', async () => {
    await deploy(image('1'));
    await run('config:set', '--no-restart', 'web', 'CRASH=1');
    expect(await deploy(image('2'))).toMatchObject({
      status: 'failed',
      diagnosis: {
        code: 'CRASHED_AT_BOOT',
        evidence: expect.arrayContaining([expect.stringContaining('DATABASE_URL')]),
      },
    });
  });

  it('a health check that fails', async () => {
    await deploy(git('main'));
    await run('config:set', '--no-restart', 'web', 'UNHEALTHY=1');
    expect(await deploy({ kind: 'rebuild' })).toMatchObject({
      status: 'failed',
      diagnosis: { code: 'HEALTH_CHECK_FAILED', phase: 'health check' },
    });
  });

  it('the same image again changes nothing', async () => {
    await deploy(image('1'));
    expect(await deploy(image('1'))).toMatchObject({
      status: 'unchanged',
      diagnosis: { code: 'NO_CHANGES' },
    });
  });

  it('an app that is not there', async () => {
    const command = deployCommand('nope', image('1'));
    const { id } = await deployments.start({
      host: 'sim',
      app: 'nope',
      source: image('1'),
      command,
      actor: 'me',
    });
    expect(await deployments.wait(id, { ms: 600_000 })).toMatchObject({
      status: 'failed',
      diagnosis: { code: 'APP_NOT_FOUND' },
    });
    expect(transport.changes).toEqual([]);
  });

  it('a restart: its own exit code decides', async () => {
    await deploy(image('1'));
    const restart = { name: 'ps:restart', args: ['web'] };
    expect((await deploy({ kind: 'command', command: 'ps:restart' }, restart)).status).toBe('succeeded');
  });

  it('goes back to the source before, as a new release', async () => {
    await deploy(git('v2'));
    await deploy(git('failing-release'));
    await deploy(image('2'));
    const { source, release } = chooseRollback(await deployments.releases('sim', 'web'));
    expect(source).toMatchObject({ kind: 'git', url: multi, ref: expect.stringMatching(/^[0-9a-f]{40}$/) });
    expect(await deploy(source)).toMatchObject({ status: 'succeeded', serves: { source: release.source } });
    const releases = await deployments.releases('sim', 'web');
    expect(releases.filter(({ current }) => current).map(({ source: now }) => now)).toEqual([release.source]);
  });
});

describe('a link that breaks during a deploy over the simulated host', () => {
  it.each([1, 3, 6, 12, 20, 30, 40, 55])(
    'after %i chunks: one send, and a true answer',
    async (breakAfter) => {
      await deploy(image('1'));
      transport.changes.length = 0;
      transport.breakAfter = breakAfter;
      const ended = await deploy(image('2'));
      transport.breakAfter = undefined;
      expect(transport.changes).toHaveLength(1);
      const serves = (await run('apps:report', 'web', '--app-deploy-source-metadata')).trim();
      if (ended.status === 'succeeded') expect(serves).toBe('demo/web:2');
      if (ended.status === 'failed') expect(serves).toBe('demo/web:1');
      expect(ended.status === 'unknown' ? ended.diagnosis?.code : ended.status).toMatch(
        /^(succeeded|failed|OUTCOME_UNKNOWN)$/,
      );
      expect((await deploy(image('3'))).status).toBe('succeeded');
    },
  );
});

describe('beside another deploy', () => {
  const clock: Clock = {
    now: () => Date.now(),
    sleep: (ms, signal) => delay(Math.min(ms, 20), undefined, signal === undefined ? {} : { signal }),
  };

  /** A host on which a deploy takes some ten seconds of real time: it is always canceled before it ends. */
  beforeEach(async () => {
    transport = new BreakingTransport(new SimulatedHost({ seed: 1, speed: 0.3 }));
    client = createDokkuClient({ host: 'sim', transport, catalogue: new Catalogue(), clock });
    await run('apps:create', 'web');
  });

  const building = () =>
    expect
      .poll(() => run('builds:list', 'web', '--format', 'json'), { timeout: 20_000 })
      .toContain('"running"');

  /** Dokku can cancel a deploy only from the moment on when it holds the app's lock, which is after its fetch. */
  const cancel = () =>
    expect.poll(() => run('builds:cancel', 'web'), { timeout: 20_000 }).toContain('Killing app deploy');

  it('is canceled by builds:cancel', async () => {
    const id = await start(image('1'));
    await building();
    await cancel();
    expect(await deployments.wait(id, { ms: 86_400_000 })).toMatchObject({
      status: 'canceled',
      diagnosis: { code: 'CANCELED' },
    });
  });

  it('sends nothing while a build of someone else runs', async () => {
    const other = client.execute(deployCommand('web', image('1'))).catch((error: unknown) => error);
    await building();
    transport.changes.length = 0;
    expect(await deploy(image('2'))).toMatchObject({ status: 'failed', diagnosis: { code: 'LOCKED' } });
    expect(transport.changes).toEqual([]);
    await cancel();
    expect(await other).toBeInstanceOf(DomainError);
  });
});
