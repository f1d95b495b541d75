import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeDokku } from '../../../test/support/fake-dokku.ts';
import { MemoryAudit } from '../../../test/support/memory-audit.ts';
import { recorded } from '../../../test/support/transcript.ts';
import type { DeployRequest } from '../../application/deployments.ts';
import type { Clock } from '../../application/ports.ts';
import { deployCommand } from '../../application/workflows/deploy-command.ts';
import type { Deployment, DeploySource } from '../../domain/application/deployment.ts';
import { DomainError } from '../../domain/errors.ts';
import { FileStore } from '../state/file-store.ts';
import { runKeeper } from './keeper.ts';
import { KeeperDeployments } from './keeper-deployments.ts';

const good = recorded('03-deploy-image', 'git:from-image web demo/web:2').stdout.split('\n');
const crash = recorded('03-deploy-image', 'git:from-image web demo/web:3').stdout.split('\n');
const again = recorded('03-deploy-image', 'git:from-image web demo/web:1', 1).stdout.split('\n');
const image: DeploySource = { kind: 'image', image: 'demo/web:2' };

/** Time that passes as fast as it is waited for; every wait still lets other work run. */
class QuickClock implements Clock {
  #now = Date.UTC(2026, 0, 1);
  now(): number {
    return this.#now;
  }
  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    await delay(1, undefined, signal === undefined ? {} : { signal });
    this.#now += ms;
  }
}

let folder: string;
let dokku: FakeDokku;
let clock: QuickClock;
let keepers: Promise<void>[];
let deployments: KeeperDeployments;
let audit: MemoryAudit;

/** Another server on the same state; `keeper: false` never starts the process that would carry the job. */
function server(options: { keeper?: boolean | Error } = {}): KeeperDeployments {
  const store = new FileStore(folder);
  return new KeeperDeployments({
    folder,
    store,
    audit,
    clock,
    clientOf: () => dokku,
    connectionOf: () => ({ address: 'dokku@example.com' }),
    spawnKeeper: (job) => {
      if (options.keeper instanceof Error) throw options.keeper;
      if (options.keeper !== false) keepers.push(runKeeper(job, { open: () => dokku, store, audit, clock }));
    },
  });
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keeper-'));
  dokku = new FakeDokku();
  audit = new MemoryAudit();
  clock = new QuickClock();
  keepers = [];
  deployments = server();
});
afterEach(async () => {
  await Promise.all(keepers);
  await rm(folder, { recursive: true, force: true });
});

const request = (source: DeploySource = image): DeployRequest => ({
  host: 'main',
  app: 'web',
  source,
  command: deployCommand('web', source),
  actor: 'me',
});

async function deploy(source: DeploySource = image): Promise<Deployment> {
  const { id } = await deployments.start(request(source));
  return await deployments.wait(id, { ms: 7_200_000 });
}

