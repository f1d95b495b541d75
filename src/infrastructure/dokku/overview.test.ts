import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../test/support/manual-clock.ts';
import { openCatalogue } from '../../../test/support/open-catalogue.ts';
import { RecordedTransport, record } from '../../../test/support/recorded-transport.ts';
import { DomainError } from '../../domain/errors.ts';
import { DokkuApplicationRepository } from './application-repository.ts';
import { createDokkuClient } from './client.ts';

const names = 'blog\nshop\nweb\n';
const report = (app: string, plugin: string, rows: Readonly<Record<string, string>>): string =>
  `=====> ${app} ${plugin} information\n${Object.entries(rows)
    .map(([key, value]) => `       ${`${key}:`.padEnd(31)} ${value}\n`)
    .join('')}`;
const neverDeployed = record('01', 'apps:report shop').stdout;
const deployed = record('03', 'apps:report web').stdout;

/** A host with three apps: never deployed, stopped with its last build failed, and running with a build under way. */
function setUp() {
  const transport = new RecordedTransport()
    .answer('version', { stdout: 'dokku version 0.38.27\n' })
    .answer('--quiet apps:list', { stdout: names })
    .answer('apps:report', {
      stdout:
        neverDeployed.replaceAll('shop', 'blog') +
        deployed
          .replaceAll('web ', 'shop ')
          .replace('locked:                      false', 'locked:                      true') +
        report('web', 'app', {
          'App deploy source': 'git-sync',
          'App deploy source metadata': 'https://git.test/a/web.git#eed6aa3d952e',
          'App locked': 'false',
        }),
    })
    .answer('builds:report', {
      stdout:
        report('blog', 'builds', { 'Build id': '', 'Builds retention': '' }) +
        record('03', 'builds:report web')
          .stdout.replace('=====> web', '=====> shop')
          .replace('succeeded', 'failed')
          .replace('code:               0', 'code:               1') +
        report('web', 'builds', { 'Build id': 'later', 'Build status': 'abandoned' }),
    })
    .answer('builds:list --format json', {
      stdout: record('14', 'builds:list slow --format json')
        .stdout.replaceAll('slow', 'web')
        .replace('abandoned', 'running'),
    })
    .answer('ps:report --deployed', { stdout: 'false\ntrue\ntrue\n' })
    .answer('ps:report --restore', { stdout: 'true\nfalse\ntrue\n' })
    .answer('domains:report --domains-app-vhosts', { stdout: '\nshop.test www.shop.test\nweb.dokku.test\n' })
    .answer('ps:report --running', { stdout: 'false\nfalse\ntrue\n' });
  const clock = new ManualClock();
  const catalogue = openCatalogue({
    'builds:report': { since: '0.38.0' },
    'builds:list': { since: '0.38.0' },
  });
  const client = createDokkuClient({ host: 'test', transport, catalogue, clock });
  return { transport, clock, apps: new DokkuApplicationRepository(client, clock) };
}

