import { afterEach, expect, it } from 'vitest';
import { type Bench, openBench } from '../../../test/support/context.ts';
import type { Reach } from '../outside.ts';
import { domainsInfo } from './domains-info.ts';

let on: Bench;
afterEach(() => on.close());

const given = [
  'apps:create shop',
  'git:from-image shop demo/web:1',
  'domains:set shop www.example.com *.example.com',
  'apps:create blog',
  'domains:set blog www.example.com gone.example.com',
  'apps:create bare',
  'domains:clear bare',
];

/** A network of names that the tests make up; asks are written down. */
function network(
  names: Readonly<Record<string, readonly string[]>>,
  host: readonly string[] = ['192.0.2.1'],
) {
  const asked: string[] = [];
  const reach: Reach = {
    hostAddresses: async () => host,
    resolve: async (name) => {
      asked.push(`dns ${name}`);
      const addresses = names[name] ?? [];
      return addresses.length > 0 ? { addresses } : { addresses, failure: 'there is no such name' };
    },
    probe: async (url, address) => {
      asked.push(`get ${url} at ${address}`);
      return url.includes('gone')
        ? { url, failure: 'no answer in time' }
        : { url, status: 301, location: 'https://x/' };
    },
  };
  return { reach, asked };
}

it('shows which domain leads to which app, duplicates and apps without one', async () => {
  on = await openBench({ given });
  const { data, text } = await on.ask(domainsInfo, {});
  expect(data.domains).toMatchObject([
    { domain: 'www.example.com', app: 'blog', duplicate_of: ['shop'] },
    { domain: 'gone.example.com', app: 'blog', duplicate_of: [] },
    { domain: 'www.example.com', app: 'shop', duplicate_of: ['blog'], proxy: true, certificate: false },
    { domain: '*.example.com', app: 'shop' },
  ]);
  expect(data.apps_without).toEqual(['bare']);
  expect(data.domains.every(({ dns, probes }) => dns === undefined && probes.length === 0)).toBe(true);
  expect(text).toContain('Without a domain: bare.');
});

it('asks the DNS and the app only when that is wanted, always at the address of the host', async () => {
  const { reach, asked } = network({ 'www.example.com': ['192.0.2.1'] });
  on = await openBench({ given, context: { reach } });
  await on.ask(domainsInfo, {});
  expect(asked).toEqual([]);
  const { data, text } = await on.ask(domainsInfo, { check: ['dns', 'http'] });
  expect(data.domains.map(({ domain, dns }) => `${domain} ${dns?.lead}`)).toEqual([
    'www.example.com here',
    'gone.example.com nowhere',
    'www.example.com here',
    '*.example.com undefined',
  ]);
  expect(asked).toContain('get http://gone.example.com/ at 192.0.2.1');
  expect(asked.filter((ask) => ask.startsWith('get')).every((ask) => ask.endsWith(' at 192.0.2.1'))).toBe(
    true,
  );
  expect(text).toContain('gone.example.com leads nowhere: there is no such name');
  expect(text).toContain('http://www.example.com/ answers 301 to https://x/');
  expect(text).toContain('http://gone.example.com/ did not answer: no answer in time');
  expect(text).toContain('*.example.com is a wildcard');
});

it('sends no probe anywhere when the address of the host is not known', async () => {
  const { reach, asked } = network({ 'www.example.com': ['10.0.0.1'] }, []);
  on = await openBench({ given, context: { reach } });
  const { text } = await on.ask(domainsInfo, { check: ['http'] });
  expect(asked).toEqual([]);
  expect(text).toContain('No probe was sent');
});

it('has a bound', async () => {
  const { reach, asked } = network({});
  on = await openBench({ context: { reach } });
  const names = Array.from({ length: 30 }, (_, index) => `d${index}.example.com`);
  await on.given('apps:create shop', `domains:set shop ${names.join(' ')}`);
  const { data, text } = await on.ask(domainsInfo, { check: ['dns'] });
  expect([asked.length, data.unchecked]).toEqual([20, 10]);
  expect(text).toContain('10 domains were not checked');
});
