import { describe, expect, it } from 'vitest';
import { hostOf, linkOf } from './links.ts';
import type { Service } from './service.ts';

const dsn = 'postgres://postgres:d788@dokku-postgres-svc-db:5432/svc_db';
const service: Service = {
  type: 'postgres',
  name: 'svc-db',
  status: 'running',
  hadContainer: true,
  links: ['shop'],
  exposed: [],
  configDir: '',
  dataDir: '',
  configOptions: '',
  networks: {},
  dsn,
};
const linked = (config: Record<string, string>) =>
  linkOf(service, 'shop', new Map(Object.entries(config)), 'DATABASE_URL');

describe('linkOf', () => {
  it('names the variables that hold the address, the default one first', () => {
    expect(linked({ A: 'x', DOKKU_POSTGRES_AQUA_URL: dsn, DATABASE_URL: dsn })).toEqual({
      app: 'shop',
      variables: ['DATABASE_URL', 'DOKKU_POSTGRES_AQUA_URL'],
      stale: [],
    });
    expect(linked({ BLUE_URL: `${dsn}?pool=5&timeout=3` }).variables).toEqual(['BLUE_URL']);
  });

  it('says when the list knows an app whose variable is gone', () => {
    expect(linked({ A: 'x' })).toMatchObject({
      variables: [],
      problem: expect.stringContaining('unset by hand'),
    });
  });

  it('finds nothing amiss with an app that neither the list nor a variable knows', () => {
    expect(linkOf(service, 'blog', new Map([['A', 'x']]), 'DATABASE_URL')).toEqual({
      app: 'blog',
      variables: [],
      stale: [],
    });
  });

  it('says when a variable leads there under another scheme or password', () => {
    const other = dsn.replace('postgres:', 'postgres2:');
    expect(linked({ DATABASE_URL: other })).toMatchObject({
      variables: ['DATABASE_URL'],
      stale: ['DATABASE_URL'],
      problem: expect.stringContaining('unlink leaves the variable behind'),
    });
  });

  it('is not taken in by a service whose name begins alike', () => {
    const longer = dsn.replace('svc-db:', 'svc-db2:');
    expect(linked({ DATABASE_URL: longer }).variables).toEqual([]);
  });

  it('says when the variables cannot be read', () => {
    expect(linkOf(service, 'shop', undefined, 'DATABASE_URL').problem).toContain('could not be read');
  });
});

it.each([
  [dsn, 'dokku-postgres-svc-db'],
  ['redis://:x@dokku-redis-cache:6379', 'dokku-redis-cache'],
  ['', ''],
])('the host of %s is %s', (address, host) => expect(hostOf(address)).toBe(host));