describe('a deploy', () => {
  it('succeeds when everything was read back, sent once, with progress from real lines', async () => {
    dokku.next = { lines: good, exit: 0, serves: ['docker-image', 'demo/web:2'] };
    const { id } = await deployments.start(request());
    const progress: string[] = [];
    const ended = await deployments.wait(id, { ms: 60_000, progress: (message) => progress.push(message) });
    expect(ended).toMatchObject({
      status: 'succeeded',
      phase: 'end',
      build: 'build0aaaaaaaa',
      serves: {
        running: 'true',
        processes: 1,
        source: { location: 'demo/web:2' },
        urls: ['http://web.dokku.test:5000'],
      },
      lines: good.length,
    });
    expect(dokku.changes).toEqual(['git:from-image web demo/web:2']);
    expect(progress.join('\n')).toMatch(/release: Releasing web\.\.\.[\s\S]*http:\/\/web\.dokku\.test/);
  });

  it('fails with the cause, and the old version is what serves', async () => {
    dokku.next = { lines: crash, exit: 1 };
    expect(await deploy({ kind: 'image', image: 'demo/web:3' })).toMatchObject({
      status: 'failed',
      diagnosis: { code: 'CRASHED_AT_BOOT' },
      serves: { source: { location: 'demo/web:1' } },
    });
  });

  it('is unchanged when Dokku found no change', async () => {
    dokku.next = { lines: again, exit: 1, record: { status: 'abandoned' } };
    const ended = await deploy({ kind: 'image', image: 'demo/web:1' });
    expect(ended.status).toBe('unchanged');
    expect(ended.diagnosis?.advice).toContain('ps:rebuild');
  });

  it('sends nothing while another build runs', async () => {
    dokku.records.push({ id: 'otherbuild1234', source: 'git:sync', status: 'running', output: [], reads: 0 });
    expect(await deploy()).toMatchObject({ status: 'failed', diagnosis: { code: 'LOCKED' } });
    expect(dokku.changes).toEqual([]);
  });

  it('sends nothing to a host that cannot be reached, and says so', async () => {
    dokku.broken = new DomainError('HOST_UNREACHABLE', { host: 'main', reason: 'refused' });
    expect(await deploy()).toMatchObject({ status: 'failed', diagnosis: { code: 'HOST_UNREACHABLE' } });
    expect(dokku.changes).toEqual([]);
  });

  it('works on a host that keeps no build records', async () => {
    dokku.keepsRecords = false;
    dokku.next = { lines: good, exit: 0, serves: ['docker-image', 'demo/web:2'] };
    expect((await deploy()).status).toBe('succeeded');
  });

  it('is refused while one of ours runs, and can be canceled from outside', async () => {
    let release = (): void => undefined;
    const until = new Promise<void>((resolve) => {
      release = resolve;
    });
    dokku.next = { lines: good.slice(0, 9), exit: 1, until };
    const { id } = await deployments.start(request());
    await expect.poll(() => dokku.records.length, { timeout: 20_000 }).toBe(1);
    await expect(deployments.start(request())).rejects.toMatchObject({ code: 'LOCKED' });
    expect((await server({ keeper: false }).get(id))?.status).toBe('running');
    Object.assign(dokku.records[0] ?? {}, { status: 'canceled', exit_code: -1 });
    release();
    expect(await deployments.wait(id, { ms: 60_000 })).toMatchObject({
      status: 'canceled',
      diagnosis: { code: 'CANCELED' },
    });
  });

  it('stops waiting after its time and at a signal, and goes on', async () => {
    let release = (): void => undefined;
    dokku.next = {
      lines: good,
      exit: 0,
      serves: ['docker-image', 'demo/web:2'],
      until: new Promise<void>((resolve) => {
        release = resolve;
      }),
    };
    const { id } = await deployments.start(request());
    expect((await deployments.wait(id, { ms: 1_000 })).status).toBe('running');
    expect((await deployments.wait(id, { ms: 60_000, signal: AbortSignal.abort() })).status).toBe('running');
    release();
    expect((await deployments.wait(id, { ms: 60_000 })).status).toBe('succeeded');
  });
});

