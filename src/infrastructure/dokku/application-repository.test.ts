import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../test/support/manual-clock.ts';
import { openCatalogue } from '../../../test/support/open-catalogue.ts';
import {
  RecordedTransport,
  record,
  type TranscriptRecord,
} from '../../../test/support/recorded-transport.ts';
import { DomainError } from '../../domain/errors.ts';
import { DokkuApplicationRepository } from './application-repository.ts';
import { createDokkuClient } from './client.ts';

/** A record of another app of the same host, told of `multi`. */
function asMulti({ stdout, exit }: TranscriptRecord, from = 'web'): { stdout: string; exit: number } {
  return { stdout: stdout.replaceAll(`${from}.dokku.test`, 'multi.dokku.test'), exit: Number(exit) };
}

/** The app `multi` of the stories: deployed by git:sync, web and worker, formation in app.json. */
function setUp() {
  const [apps = ''] = record('01', 'apps:report --format json').stdout.split('\n').slice(3);
  const transport = new RecordedTransport()
    .play([
      record('13', 'ps:report multi --format json', 1),
      record('13', 'git:report multi --format json', 1),
      record('13', 'ports:report multi --format json'),
      record('13', 'ps:scale multi'),
      record('13', 'cron:list multi --format json'),
      record('13', 'builds:list multi --format json', 1),
      record('04', 'checks:report multi --format json'),
      record('13', 'ps:inspect multi'),
    ])
    .answer('apps:report multi --format json', {
      stdout: apps
        .replaceAll('docker-image', 'git-sync')
        .replaceAll('demo/web:3', 'git://127.0.0.1/multi.git#eed6aa3'),
    })
    .answer('domains:report multi --format json', asMulti(record('06', 'domains:report web --format json')))
    .answer('network:report multi --format json', asMulti(record('08', 'network:report web --format json')))
    .answer('certs:report multi --format json', asMulti(record('07', 'certs:report web --format json')))
    .answer('proxy:report multi --format json', asMulti(record('06', 'proxy:report web --format json')))
    .answer(
      'resource:report multi --format json',
      asMulti(record('09', 'resource:report web --format json', 2)),
    )
    .answer('storage:list multi --format json', asMulti(record('08', 'storage:list web --format json', 2)))
    .answer('config:keys multi', { stdout: 'B\nA\nlower\n' })
    .answer('--quiet apps:list', { stdout: 'multi\nweb\n' });
  const clock = new ManualClock();
  const client = createDokkuClient({ host: 'test', transport, catalogue: openCatalogue(), clock });
  return { transport, clock, apps: new DokkuApplicationRepository(client, clock) };
}

const down = (command: string) => new DomainError('TIMEOUT', { command, ms: 30_000 });

