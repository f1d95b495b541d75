import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, openBench } from '../../../test/support/context.ts';
import { DomainError } from '../../domain/errors.ts';
import { DokkuServiceRepository } from '../../infrastructure/dokku/service-repository.ts';
import { servicesInfo } from './services-info.ts';
import { servicesLogs } from './services-logs.ts';

let on: Bench;
beforeEach(async () => {
  on = await openBench({ given: ['apps:create shop', 'apps:create blog'] });
});
afterEach(() => on.close());

describe('the list', () => {
  it('says when the host has no plugin for data services', async () => {
    const { text, data } = await on.ask(servicesInfo, {});
    expect(text).toContain('has no plugin for data services');
    expect(data).toEqual({ types: [], services: [] });
  });

  it('finds the plugins by itself and shows every service with its age', async () => {
    on.host.install('postgres');
    on.host.install('redis');
    expect((await on.ask(servicesInfo, {})).text).toContain('Ready to be used: postgres, redis');
    await on.given(
      'postgres:create db',
      'redis:create cache',
      'postgres:link db shop',
      'redis:expose cache 15002',
    );
    on.context.services.invalidate();
    on.wire.argv.length = 0;
    const { data, text } = await on.ask(servicesInfo, {});
    expect(data.services).toMatchObject([
      {
        type: 'postgres',
        service: 'db',
        state: 'running',
        version: 'postgres:18.4',
        links: ['shop'],
        age_seconds: 0,
      },
      { type: 'redis', service: 'cache', state: 'running', exposed: ['6379->15002'] },
    ]);
    expect(text).toMatch(/^type +service +state +version +linked apps +open ports +read$/m);
    expect(on.wire.argv.map(([name]) => name).sort()).toEqual([
      'postgres:info',
      'postgres:list',
      'redis:info',
      'redis:list',
    ]);
    await on.ask(servicesInfo, {});
    expect(on.wire.argv).toHaveLength(4);
    expect((await on.ask(servicesInfo, { type: 'redis' })).data.services).toHaveLength(1);
  });

  it('lists the others when one plugin cannot be asked, and says which and why', async () => {
    for (const type of ['postgres', 'redis', 'mongo']) on.host.install(type);
    await on.given('postgres:create db', 'redis:create cache');
    on.context.services.invalidate();
    const broken = new Set(['redis:list']);
    on.wire.before = ([name = '']) => {
      if (broken.has(name)) throw new DomainError('TIMEOUT', { command: name, ms: 30_000 });
    };
    const { data, text } = await on.ask(servicesInfo, {});
    expect(data.services).toMatchObject([{ type: 'postgres', service: 'db', state: 'running' }]);
    expect(Object.keys(data.unread ?? {})).toEqual(['redis']);
    expect(text).toMatch(/^The services of the plugin redis could not be listed: dokku redis:list /m);
    await expect(on.ask(servicesInfo, { type: 'redis' })).rejects.toMatchObject({ code: 'TIMEOUT' });
    for (const type of ['postgres', 'mongo']) broken.add(`${type}:list`);
    on.context.services.invalidate();
    await expect(on.ask(servicesInfo, {})).rejects.toMatchObject({ code: 'TIMEOUT' });
  });

  it('reads a bounded number of many services, the rest with the next call', async () => {
    on.host.install('redis');
    for (let index = 0; index < 30; index += 1) await on.given(`redis:create cache-${index}`);
    const first = await on.ask(servicesInfo, {});
    expect(first.data.services).toHaveLength(30);
    expect(first.data.services.filter(({ state }) => state !== undefined)).toHaveLength(24);
    expect(first.text).toContain('6 are not read yet');
    const second = await on.ask(servicesInfo, {});
    expect(second.data.services.filter(({ state }) => state === undefined)).toEqual([]);
    expect(on.wire.argv.filter(([name]) => name === 'redis:info')).toHaveLength(30);
  });

  it('says what is broken, and the call that would mend it', async () => {
    on.host.install('postgres');
    await on.given('postgres:create db').then(() => on.given('postgres:stop db'));
    const { text, data } = await on.ask(servicesInfo, {});
    expect(data.services).toMatchObject([
      { state: 'stopped', problem: expect.stringContaining('It is stopped') },
    ]);
    expect(text).toContain('services_set {"action": "start", "type": "postgres", "service": "db"}');
  });
});

