import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  certificateOf,
  checksOf,
  entriesOf,
  httpAuthOf,
  letsencryptApps,
  mountsOf,
  networkSettingsOf,
  networksOf,
  resourcesOf,
} from './infrastructure-facts.ts';
import { parseTextReports } from './report.ts';

interface Recorded {
  readonly line: string;
  readonly stdout: string;
}

function story(name: string): readonly Recorded[] {
  return readFileSync(`test/transcripts/${name}.jsonl`, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Recorded);
}

/** What the real host answered to this line, the last time it was asked. */
function answer(name: string, line: string): string {
  return story(name).findLast((one) => one.line === line)?.stdout ?? '';
}

const report = (name: string, line: string, app: string) =>
  parseTextReports(line.split(' ')[0] ?? '', answer(name, line)).get(app) ?? {};

describe('facts out of recorded answers', () => {
  it('networks, with those that Dokku made', () => {
    const networks = networksOf(answer('08-network-storage', 'network:list --format json'));
    expect(networks.map(({ name, dokkuManaged }) => `${name} ${dokkuManaged}`)).toEqual([
      'backend true',
      'bad/name true',
      'bridge false',
      'host false',
      'none false',
    ]);
    expect(networksOf('=====> Networks\nbackend\nbridge\n').map(({ name }) => name)).toEqual([
      'backend',
      'bridge',
    ]);
  });

  it('network settings, as the app has them', () => {
    const settings = networkSettingsOf(report('08-network-storage', 'network:report web', 'web'));
    expect(settings).toMatchObject({ bindAllInterfaces: false, listeners: ['172.17.0.2:5000'] });
    expect(settings.attached['attach-post-deploy']).toEqual([]);
  });

  it('several networks, and a global one that the app does not have itself', () => {
    const settings = networkSettingsOf({
      'attach-post-create': '',
      'computed-attach-post-create': 'shared',
      'attach-post-deploy': 'a,b',
      'computed-attach-post-deploy': 'a,b',
    });
    expect(settings.attached['attach-post-create']).toEqual(['shared']);
    expect(settings.own['attach-post-create']).toEqual([]);
    expect(settings.own['attach-post-deploy']).toEqual(['a', 'b']);
  });

  it('certificates, and none', () => {
    const stories = story('07-certs').filter(({ line }) => line === 'certs:report web');
    const found = stories.map(({ stdout }) =>
      certificateOf(parseTextReports('certs:report', stdout).get('web') ?? {}),
    );
    expect(found[0]).toBeUndefined();
    expect(found[1]).toEqual({
      names: ['web.dokku.test', 'www.example.com'],
      issuer: 'CN = web.dokku.test',
      subject: 'CN=web.dokku.test',
      verified: 'self signed',
      from: Date.UTC(2026, 10, 23, 18, 3, 45),
      until: Date.UTC(2026, 11, 13, 18, 3, 45),
    });
  });

  it('mounts with their entries, and the options of older hosts', () => {
    expect(mountsOf('web', report('08-network-storage', 'storage:report web', 'web'))).toMatchObject([
      {
        entry: 'legacy-c99c6485eb',
        hostPath: '/var/lib/dokku/data/storage/web-data',
        containerPath: '/data',
        phases: ['deploy', 'run'],
        process: '_default_',
      },
      { hostPath: 'relative' },
    ]);
    expect(mountsOf('web', { 'deploy-mounts': '-v /a:/b -v /c:/d:ro' })).toMatchObject([
      { hostPath: '/a', containerPath: '/b', readonly: false },
      { hostPath: '/c', containerPath: '/d', readonly: true },
    ]);
  });

  it('storage entries', () => {
    const entries = entriesOf(answer('08-network-storage', 'storage:list-entries --format json'));
    expect(entries.map(({ name }) => name)).toContain('web-vol');
    expect(entries.every(({ scheduler }) => scheduler === 'docker-local')).toBe(true);
  });

  it('apps of letsencrypt', () => {
    const list =
      'svc-site                  2027-02-21 19:02:07       89d, 23h, 59m, 48s        59d, 23h, 59m, 48s       \n';
    expect(letsencryptApps(list)).toEqual(['svc-site']);
    expect(letsencryptApps('')).toEqual([]);
  });

  it('protection by password', () => {
    const blocks = story('52-http-auth').filter(({ line }) => line === 'http-auth:report svc-site');
    const found = blocks.map(({ stdout }) =>
      httpAuthOf(parseTextReports('http-auth:report', stdout).get('svc-site') ?? {}),
    );
    expect(found[0]).toEqual({ enabled: false, users: [], addresses: [] });
    expect(found).toContainEqual({ enabled: true, users: ['ann'], addresses: ['10.0.0.0/8'] });
  });

  it('checks and limits', () => {
    expect([checksOf('none'), checksOf('_all_'), checksOf('web,worker')]).toEqual([
      [],
      ['_all_'],
      ['web', 'worker'],
    ]);
    expect(
      resourcesOf({ 'web-limit-memory': '128m', '_default_-reserve-cpu': '1', 'web-limit-cpu': '' }),
    ).toEqual({
      'web.limit.memory': '128m',
      '_default_.reserve.cpu': '1',
    });
  });
});
