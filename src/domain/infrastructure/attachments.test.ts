import { describe, expect, it } from 'vitest';
import {
  attachmentsOf,
  danglingAttachments,
  type Network,
  type NetworkSettings,
  orphanNetworks,
} from './network.ts';
import { describeLead, describeProbe, leadOf, urlsToProbe } from './reach.ts';
import { isOrdinaryPath, type Mount, orphanEntries, sharedPaths, volumeMounts } from './storage.ts';

const network = (name: string, dokkuManaged = true): Network => ({
  name,
  id: name,
  driver: 'bridge',
  scope: 'local',
  dokkuManaged,
  internal: false,
});
const none = { 'initial-network': [], 'attach-post-create': [], 'attach-post-deploy': [] };
const joins = (phase: keyof typeof none, ...names: string[]): NetworkSettings => ({
  own: { ...none, [phase]: names },
  attached: { ...none, [phase]: names },
  bindAllInterfaces: false,
  listeners: [],
});

describe('networks', () => {
  const settings = new Map([
    ['shop', joins('attach-post-deploy', 'back', 'gone')],
    ['api', joins('initial-network', 'back')],
  ]);
  const networks = [network('back'), network('lone'), network('bridge', false)];

  it('know who joins them, and when', () => {
    expect(attachmentsOf('back', settings)).toEqual([
      { app: 'shop', phase: 'attach-post-deploy' },
      { app: 'api', phase: 'initial-network' },
    ]);
  });

  it('are orphans when Dokku made them and nobody joins', () => {
    expect(orphanNetworks(networks, settings).map(({ name }) => name)).toEqual(['lone']);
  });

  it('are missed when an app joins one that is not there', () => {
    expect(danglingAttachments(networks, settings)).toEqual([
      { app: 'shop', phase: 'attach-post-deploy', network: 'gone' },
    ]);
  });
});

describe('storage', () => {
  const mount = (app: string, hostPath: string, entry = ''): Mount => ({
    app,
    entry,
    hostPath,
    containerPath: '/data',
    readonly: false,
    phases: [],
    process: '_default_',
  });
  const root = '/var/lib/dokku/data/storage';

  it('tells orphans, shared directories and volumes of docker apart', () => {
    const mounts = [
      mount('a', `${root}/x`, 'x'),
      mount('b', `${root}/x`, 'x'),
      mount('c', 'vol', 'legacy-1'),
    ];
    const entries = ['x', 'y'].map((name) => ({ name, scheduler: '', hostPath: `${root}/${name}` }));
    expect(orphanEntries(entries, mounts).map(({ name }) => name)).toEqual(['y']);
    expect([...sharedPaths(mounts)]).toEqual([[`${root}/x`, ['a', 'b']]]);
    expect(volumeMounts(mounts).map(({ app }) => app)).toEqual(['c']);
    expect([isOrdinaryPath(`${root}/x`), isOrdinaryPath('/etc')]).toEqual([true, false]);
  });
});

describe('reach', () => {
  it('says where a name leads', () => {
    const here = ['192.0.2.1'];
    expect(leadOf({ addresses: ['192.0.2.1'] }, here)).toBe('here');
    expect(leadOf({ addresses: ['192.0.2.9'] }, here)).toBe('elsewhere');
    expect(leadOf({ addresses: [] }, here)).toBe('nowhere');
    expect(leadOf({ addresses: ['192.0.2.9'] }, [])).toBe('unknown');
    expect(describeLead('x.example', { addresses: [], failure: 'there is no such name' }, here)).toBe(
      'x.example leads nowhere: there is no such name',
    );
  });

  it('asks under the ports that are mapped', () => {
    expect(urlsToProbe('x.example', [], false)).toEqual(['http://x.example/']);
    expect(urlsToProbe('x.example', [], true)).toEqual(['http://x.example/', 'https://x.example/']);
    expect(
      urlsToProbe('x.example', ['http:80:5000', 'https:443:5000', 'http:8080:5000', 'tcp:22:22'], true),
    ).toEqual(['http://x.example/', 'https://x.example/', 'http://x.example:8080/']);
    expect(urlsToProbe('x.example', ['https:443:5000'], false)).toEqual(['http://x.example/']);
  });

  it('puts an answer into words', () => {
    const tls = { trusted: false, problem: 'CERT_HAS_EXPIRED' };
    expect(describeProbe({ url: 'https://x.example/', status: 301, location: 'https://y/', tls })).toBe(
      'https://x.example/ answers 301 to https://y/, certificate not trusted: CERT_HAS_EXPIRED',
    );
    expect(describeProbe({ url: 'http://x.example/', failure: 'no answer in time' })).toContain(
      'did not answer',
    );
  });
});
