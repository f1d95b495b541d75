import { describe, expect, test } from 'vitest';
import { eras } from '../support/mcp.ts';
import { stage } from '../support/stage.ts';

describe.each(eras)('domains and ports, %s', (era) => {
  const on = stage(era, {
    given: ['apps:create shop', 'git:from-image shop demo/web:1', 'apps:create blog'],
  });

  test('adds, removes, replaces and clears domains, each read back', async () => {
    const change = (action: string, ...domains: string[]) =>
      on.call('domains_set', { app: 'shop', action, domains });
    const added = await change('add', 'www.example.com', 'Shop.Example.com.');
    expect(added.data).toMatchObject({
      status: 'applied',
      result: { app: 'shop', domains: ['www.example.com', 'shop.example.com'] },
    });
    expect(added.text).toBe('Domains of shop now: www.example.com, shop.example.com.');
    expect((await change('remove', 'www.example.com')).data).toMatchObject({
      result: { domains: ['shop.example.com'] },
    });
    expect((await change('set', 'a.example.com')).data).toMatchObject({
      result: { domains: ['a.example.com'] },
    });
    expect(on.app('shop').domains.names).toEqual(['a.example.com']);
    expect((await change('clear')).data).toMatchObject({ status: 'applied' });
    expect(on.sim.changes()).toEqual([
      'domains:add shop www.example.com shop.example.com',
      'domains:remove shop www.example.com',
      'domains:set shop a.example.com',
      'domains:clear shop',
    ]);
  });

  test('changes the global domains of the host', async () => {
    const { data, text } = await on.call('domains_set', { action: 'set', domains: ['apps.example.com'] });
    expect(data).toMatchObject({ result: { domains: ['apps.example.com'] } });
    expect(text).toBe('Domains of the host now: apps.example.com.');
    expect(on.sim.host.globalDomains).toEqual(['apps.example.com']);
    const plan = await on.call('domains_set', { action: 'clear', mode: 'plan' });
    expect(plan.text).toContain('The way back:\n- dokku domains:set-global apps.example.com');
    expect((await on.call('domains_set', { action: 'clear' })).data).toMatchObject({
      result: { domains: [] },
    });
  });

  test('a domain that is none, or not there, is refused and named', async () => {
    const bad = await on.call('domains_set', {
      app: 'shop',
      action: 'add',
      domains: ['http://x.example.com/'],
    });
    expect(bad.code).toBe('INVALID_ARGUMENT');
    expect(bad.text).toMatch(/^domains\.0: a domain is like www\.example\.com/);
    const absent = await on.call('domains_set', {
      app: 'blog',
      action: 'remove',
      domains: ['no.example.com'],
    });
    expect(absent.code).toBe('NOT_FOUND');
    expect(absent.text).toContain('There is no domain of this app "no.example.com".');
    const none = await on.call('domains_set', { app: 'shop', action: 'add' });
    expect(none.text).toMatch(/^domains: add needs at least one/);
    expect(on.sim.changes()).toEqual([]);
  });

  test('a port mapping to where nothing listens is set with a warning', async () => {
    const { data, text } = await on.call('ports_set', {
      app: 'shop',
      action: 'add',
      ports: ['http:8080:9999'],
    });
    expect(data).toMatchObject({ status: 'applied', result: { ports: ['http:8080:9999'] } });
    expect((data.result as { warnings: string[] }).warnings).toHaveLength(1);
    expect(text).toContain('Warning: nothing is known to listen on container port 9999 (http:8080:9999)');
    expect(text).toContain('the app listens on 5000');
    expect(on.app('shop').ports).toEqual(['http:8080:9999']);
  });

  test('a port mapping to the port of the app comes without a warning', async () => {
    const { data } = await on.call('ports_set', { app: 'shop', action: 'set', ports: ['http:80:5000'] });
    expect(data).toMatchObject({ result: { ports: ['http:80:5000'], warnings: [] } });
    const removed = await on.call('ports_set', { app: 'shop', action: 'remove', ports: ['http:80:5000'] });
    expect(removed.data).toMatchObject({ result: { ports: [] } });
    expect(on.app('shop').ports).toEqual([]);
  });

  test.each([
    ['ftp:80:5000', 'a port mapping is scheme:host-port:container-port'],
    ['http:80:70000', 'ports lie between 1 and 65535'],
    ['http:0:5000', 'a port mapping is scheme:host-port:container-port'],
  ])('the mapping %s is refused before it is sent', async (mapping, reason) => {
    const { code, text } = await on.call('ports_set', { app: 'shop', action: 'add', ports: [mapping] });
    expect(code).toBe('INVALID_ARGUMENT');
    expect(text).toContain(`ports.0: ${reason}`);
    expect(on.sim.changes()).toEqual([]);
  });
});
