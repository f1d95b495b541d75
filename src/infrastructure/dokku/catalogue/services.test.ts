import { describe, expect, it } from 'vitest';
import { story } from '../../../../test/support/recorded-transport.ts';
import { datastoreOf, officialDatastores } from '../../../domain/service/database.ts';
import { dispatch } from '../dispatcher.ts';
import { Catalogue } from './catalogue.ts';
import { serviceCommands } from './services.ts';
import { parseSynopsis } from './syntax.ts';

const catalogue = new Catalogue();
const effectOf = (line: string, stdin?: string) => {
  const [name = '', ...args] = line.split(' ');
  return catalogue.effectOf({ name, args, ...(stdin === undefined ? {} : { stdin }) });
};

it.each(serviceCommands.map((info) => [info.name, info] as const))('%s is well formed', (name, info) => {
  expect(name).toMatch(/^[a-z]+:[a-z-]+$/);
  expect(officialDatastores).toContain(info.plugin);
  expect(info.description).not.toMatch(/\bX\b/);
  expect(dispatch(name).rootOnly).toBe(false);
  const { positionals, flags, anyFlag } = parseSynopsis(info.synopsis);
  expect(anyFlag).toBe(false);
  // What has to be given stands before the flags, as the plugins read it.
  if (info.synopsis.includes('<service>')) expect(positionals[0]?.name).toBe('service');
  expect([...flags.keys()].every((flag) => flag.startsWith('--'))).toBe(true);
  expect(flags.has('--restart-apps')).toBe(false);
});

describe('the shape', () => {
  it.each(['30', '40'])('holds every command that the help of story %s lists', (number) => {
    const [help] = story(number).filter(({ line }) => /^[a-z]+:help$/.test(line));
    const listed = [...(help?.stdout ?? '').matchAll(/^ {4}([a-z]+:[a-z-]+) /gm)].map(
      ([, name = '']) => name,
    );
    expect(listed.length).toBeGreaterThan(30);
    expect(listed.filter((name) => catalogue.find(name) === undefined)).toEqual([]);
  });

  it('has no data commands where the plugin implements none', () => {
    expect(datastoreOf('rabbitmq').movesData).toBe(false);
    expect(catalogue.find('rabbitmq:export')).toBeUndefined();
    expect(catalogue.find('rabbitmq:link')).toBeDefined();
    expect(catalogue.find('mongo:connect-admin')).toBeDefined();
  });
});

describe('effects', () => {
  it.each([
    ['postgres:destroy db', 'destructive'],
    ['postgres:import db', 'destructive'],
    ['postgres:create db', 'reversible'],
    ['postgres:link db shop', 'disruptive'],
    ['postgres:link db shop --no-restart', 'reversible'],
    ['postgres:unlink db shop --no-restart', 'reversible'],
    ['postgres:info db', 'read-secret'],
    ['postgres:info db --dsn', 'read-secret'],
    ['postgres:info db --status --dsn', 'read-secret'],
    ['postgres:info db --status', 'read'],
    ['postgres:export db', 'read-secret'],
    ['redis:exists cache', 'read'],
  ])('%s is %s', (line, effect) => expect(effectOf(line)).toBe(effect));

  it('connect reads only with the exact text of a probe', () => {
    const { probe } = datastoreOf('postgres');
    expect(effectOf('postgres:connect db', probe?.count)).toBe('read');
    expect(effectOf('postgres:connect db', `${probe?.count}drop table t;\n`)).toBe('destructive');
    expect(effectOf('postgres:connect db')).toBe('destructive');
  });
});

describe('search', () => {
  const names = (words: string) => catalogue.search(words, 8).map(({ name }) => name);

  it('shows the commands of a plugin under its name, and does not drown others in them', () => {
    expect(names('redis expose')[0]).toBe('redis:expose');
    expect(names('database backup')[0]).toMatch(/^postgres:backup/);
    expect(names('link an app').filter((name) => name.endsWith(':link'))).toEqual([]);
  });
});

describe('values', () => {
  it.each([
    ['postgres:create', ['db', '--memory', 'lots']],
    ['postgres:create', ['db', '--custom-env', 'A']],
    ['postgres:create', ['db', '--image-version', '-1']],
    ['postgres:expose', ['db', 'notaport']],
    ['postgres:upgrade', ['db', '--restart-apps', 'true']],
    ['postgres:link', ['db', 'shop', '--alias', 'my alias']],
    ['postgres:logs', ['db', '--tail', '3']],
    ['postgres:set', ['db', 'nope', 'x']],
  ])('%s refuses %j', (name, args) => {
    expect(() => catalogue.compose(name, args)).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
    );
  });

  it('names passwords and values of variables as secrets', () => {
    const args = ['db', '--custom-env', 'USER=alpha;TOKEN=beta', '--password', 'gamma'];
    expect(catalogue.compose('postgres:create', args).secrets).toEqual(['alpha', 'beta', 'gamma']);
  });

  it('answers the question of destroy by the global flag', () => {
    expect(catalogue.compose('postgres:destroy', ['db'])).toEqual({
      name: 'postgres:destroy',
      args: ['db'],
      flags: ['force'],
    });
  });
});