describe('getByName', () => {
  it('tells all about a deployed app', async () => {
    const { apps } = setUp();
    const app = await apps.getByName('multi');
    expect(app).toMatchObject({
      name: 'multi',
      state: 'deployed',
      createdAt: 1_795_456_055_000,
      locked: false,
      running: 'true',
      scale: { desired: { release: 0, web: 1, worker: 1 }, fixedByAppJson: true },
      source: { kind: 'git', location: 'git://127.0.0.1/multi.git', revision: 'eed6aa3' },
      gitSha: 'eed6aa3d952ea79d814552b4004de2ad27b42f12',
      domains: ['multi.dokku.test'],
      urls: ['http://multi.dokku.test:5000'],
      ports: { mapped: [], detected: ['http:5000:5000'] },
      certificate: { enabled: false },
      proxy: { enabled: true, type: 'nginx' },
      configKeys: ['A', 'B', 'lower'],
      mounts: [
        { from: '/var/lib/dokku/data/storage/web-data', to: '/data' },
        { from: 'relative', to: '/data' },
      ],
      resources: { 'web.limit.memory': '64m', '_default_.limit.cpu': '0.5' },
      checks: { 'wait-to-retire': '60', disabled: 'none', skipped: 'none' },
      restartPolicy: 'on-failure:10',
      cron: [
        { command: '/app/web --version', schedule: '*/30 * * * *' },
        { command: 'echo nightly', schedule: '@daily' },
      ],
      missing: [],
    });
    expect(app.processes.map(({ type, state }) => [type, state])).toEqual([
      ['web', 'running'],
      ['worker', 'running'],
    ]);
    expect(app.builds[0]).toMatchObject({ id: 'mwtl5y6seebwi6', status: 'succeeded' });
  });

  it('computes the very URLs that the host prints', async () => {
    const { apps } = setUp();
    const printed = record('13', 'urls multi').stdout.trim().split('\n');
    expect((await apps.getByName('multi')).urls).toEqual(printed);
  });

  it('asks the host for the URLs only when nobody has a domain', async () => {
    const { apps, transport } = setUp();
    await apps.getByName('multi');
    expect(transport.count('urls multi')).toBe(0);
    transport.answer('domains:report multi --format json', {
      stdout:
        '{"app-enabled":"false","app-vhosts":"multi.dokku.test","global-enabled":"false","global-vhosts":""}\n',
    });
    transport.answer('urls multi', { stdout: 'http://vm:5000\n' });
    expect(await apps.getByName('multi')).toMatchObject({
      domains: [],
      urls: ['http://vm:5000'],
      missing: [],
    });
  });

  it('reads all parts in one wave, the slow ones first', async () => {
    const { apps, transport } = setUp();
    await apps.getByName('multi');
    expect(transport.sent.slice(0, 2).map(({ label }) => label)).toEqual(['ports:report', 'ps:report']);
    expect(transport.sent).toHaveLength(16);
  });

  it('shows a certificate', async () => {
    const { apps, transport } = setUp();
    transport.answer(
      'certs:report multi --format json',
      asMulti(record('07', 'certs:report web --format json', 2)),
    );
    transport.answer('ports:report multi --format json', {
      stdout: '{"map":"http:80:5000 https:443:5000","map-detected":""}',
    });
    expect(await apps.getByName('multi')).toMatchObject({
      certificate: { enabled: true, expiresAt: '2026-12-13T18:03:45.000Z', issuer: 'CN = multi.dokku.test' },
      urls: ['http://multi.dokku.test', 'https://multi.dokku.test'],
    });
  });

  it('does not inspect containers of an app that was never deployed, and shows no URL', async () => {
    const { apps, transport } = setUp();
    transport.answer('apps:report multi --format json', {
      stdout: record('01', 'apps:report shop --format json').stdout,
    });
    const [report = ''] = record('05', 'ps:report --format json').stdout.split('\n');
    transport.answer('ps:report multi --format json', { stdout: report });
    const app = await apps.getByName('multi');
    expect(app).toMatchObject({ state: 'created', processes: [], urls: [], missing: [] });
    expect(app).not.toHaveProperty('source');
    expect(transport.count('ps:inspect multi')).toBe(0);
  });

  it('knows a stopped app and one that is being deployed', async () => {
    const { apps, transport } = setUp();
    transport.play([record('13', 'ps:report multi --format json', 6)]);
    expect(await apps.getByName('multi')).toMatchObject({ state: 'stopped', running: 'false' });
    const alive = record('04', 'builds:list multi --format json').stdout.replace('"abandoned"', '"running"');
    transport.answer('builds:list multi --format json', { stdout: alive });
    expect((await apps.getByName('multi')).state).toBe('deploying');
  });

  it('names what could not be read, and never shows it as known', async () => {
    const { apps, transport } = setUp();
    transport.answer('ports:report multi --format json', down('ports:report'));
    transport.answer('config:keys multi', { exit: 1, stderr: ' !     unterminated quoted value "x"\n' });
    transport.answer('ps:inspect multi', { exit: 1, stderr: 'Traceback (most recent call last):\n' });
    transport.answer('resource:report multi --format json', { stdout: 'nonsense' });
    const app = await apps.getByName('multi');
    expect(app.missing.map(({ part }) => part).sort()).toEqual([
      'config',
      'ports',
      'resources',
      'restarts',
      'urls',
    ]);
    expect(app.missing.find(({ part }) => part === 'ports')?.reason).toContain('did not end within 30 s');
    expect(app.urls).toEqual([]);
    expect(app.processes[0]).not.toHaveProperty('restarts');
  });

  it('fails without the two reports that decide', async () => {
    const { apps, transport } = setUp();
    transport.answer('ps:report multi --format json', down('ps:report'));
    await expect(apps.getByName('multi')).rejects.toMatchObject({ code: 'TIMEOUT' });
  });

  it('knows an app that does not exist, and reads the list of apps once for that', async () => {
    const { apps, transport } = setUp();
    const answerAll = (line: string) =>
      transport.answer(line, { exit: 20, stderr: ' !     App mutli does not exist\n' });
    for (const plugin of [
      'apps',
      'ps',
      'git',
      'domains',
      'ports',
      'network',
      'certs',
      'proxy',
      'resource',
      'checks',
    ]) {
      answerAll(`${plugin}:report mutli --format json`);
    }
    for (const line of ['ps:scale mutli', 'config:keys mutli', 'storage:list mutli --format json'])
      answerAll(line);
    answerAll('cron:list mutli --format json');
    answerAll('builds:list mutli --format json');
    await expect(apps.getByName('mutli')).rejects.toMatchObject({
      code: 'APP_NOT_FOUND',
      details: { app: 'mutli', nearest: ['multi'] },
    });
    expect(transport.count('--quiet apps:list')).toBe(1);
  });

  it('stops for a reader that gives up', async () => {
    const { apps, transport } = setUp();
    const stop = new AbortController();
    transport.answer('ports:report multi --format json', () => new Promise(() => undefined));
    const reading = apps.getByName('multi', stop.signal);
    stop.abort();
    await expect(reading).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(transport.sent.every(({ signal }) => signal?.aborted)).toBe(true);
  });

  it('is read anew each time, and its state goes into the list', async () => {
    const { apps, transport, clock } = setUp();
    await Promise.all([apps.getByName('multi'), apps.getByName('multi')]);
    expect(transport.count('apps:report multi --format json')).toBe(1);
    await apps.getByName('multi');
    expect(transport.count('apps:report multi --format json')).toBe(2);
    transport.answer('--quiet apps:list', { stdout: 'multi\n' });
    transport.answer('apps:report', {
      stdout: record('01', 'apps:report shop').stdout.replaceAll('shop', 'multi'),
    });
    transport.answer('builds:report', { stdout: '' }).answer('builds:list --format json', { stdout: '[]' });
    for (const key of [
      'ps:report --deployed',
      'ps:report --restore',
      'domains:report --domains-app-vhosts',
    ]) {
      transport.answer(key, { stdout: 'true\n' });
    }
    expect((await apps.getAll()).apps[0]?.running).toEqual({ value: 'true', at: clock.now() });
  });
});

