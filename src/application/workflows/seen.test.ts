import { describe, expect, it } from 'vitest';
import type { Application } from '../../domain/application/application.ts';
import type { Deployment } from '../../domain/application/deployment.ts';
import type { Context } from '../context.ts';
import type { Reach } from '../outside.ts';
import { seenAfter } from './seen.ts';

const deployment: Deployment = {
  id: 'd-12345678',
  host: 'main',
  app: 'web',
  source: { kind: 'rebuild' },
  status: 'succeeded',
  phase: 'end',
  startedAt: 0,
  warnings: [],
  lines: 1,
};
const never = <T>(): Promise<T> => new Promise(() => undefined);
const answering: Reach = {
  hostAddresses: async () => ['192.0.2.7'],
  resolve: async () => ({ addresses: ['192.0.2.7'] }),
  probe: async (url) => ({ url, status: 200 }),
};

interface Given {
  readonly reach?: Partial<Reach>;
  readonly app?: Partial<Application>;
  readonly hosts?: readonly string[];
}

/** Only what the look uses. Its clock has waited as soon as everything else has come to rest. */
function contextOf({ reach = {}, app = {}, hosts = ['main'] }: Given): Context {
  const kept = new Map<string, unknown>();
  const context = {
    host: 'main',
    hosts,
    signal: new AbortController().signal,
    permissions: { probeAfterDeploy: true },
    operations: [{ name: 'domains_info', kind: 'query' }],
    rights: { judgeTool: () => ({ verdict: 'allow' }) },
    clock: { now: () => 0, sleep: () => new Promise((resolve) => setImmediate(resolve)) },
    state: {
      get: async (key: string) => kept.get(key),
      put: async (key: string, value: unknown) => kept.set(key, value),
    },
    deployments: { list: async () => [deployment] },
    apps: {
      getByName: async () => ({
        domains: ['a.example.com'],
        urls: ['http://a.example.com', 'https://a.example.com'],
        processes: [{ type: 'web', index: 1, state: 'running' }],
        proxy: { enabled: true, type: 'nginx' },
        ...app,
      }),
    },
    reach: { ...answering, ...reach },
  };
  return context as unknown as Context;
}

describe('what is seen after a deploy', () => {
  it('a server that never answers is told as that when the time is over', async () => {
    const seen = await seenAfter(
      deployment,
      contextOf({ reach: { probe: never }, hosts: ['main', 'other'] }),
    );
    expect(seen).toEqual([
      'http://a.example.com did not answer: no answer in time (seen from this server, 1970-01-01T00:00:00Z)',
      'https://a.example.com did not answer: no answer in time (seen from this server, 1970-01-01T00:00:00Z)',
      'Next: app_diagnose {"app":"web","host":"main"}',
    ]);
  });

  it.each<[string, Given]>([
    ['a DNS that never answers', { reach: { resolve: never } }],
    ['a DNS that could not be asked', { reach: { resolve: async () => ({ addresses: [], failure: 'x' }) } }],
    ['a host whose address takes too long', { reach: { hostAddresses: never } }],
    ['a host whose address is not known', { reach: { hostAddresses: async () => [] } }],
    ['an app without web', { app: { processes: [{ type: 'worker', index: 1, state: 'running' }] } }],
    ['an app without its proxy', { app: { proxy: { enabled: false, type: 'nginx' } } }],
    ['addresses that are not of its own domains', { app: { urls: ['http://10.0.0.1:5000', 'http://host'] } }],
  ])('%s: nothing is said', async (_, given) => {
    expect(await seenAfter(deployment, contextOf(given))).toEqual([]);
  });

  it('a domain that leads elsewhere is asked for at the host all the same', async () => {
    const asked: string[] = [];
    const seen = await seenAfter(
      deployment,
      contextOf({
        reach: {
          resolve: async () => ({ addresses: ['198.51.100.9'] }),
          probe: async (url, address) => {
            asked.push(address);
            return { url, status: 404, tls: { trusted: true } };
          },
        },
      }),
    );
    expect(asked).toEqual(['192.0.2.7', '192.0.2.7']);
    expect(seen[0]).toMatch(/^a\.example\.com leads to 198\.51\.100\.9, this host is 192\.0\.2\.7/);
    expect(seen[1]).toMatch(/^http:\/\/a\.example\.com answers 404, certificate trusted/);
    expect(seen).toHaveLength(3);
  });
});
