import { describe, expect, it } from 'vitest';
import { type Routing, urlsOf } from './urls.ts';

const routing: Routing = {
  domains: ['web.dokku.test'],
  globalDomains: ['dokku.test'],
  proxied: true,
  ports: ['http:80:5000'],
  listeners: ['172.17.0.2:5000'],
  certificate: false,
};

describe('urlsOf', () => {
  it.each<[string, Partial<Routing>, string[] | undefined]>([
    ['a mapping to 80', {}, ['http://web.dokku.test']],
    ['an unusual port, as recorded', { ports: ['http:5000:5000'] }, ['http://web.dokku.test:5000']],
    [
      'a certificate',
      { certificate: true, ports: ['http:80:5000', 'https:443:5000'] },
      ['http://web.dokku.test', 'https://web.dokku.test'],
    ],
    ['https without a certificate', { ports: ['http:80:5000', 'https:443:5000'] }, ['http://web.dokku.test']],
    ['https elsewhere', { certificate: true, ports: ['https:8443:5000'] }, ['https://web.dokku.test:8443']],
    ['http on 443', { ports: ['http:443:5000'] }, ['http://web.dokku.test:443']],
    [
      'several domains, one of them a wildcard',
      { domains: ['b.test', '*.x.test', 'a.test'] },
      ['http://a.test', 'http://b.test'],
    ],
    ['no own domain', { domains: [] }, ['http://dokku.test']],
    ['no domain at all', { domains: [], globalDomains: [] }, undefined],
    ['no proxy', { proxied: false }, ['http://web.dokku.test:5000']],
    ['no proxy and nothing listening', { proxied: false, listeners: [] }, []],
    ['no mapping', { ports: [], certificate: true }, ['https://web.dokku.test']],
  ])('%s', (_, change, expected) => {
    expect(urlsOf({ ...routing, ...change })).toEqual(expected);
  });
});