describe('getByName, on a host before 0.38', () => {
  it('reads text where there is no JSON, and remembers that', async () => {
    const { apps, transport } = setUp();
    const stderr = ' !     Invalid flag passed, valid flags: --checks-disabled-list\n';
    transport.answer('checks:report multi --format json', { exit: 1, stderr });
    transport.play([record('04', 'checks:report multi')]);
    transport.answer('ps:report multi --format json', { stdout: record('13', 'ps:report multi').stdout });
    transport.play([record('13', 'ps:report multi')]);
    for (let round = 1; round <= 2; round++) {
      const app = await apps.getByName('multi');
      expect(app.checks).toEqual({ 'wait-to-retire': '60', disabled: 'none', skipped: 'none' });
      expect(app.processes.map(({ container }) => container)).toEqual(['2b16ca7bb85', '39dc1cbfe18']);
      expect(app.missing).toEqual([]);
    }
    expect(transport.count('checks:report multi --format json')).toBe(1);
    expect(transport.count('checks:report multi')).toBe(2);
  });
});

describe('builds and plans', () => {
  it('reads builds anew each time', async () => {
    const { apps, transport } = setUp();
    expect((await apps.builds('multi')).length).toBeGreaterThan(5);
    await apps.builds('multi');
    expect(transport.count('builds:list multi --format json')).toBe(2);
    transport.answer('builds:output multi x', { stdout: 'log\n' });
    expect(await apps.buildOutput('multi', 'x')).toBe('log\n');
  });

  it('computes changes and sends nothing', async () => {
    const { apps, transport } = setUp();
    const app = await apps.getByName('multi');
    const sent = transport.sent.length;
    expect(apps.create('new', { cloneOf: 'multi' })[0]?.name).toBe('apps:clone');
    expect(apps.update(app, { name: 'multi', domains: [] })).toEqual([
      { name: 'domains:clear', args: ['multi'] },
    ]);
    expect(apps.delete('multi')[0]?.flags).toEqual(['force']);
    expect(transport.sent).toHaveLength(sent);
  });
});