describe('a lost link', () => {
  it.each([1, 5, 20, 40])(
    'after %i lines: a host that goes on is followed to its good end',
    async (loseAfter) => {
      dokku.next = { lines: good, exit: 0, loseAfter, runsOn: 3, serves: ['docker-image', 'demo/web:2'] };
      expect((await deploy()).status).toBe('succeeded');
      expect(dokku.changes).toHaveLength(1);
    },
  );

  it.each([1, 20])('after %i lines: a host that stopped is told apart', async (loseAfter) => {
    dokku.next = { lines: good, exit: 0, loseAfter, record: { status: 'abandoned' } };
    expect(await deploy()).toMatchObject({ status: 'failed', diagnosis: { code: 'INTERRUPTED' } });
    expect(dokku.changes).toHaveLength(1);
  });

  it('in the checks: the record says 141', async () => {
    dokku.next = { lines: good, exit: 0, loseAfter: 30, record: { status: 'failed', exit_code: 141 } };
    expect(await deploy()).toMatchObject({ status: 'failed', diagnosis: { code: 'INTERRUPTED' } });
  });

  it('before Dokku began: nothing was changed', async () => {
    dokku.next = { lines: good, exit: 0, loseAfter: 0 };
    expect(await deploy()).toMatchObject({ status: 'failed', diagnosis: { code: 'NEVER_STARTED' } });
  });

  it('whose record Dokku has dropped since is not called unstarted', async () => {
    dokku.next = { lines: good, exit: 0, loseAfter: 20, runsOn: 1_000 };
    const { id } = await deployments.start(request());
    await expect.poll(async () => (await deployments.get(id))?.build, { timeout: 20_000 }).toBeDefined();
    dokku.records.splice(0);
    expect(await deployments.wait(id, { ms: 7_200_000 })).toMatchObject({
      status: 'unknown',
      diagnosis: { code: 'OUTCOME_UNKNOWN' },
    });
  });

  it('of a restart stays unknown', async () => {
    dokku.next = {
      lines: ['-----> Deploying web (count=1)'],
      exit: 0,
      loseAfter: 1,
      record: { status: 'abandoned' },
    };
    const { id } = await deployments.start({
      ...request(),
      source: { kind: 'command', command: 'ps:restart' },
      command: { name: 'ps:restart', args: ['web'] },
    });
    expect((await deployments.wait(id, { ms: 60_000 })).status).toBe('unknown');
  });
});

describe('a keeper that died', () => {
  it('before it took the job: nothing is sent, also by a keeper that comes late', async () => {
    const dead = server({ keeper: false });
    const { id } = await dead.start(request());
    expect((await dead.get(id))?.status).toBe('running');
    await clock.sleep(20_000);
    expect(await dead.get(id)).toMatchObject({ status: 'failed', diagnosis: { code: 'NEVER_SENT' } });
    await runKeeper(join(folder, 'jobs', id), {
      open: () => dokku,
      store: new FileStore(folder),
      audit,
      clock,
    });
    expect(dokku.changes).toEqual([]);
  });

  it('and said why is quoted', async () => {
    const dead = server({ keeper: false });
    const { id } = await dead.start(request());
    await writeFile(join(folder, 'jobs', id, 'keeper.log'), 'trace\nError: no such file\n\n');
    await clock.sleep(20_000);
    expect((await dead.get(id))?.diagnosis?.cause).toContain('it said: Error: no such file');
  });

  it('that could not be started: the caller hears it and the job is ended', async () => {
    const failing = server({ keeper: new Error('ENOENT') });
    const started = await failing.start(request());
    expect(started).toMatchObject({ status: 'failed', diagnosis: { code: 'NEVER_SENT' } });
    expect(started.diagnosis?.cause).toContain('ENOENT');
    expect((await failing.list('main', 'web')).map(({ status }) => status)).toEqual(['failed']);
  });

  it('is settled once by many servers that ask at the same time', async () => {
    const dead = server({ keeper: false });
    const { id } = await dead.start(request());
    await clock.sleep(20_000);
    await Promise.all(Array.from({ length: 8 }, () => server().get(id)));
    expect((await server().get(id))?.status).toBe('failed');
    expect(await new FileStore(folder).read('ledger/main/web')).toHaveLength(1);
  });

  it('takes a job only once', async () => {
    dokku.next = { lines: good, exit: 0, serves: ['docker-image', 'demo/web:2'] };
    const { id } = await deployments.start(request());
    const deps = { open: () => dokku, store: new FileStore(folder), audit, clock };
    await Promise.all([1, 2, 3].map(() => runKeeper(join(folder, 'jobs', id), deps)));
    await deployments.wait(id, { ms: 60_000 });
    expect(dokku.changes).toHaveLength(1);
  });
});