describe('one service', () => {
  beforeEach(async () => {
    on.host.install('postgres');
    await on.given('postgres:create db', 'postgres:link db shop', 'postgres:link db blog --alias MAIN');
  });

  it('shows the variable that each app got and never the password', async () => {
    const { text, data } = await on.ask(servicesInfo, { type: 'postgres', service: 'db' });
    expect(data.detail?.linked_apps).toEqual([
      { app: 'blog', variables: ['MAIN_URL'] },
      { app: 'shop', variables: ['DATABASE_URL'] },
    ]);
    expect(data.detail?.dsn).toBe('postgres://postgres:********@dokku-postgres-db:5432/db');
    const password = /:([^:@]+)@/.exec(on.app('shop').config.get('DATABASE_URL') ?? '')?.[1] ?? 'none';
    expect(text + JSON.stringify(data)).not.toContain(password);
  });

  it('says where the list of links and the variables disagree', async () => {
    await on.given('config:unset --no-restart shop DATABASE_URL');
    const { text } = await on.ask(servicesInfo, { type: 'postgres', service: 'db' });
    expect(text).toContain(
      'linked app shop: no variable (shop stands in its list of links, but has no variable',
    );
  });

  it.each([
    [{ service: 'db' }, 'INVALID_ARGUMENT', 'type: is needed'],
    [{ type: 'postgres', service: 'dbb' }, 'NOT_FOUND', 'db'],
    [
      { type: 'redis', service: 'db' },
      'PLUGIN_MISSING',
      'plugin:install https://github.com/dokku/dokku-redis.git redis',
    ],
  ])('%j ends with %s', async (input, code, hint) => {
    const error = await on.ask(servicesInfo, input).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code });
    const { message, remedy } = error as { message: string; remedy: string };
    expect(message + remedy).toContain(hint);
  });

  it('knows a disabled plugin from one that is missing', async () => {
    const [plugin] = on.host.plugins;
    on.host.plugins.splice(0, 1, { ...plugin, enabled: false } as never);
    const fresh = await on.ask(servicesInfo, { type: 'postgres' }).catch((reason: unknown) => reason);
    expect(fresh).toMatchObject({
      code: 'PLUGIN_MISSING',
      remedy: expect.stringContaining('plugin:enable postgres'),
    });
  });
});

describe('the log', () => {
  beforeEach(async () => {
    on.host.install('postgres');
    await on.given('postgres:create db');
  });

  it('gives the newest lines and ends', async () => {
    const { untrusted, data } = await on.ask(servicesLogs, { type: 'postgres', service: 'db', lines: 2 });
    expect(data.lines).toBe(2);
    expect(untrusted?.split('\n')).toHaveLength(2);
    expect(on.wire.argv.at(-1)).toEqual(['postgres:logs', 'db', '--num', '2']);
    const found = await on.ask(servicesLogs, { type: 'postgres', service: 'db', grep: 'ready to accept' });
    expect(found.untrusted).toMatch(/ready to accept/);
  });

  it('says why there is none', async () => {
    await on.given('postgres:stop db');
    const error = await on
      .ask(servicesLogs, { type: 'postgres', service: 'db' })
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('no container') });
  });
});

it('takes a plugin of the same shape that nobody has heard of', async () => {
  on.host.install('postgres');
  const described = [
    {
      name: 'ferret',
      version: '1.0.0',
      enabled: true,
      core: false,
      description: 'dokku ferret service plugin',
    },
  ];
  const about = async () => ({ version: '0.38.27', plugins: described });
  const client = {
    ...on.client,
    host: 'sim',
    about,
    execute: on.client.execute.bind(on.client),
    close: async () => undefined,
  };
  const services = new DokkuServiceRepository(client, on.context.catalogue, on.context.clock);
  expect(await services.plugins()).toEqual([{ type: 'ferret', version: '1.0.0', enabled: true }]);
  expect(on.context.catalogue.find('ferret:link')?.effect).toBe('disruptive');
  expect(() => on.context.catalogue.compose('ferret:destroy', ['../x'])).toThrow(/service/);
});
