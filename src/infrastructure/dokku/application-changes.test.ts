import { describe, expect, it } from 'vitest';
import type { Application } from '../../domain/application/application.ts';
import { createCommands, deleteCommands, updateCommands } from './application-changes.ts';

const current: Application = {
  name: 'shop',
  state: 'deployed',
  locked: false,
  running: 'true',
  processes: [],
  scale: { desired: { web: 1, worker: 2 }, fixedByAppJson: false },
  domains: ['shop.test', 'www.shop.test'],
  urls: [],
  ports: { mapped: ['http:80:5000'], detected: [] },
  listeners: [],
  certificate: { enabled: false },
  proxy: { enabled: true, type: 'nginx' },
  configKeys: ['A'],
  mounts: [],
  resources: {},
  checks: {},
  builds: [],
  cron: [],
  missing: [],
};

describe('create and delete', () => {
  it('copies without deploying and destroys without a prompt', () => {
    expect(createCommands('shop')).toEqual([{ name: 'apps:create', args: ['shop'] }]);
    expect(createCommands('copy', 'shop')).toEqual([
      { name: 'apps:clone', args: ['--skip-deploy', 'shop', 'copy'] },
    ]);
    expect(deleteCommands('shop')).toEqual([{ name: 'apps:destroy', args: ['shop'], flags: ['force'] }]);
  });
});

describe('update', () => {
  const update = (desired: object) => updateCommands(current, { name: 'shop', ...desired });

  it('needs no command when nothing differs, in whatever order', () => {
    expect(update({})).toEqual([]);
    expect(
      update({
        domains: ['www.shop.test', 'shop.test'],
        ports: ['http:80:5000'],
        scale: { web: 1, release: 0 },
        config: {},
      }),
    ).toEqual([]);
  });

  it('takes one command for the domains', () => {
    expect(update({ domains: ['shop.test', 'www.shop.test', 'new.test'] })).toEqual([
      { name: 'domains:add', args: ['shop', 'new.test'] },
    ]);
    expect(update({ domains: ['shop.test'] })).toEqual([
      { name: 'domains:remove', args: ['shop', 'www.shop.test'] },
    ]);
    expect(update({ domains: ['new.test', 'new.test'] })).toEqual([
      { name: 'domains:set', args: ['shop', 'new.test'] },
    ]);
    expect(update({ domains: [] })).toEqual([{ name: 'domains:clear', args: ['shop'] }]);
  });

  it('sets ports and only the process types that differ', () => {
    expect(update({ ports: ['http:80:8080'], scale: { web: 3, worker: 2, clock: 1 } })).toEqual([
      { name: 'ps:scale', args: ['--skip-deploy', 'shop', 'web=3', 'clock=1'] },
      { name: 'ports:set', args: ['shop', 'http:80:8080'] },
    ]);
    expect(update({ ports: [] })).toEqual([{ name: 'ports:clear', args: ['shop'] }]);
  });

  it('sets ports after domains, and again where the first domain drops them', () => {
    const bare = { ...current, domains: [] };
    expect(updateCommands(bare, { name: 'shop', domains: ['a.test'] })).toEqual([
      { name: 'domains:add', args: ['shop', 'a.test'] },
      { name: 'ports:set', args: ['shop', 'http:80:5000'] },
    ]);
    expect(update({ domains: ['a.test'], ports: ['http:80:1'] }).map(({ name }) => name)).toEqual([
      'domains:set',
      'ports:set',
    ]);
  });

  it('sends variables on standard input, first, as secrets and without a restart', () => {
    expect(update({ config: { KEY: 'a\nb', EMPTY: '' }, scale: { web: 2 } })).toEqual([
      {
        name: 'config:import',
        args: ['--no-restart', '--format', 'json', 'shop', '-'],
        stdin: '{"KEY":"a\\nb","EMPTY":""}',
        secrets: ['a\nb'],
      },
      { name: 'ps:scale', args: ['--skip-deploy', 'shop', 'web=2'] },
    ]);
  });

  it.each(['"quoted"', 'C:\\dir\\'])(
    'refuses %j, which would destroy the configuration, without showing it',
    (value) => {
      expect(() => update({ config: { KEY: value } })).toThrow(
        expect.objectContaining({ code: 'INVALID_ARGUMENT', field: 'KEY' }),
      );
      expect(() => update({ config: { KEY: value } })).not.toThrow(value);
    },
  );

  it('refuses a scale that app.json fixes, and another app', () => {
    const fixed = { ...current, scale: { desired: { web: 1 }, fixedByAppJson: true } };
    expect(() => updateCommands(fixed, { name: 'shop', scale: { web: 2 } })).toThrow(
      expect.objectContaining({ code: 'CONFLICT' }),
    );
    expect(() => updateCommands(current, { name: 'other' })).toThrow(
      expect.objectContaining({ field: 'name' }),
    );
  });
});