describe('what keeps an app busy', () => {
  it('is the job that runs, for every server, and only for its app', async () => {
    let release = (): void => undefined;
    const until = new Promise<void>((resolve) => {
      release = resolve;
    });
    dokku.next = { lines: good, exit: 0, until, serves: ['docker-image', 'demo/web:2'] };
    const { id } = await deployments.start(request());
    const other = server({ keeper: false });
    expect(await other.busy('main', 'web')).toMatchObject({ job: { id, status: 'running' } });
    expect([await other.busy('main', 'api'), await other.busy('second', 'web')]).toEqual([{}, {}]);
    release();
    const { finishedAt } = await deployments.wait(id, { ms: 60_000 });
    expect(finishedAt).toBeDefined();
    // Twice: what is over is told from memory.
    expect([await other.busy('main', 'web'), await other.busy('main', 'web')]).toEqual([
      { endedAt: finishedAt },
      { endedAt: finishedAt },
    ]);
  });

  it('is no job that this version cannot read, and none of them hides the others', async () => {
    for (const [id, text] of [
      ['d-00000000broken', '{"v":1,"host":"ma'],
      ['d-zzzzzzzzlater', '{"v":2,"host":"main","app":"web"}'],
    ] as const) {
      await mkdir(join(folder, 'jobs', id), { recursive: true });
      await writeFile(join(folder, 'jobs', id, 'spec.json'), text);
    }
    expect(await deployments.busy('main', 'web')).toEqual({});
    const { id } = await deploy();
    expect((await deployments.list('main', 'web')).map((one) => one.id)).toEqual([id]);
    expect(await deployments.get('d-00000000broken')).toBeUndefined();
  });

  it('is no job whose keeper died, whether the host can tell how it ended or not', async () => {
    const dead = server({ keeper: false });
    const { id } = await dead.start(request());
    expect(await dead.busy('main', 'web')).toMatchObject({ job: { id } });
    const job = join(folder, 'jobs', id);
    // Killed right after it had taken the command and written that it would send it.
    await rm(join(job, 'command.json'));
    const sent = { at: clock.now(), knownBuilds: [], recorded: true };
    await writeFile(join(job, 'sent.json'), JSON.stringify(sent));
    dokku.broken = new DomainError('HOST_UNREACHABLE', { host: 'main', reason: 'refused' });
    expect((await dead.get(id))?.status).toBe('running');
    expect(await dead.busy('main', 'web')).toEqual({});
  });
});