/** Lets a background sample come to its end. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('getAll', () => {
  it('joins flat reports into one line for each app', async () => {
    const { apps, clock } = setUp();
    const { apps: list, at } = await apps.getAll();
    expect(at).toBe(clock.now());
    expect(list).toEqual([
      { name: 'blog', state: 'created', domains: [], locked: false },
      {
        name: 'shop',
        state: 'stopped',
        source: { kind: 'image', location: 'demo/web:1' },
        lastBuild: expect.objectContaining({
          id: 'mwtk6ightkutrh',
          status: 'failed',
          exitCode: 1,
        }) as unknown,
        domains: ['shop.test', 'www.shop.test'],
        locked: true,
      },
      {
        name: 'web',
        state: 'deploying',
        source: { kind: 'git', location: 'https://git.test/a/web.git', revision: 'eed6aa3d952e' },
        lastBuild: expect.objectContaining({ id: 'mwtllbaa3ithaa', status: 'running' }) as unknown,
        domains: ['web.dokku.test'],
        locked: false,
      },
    ]);
  });

  it('asks for flat reports only, at most ten, and for none of one app', async () => {
    const { apps, transport } = setUp();
    await apps.getAll();
    const asked = transport.sent.map(({ line }) => line).filter((line) => line !== 'ps:report --running');
    expect(asked.length).toBeLessThanOrEqual(10);
    expect(asked.join(' ')).not.toMatch(/blog|shop|web/);
    expect(asked).not.toContain('ps:report');
    expect(asked).not.toContain('domains:report');
  });

  it('answers an empty host', async () => {
    const { apps, transport } = setUp();
    transport.answer('--quiet apps:list', {
      stdout: '',
      stderr: " !     You haven't deployed any applications yet\n",
    });
    expect((await apps.getAll()).apps).toEqual([]);
    expect(transport.sent).toHaveLength(1);
  });

  it('samples the live state behind the answer and shows it with its age the next time', async () => {
    const { apps, transport, clock } = setUp();
    expect((await apps.getAll()).apps[2]).not.toHaveProperty('running');
    const sampledAt = clock.now();
    await settle();
    clock.advance(10_000);
    expect((await apps.getAll()).apps[2]?.running).toEqual({ value: 'true', at: sampledAt });
    await settle();
    expect(transport.count('ps:report --running')).toBe(1);
    clock.advance(20_000);
    await apps.getAll();
    await settle();
    expect(transport.count('ps:report --running')).toBe(2);
  });

  it('answers although the sample fails, and keeps the older one', async () => {
    const { apps, transport, clock } = setUp();
    await apps.getAll();
    await settle();
    transport.answer('ps:report --running', new DomainError('TIMEOUT', { command: 'ps:report', ms: 1 }));
    clock.advance(30_000);
    await apps.getAll();
    await settle();
    clock.advance(5_000);
    expect((await apps.getAll()).apps[2]?.running?.value).toBe('true');
  });

  it('remembers flat facts for five seconds, for all who ask', async () => {
    const { apps, transport, clock } = setUp();
    await Promise.all([apps.getAll(), apps.getAll()]);
    clock.advance(4_999);
    await apps.getAll();
    expect(transport.count('apps:report')).toBe(1);
    clock.advance(1);
    await apps.getAll();
    expect(transport.count('apps:report')).toBe(2);
  });

  it('reads anew after a change and forgets the live state of the app that changed', async () => {
    const { apps, transport } = setUp();
    await apps.getAll();
    await settle();
    apps.invalidate('web');
    const { apps: list } = await apps.getAll();
    expect(transport.count('apps:report')).toBe(2);
    expect(list[2]).not.toHaveProperty('running');
    expect(list[1]?.running?.value).toBe('false');
  });

  it('does not show a sample that a change has overtaken', async () => {
    const { apps } = setUp();
    await apps.getAll();
    apps.invalidate('web');
    await settle();
    const { apps: list } = await apps.getAll();
    expect(list[2]).not.toHaveProperty('running');
    expect(list[1]?.running?.value).toBe('false');
  });

  it('does not remember a failure', async () => {
    const { apps, transport } = setUp();
    transport.answer('apps:report', new DomainError('HOST_UNREACHABLE', { host: 'test', reason: 'down' }));
    await expect(apps.getAll()).rejects.toMatchObject({ code: 'HOST_UNREACHABLE' });
    transport.answer('apps:report', { stdout: deployed });
    transport.answer('--quiet apps:list', { stdout: 'web\n' });
    for (const key of [
      'ps:report --deployed',
      'ps:report --restore',
      'domains:report --domains-app-vhosts',
    ]) {
      transport.answer(key, { stdout: 'true\n' });
    }
    expect((await apps.getAll()).apps).toHaveLength(1);
  });

  it('shows an app without build records on a host before 0.38', async () => {
    const { apps, transport } = setUp();
    transport.answer('version', { stdout: 'dokku version 0.37.9\n' });
    const { apps: list } = await apps.getAll();
    expect(list.map(({ state }) => state)).toEqual(['created', 'stopped', 'deployed']);
    expect(list[1]).not.toHaveProperty('lastBuild');
    expect(transport.count('builds:report')).toBe(0);
  });

  it('refuses a report that was cut', async () => {
    const { apps, transport } = setUp();
    transport.answer('ps:report --deployed', { stdout: 'false\ntrue\ntrue\n', truncated: true });
    await expect(apps.getAll()).rejects.toMatchObject({ code: 'UNEXPECTED_OUTPUT' });
  });
});

describe('getAll, while apps come and go', () => {
  it('reads once more when the lists differ', async () => {
    const { apps, transport } = setUp();
    let asked = 0;
    transport.answer('--quiet apps:list', () => ({ stdout: ++asked === 1 ? 'blog\nweb\n' : names }));
    expect((await apps.getAll()).apps.map(({ name }) => name)).toEqual(['blog', 'shop', 'web']);
    expect(transport.count('ps:report --deployed')).toBe(2);
  });

  it('reads once more when an app is removed under a report', async () => {
    const { apps, transport } = setUp();
    let asked = 0;
    transport.answer('ps:report --restore', () =>
      ++asked === 1
        ? { exit: 20, stdout: 'true\n', stderr: ' !     App gone does not exist\n' }
        : { stdout: 'true\nfalse\ntrue\n' },
    );
    expect((await apps.getAll()).apps).toHaveLength(3);
  });

  it('asks app by app when it never comes to rest, and leaves out what is gone', async () => {
    const { apps, transport } = setUp();
    transport.answer('ps:report --deployed', { stdout: 'true\n' });
    for (const app of ['blog', 'shop']) {
      transport.answer(`ps:report ${app} --deployed`, { stdout: 'true\n' });
      transport.answer(`ps:report ${app} --restore`, { stdout: app === 'shop' ? 'false\n' : 'true\n' });
      transport.answer(`domains:report ${app} --domains-app-vhosts`, { stdout: `${app}.test\n` });
    }
    for (const line of [
      'ps:report web --deployed',
      'ps:report web --restore',
      'domains:report web --domains-app-vhosts',
    ]) {
      transport.answer(line, { exit: 20, stderr: ' !     App web does not exist\n' });
    }
    const { apps: list } = await apps.getAll();
    expect(list.map(({ name, state, domains }) => [name, state, ...domains])).toEqual([
      ['blog', 'deployed', 'blog.test'],
      ['shop', 'stopped', 'shop.test'],
    ]);
  });
});

describe('names', () => {
  it('are in Dokku’s order and remembered until a change', async () => {
    const { apps, transport } = setUp();
    transport.play([record('01', '--quiet apps:list')]);
    expect(await apps.names()).toEqual(['a'.repeat(80), 'shop', 'shop.api', 'web']);
    await apps.names();
    expect(transport.sent).toHaveLength(1);
    apps.invalidate('web');
    await apps.names();
    expect(transport.sent).toHaveLength(2);
  });
});