describe('what is kept', () => {
  it('pages the output by cursor', async () => {
    dokku.next = { lines: ['a', 'b', 'c'], exit: 1 };
    const { id } = await deploy();
    expect(await deployments.log(id, 0, 2)).toEqual({ lines: ['a', 'b'], next: 2, more: true });
    expect(await deployments.log(id, 2, 2)).toEqual({ lines: ['c'], next: 3, more: false });
    expect(await deployments.log(id, 9, 2)).toEqual({ lines: [], next: 3, more: false });
  });

  it('joins releases with the ledger, and knows them after Dokku forgot', async () => {
    dokku.next = { lines: good, exit: 0, serves: ['docker-image', 'demo/web:2'] };
    await deploy();
    dokku.next = { lines: good, exit: 0, serves: ['docker-image', 'demo/web:3'] };
    await deploy({ kind: 'image', image: 'demo/web:3' });
    dokku.records.splice(1);
    const releases = await server().releases('main', 'web');
    expect(releases.map(({ source, actor, current }) => [source?.location, actor, current])).toEqual([
      ['demo/web:3', 'me', true],
      ['demo/web:2', 'me', false],
    ]);
  });

  it('is private, and holds no secret of the command: not its arguments, not its output', async () => {
    const secret = 'Tr0ub4dor&3-secret';
    dokku.next = { lines: ['-----> Setting config vars', `       KEY:  ${secret}`], exit: 0 };
    const { id } = await deployments.start({
      ...request({ kind: 'rebuild' }),
      source: { kind: 'command', command: 'config:set' },
      command: { name: 'config:set', args: ['web', `KEY=${secret}`], secrets: [secret] },
    });
    expect((await deployments.wait(id, { ms: 60_000 })).status).toBe('succeeded');
    await Promise.all(keepers);
    expect(dokku.changes).toEqual([`config:set web KEY=${secret}`]);
    const job = join(folder, 'jobs', id);
    expect((await stat(job)).mode & 0o777).toBe(0o700);
    const names = await readdir(job);
    expect(names).toEqual(expect.arrayContaining(['spec.json', 'sent.json', 'output.log', 'outcome.json']));
    for (const name of names) {
      expect((await stat(join(job, name))).mode & 0o777).toBe(0o600);
      expect(await readFile(join(job, name), 'utf8')).not.toContain(secret);
    }
  });

  it('holds no signature of an address, neither asked for nor served, and knows the source all the same', async () => {
    const signed = (mark: string) => `https://s3.example/a.zip?X-Amz-Signature=${mark}&sig=${mark}`;
    dokku.source = ['zip', signed('served-4711')];
    dokku.next = {
      lines: [`-----> Downloading ${signed('asked-4711')}`],
      exit: 0,
      serves: ['zip', signed('asked-4711')],
    };
    const { id, status, source } = await deploy({ kind: 'archive', url: signed('asked-4711'), type: 'zip' });
    expect([status, source]).toEqual([
      'succeeded',
      { kind: 'archive', url: signed('********'), type: 'zip' },
    ]);
    expect(dokku.changes.join()).toContain(signed('asked-4711'));
    const job = join(folder, 'jobs', id);
    for (const name of await readdir(job)) {
      expect(await readFile(join(job, name), 'utf8'), name).not.toMatch(/(?:asked|served)-4711/);
    }
  });

  it('answers undefined for ids that are not there, also hostile ones', async () => {
    expect(await deployments.get('d-nothere')).toBeUndefined();
    expect(await deployments.get('../../etc')).toBeUndefined();
    await expect(deployments.log('../x', 0, 1)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('the audit of a job', () => {
  const audited = () => ({ ...request(), audit: 'record-1' });
  beforeEach(() =>
    audit.intent({
      id: 'record-1',
      host: 'main',
      operation: 'deploy_start',
      effect: 'disruptive',
      commands: [],
      actor: 'me',
    }),
  );

  it('gets its outcome when the host has ended the work, not when the keeper has it', async () => {
    dokku.next = { lines: good, exit: 0, serves: ['docker-image', 'demo/web:2'] };
    const { id } = await deployments.start(audited());
    expect(audit.outcomes).toEqual([]);
    await deployments.wait(id, { ms: 60_000 });
    await Promise.all(keepers);
    expect(audit.outcomes).toMatchObject([{ id: 'record-1', result: 'ok', found: `deploy ${id} succeeded` }]);
    expect(await deployments.ofAudit('record-1')).toMatchObject({ id, status: 'succeeded' });
  });

  it('is told the failure', async () => {
    dokku.next = { lines: crash, exit: 1 };
    const { id } = await deployments.start(audited());
    await deployments.wait(id, { ms: 60_000 });
    await Promise.all(keepers);
    expect(audit.outcomes).toMatchObject([{ result: 'failed', code: expect.stringMatching(/^[A-Z_]+$/) }]);
  });

  it('gets one outcome when the keeper died, whoever settles, and without anyone asking for that job', async () => {
    const dead = server({ keeper: false });
    await dead.start(audited());
    await clock.sleep(20_000);
    await Promise.all([
      server().settleLeft('main'),
      server().settleLeft('main'),
      server().settleLeft('other'),
    ]);
    await server().settleLeft('main');
    expect(audit.outcomes).toMatchObject([{ id: 'record-1', result: 'failed', code: 'NEVER_SENT' }]);
  });

  it('gets no second outcome when a process died right after writing it', async () => {
    const dead = server({ keeper: false });
    const { id } = await dead.start(audited());
    await clock.sleep(20_000);
    await writeFile(join(folder, 'jobs', id, 'audited.json'), '{}');
    await audit.outcome('record-1', { result: 'failed', durationMs: 1 });
    expect((await server().get(id))?.status).toBe('failed');
    expect(audit.outcomes).toHaveLength(1);
  });
});
