import { describe, expect, test } from 'vitest';
import { eras } from '../support/mcp.ts';
import { stage } from '../support/stage.ts';

describe.each(eras)('apps, %s', (era) => {
  const on = stage(era, {
    given: [
      'apps:create shop',
      'config:set --no-restart shop API_TOKEN=tok-4711-abc',
      'git:from-image shop demo/web:1',
      'domains:add shop shop.example.com',
      'apps:create blog',
      'apps:create before',
    ],
  });

  test('apps_list shows every app with its state and version, a table first', async () => {
    const { data, text } = await on.call('apps_list');
    expect(data).toMatchObject({
      total: 3,
      apps: [
        { name: 'before', state: 'created' },
        { name: 'blog', state: 'created', domains: [], locked: false },
        {
          name: 'shop',
          state: 'deployed',
          domains: ['shop.example.com'],
          source: { kind: 'image', location: 'demo/web:1' },
          last_build: { status: 'succeeded', via: 'git:from-image' },
        },
      ],
    });
    expect(text.split('\n')[0]).toBe('3 apps.');
    expect(text.split('\n')[2]).toMatch(/^app +state +running +version +last build +domains$/);
    expect(text).toMatch(/^shop +deployed .* demo\/web:1 +succeeded .* shop\.example\.com$/m);
    expect(on.sim.changes()).toEqual([]);
  });

  test('apps_list pages by cursor and filters by name', async () => {
    const first = await on.call('apps_list', { limit: 1 });
    expect(first.data).toMatchObject({ apps: [{ name: 'before' }], total: 3, next_cursor: 'before' });
    expect(first.text).toContain('3 in all; go on with cursor "before".');
    const second = await on.call('apps_list', { limit: 2, cursor: 'before' });
    expect(second.data).toMatchObject({ apps: [{ name: 'blog' }, { name: 'shop' }] });
    expect(second.data).not.toHaveProperty('next_cursor');
    expect((await on.call('apps_list', { filter: 'sho' })).data).toMatchObject({ total: 1 });
  });

  test('apps_info shows one app in full, and no value of its configuration', async () => {
    const { data, text } = await on.call('apps_info', { app: 'shop' });
    expect(data).toMatchObject({
      name: 'shop',
      state: 'deployed',
      running: 'true',
      processes: [{ type: 'web', index: 1, state: 'running' }],
      scale: { web: 1 },
      scale_fixed_by_app_json: false,
      domains: ['shop.example.com'],
      urls: ['http://shop.example.com'],
      certificate: { enabled: false },
      builds: [{ status: 'succeeded', via: 'git:from-image' }],
      missing: [],
    });
    expect(data.config_keys).toContain('API_TOKEN');
    expect(text).toContain('processes: web.1 running');
    expect(JSON.stringify(data) + text).not.toContain('tok-4711-abc');
  });

  test('an app that is not there names the nearest ones', async () => {
    const { isError, code, text } = await on.call('apps_info', { app: 'shp' });
    expect({ isError, code }).toEqual({ isError: true, code: 'APP_NOT_FOUND' });
    expect(text).toBe('There is no app named "shp" on this host.\nDid you mean shop? [APP_NOT_FOUND]');
  });

  test('a field that is wrong, missing or unknown is named, and nothing is sent', async () => {
    const upper = await on.call('apps_create', { app: 'Shop' });
    expect(upper.text).toMatch(/^app: app names begin with a lowercase letter/);
    expect((await on.call('apps_create')).text).toMatch(/^app: is needed\n/);
    const unknown = await on.call('apps_create', { app: 'x', force: true });
    expect(unknown.text).toMatch(/^force: is not an argument of this tool\nIt takes: app, clone_of, mode\./);
    for (const { isError, code } of [upper, unknown])
      expect([isError, code]).toEqual([true, 'INVALID_ARGUMENT']);
    expect(on.sim.changes()).toEqual([]);
  });

  test('apps_create makes the app once', async () => {
    const made = await on.call('apps_create', { app: 'fresh' });
    expect(made.data).toMatchObject({
      status: 'applied',
      effect: 'reversible',
      commands: ['dokku apps:create fresh'],
      result: { app: 'fresh', created: true },
    });
    expect(on.sim.host.appNames()).toContain('fresh');
    const again = await on.call('apps_create', { app: 'fresh' });
    expect([again.code, again.text.split('\n')[0]]).toEqual([
      'NAME_TAKEN',
      'The app name "fresh" is already taken.',
    ]);
    expect(on.sim.changes()).toEqual(['apps:create fresh']);
  });

  test('mode plan shows the commands, what goes with them and the way back, and sends nothing', async () => {
    const { data, text } = await on.call('apps_create', { app: 'later', mode: 'plan' });
    expect(data).toMatchObject({ status: 'planned', commands: ['dokku apps:create later'] });
    expect(data).not.toHaveProperty('result');
    expect(text).toMatch(/^Create the app later \(reversible\)\. Nothing has been sent\.\n/);
    expect(text).toContain('The way back:\n- dokku --force apps:destroy later');
    expect(on.sim.changes()).toEqual([]);
    expect(on.sim.host.appNames()).not.toContain('later');
  });

  test('apps_create copies an app with its configuration', async () => {
    const { data } = await on.call('apps_create', { app: 'copy', clone_of: 'shop' });
    expect(data).toMatchObject({ status: 'applied', result: { app: 'copy', created: true } });
    expect(on.app('copy').config.get('API_TOKEN')).toBe('tok-4711-abc');
    expect(on.app('copy').containers).toEqual([]);
    const missing = await on.call('apps_create', { app: 'copy2', clone_of: 'nothere' });
    expect(missing.code).toBe('APP_NOT_FOUND');
  });

  test('apps_set renames, and refuses a name that is taken', async () => {
    const renamed = await on.call('apps_set', { app: 'before', action: 'rename', new_name: 'after' });
    expect(renamed.data).toMatchObject({
      result: { app: 'after' },
      commands: ['dokku apps:rename before after'],
    });
    expect(on.sim.host.appNames()).not.toContain('before');
    const taken = await on.call('apps_set', { app: 'after', action: 'rename', new_name: 'blog' });
    expect(taken.code).toBe('NAME_TAKEN');
    expect((await on.call('apps_set', { app: 'after', action: 'rename' })).text).toMatch(
      /^new_name: is needed/,
    );
  });

  test('an app that somebody else has just made or destroyed is known at once', async () => {
    await on.call('apps_list');
    await on.sim.given('apps:create theirs');
    const taken = await on.call('apps_create', { app: 'theirs' });
    expect(taken.code).toBe('NAME_TAKEN');
    await on.sim.given('--force apps:destroy theirs');
    const gone = await on.call('apps_set', { app: 'theirs', action: 'lock' });
    expect(gone.code).toBe('APP_NOT_FOUND');
    expect(on.sim.changes()).toEqual([]);
  });

  test('lock says that it stops no deploy, and unlock takes the mark off', async () => {
    const locked = await on.call('apps_set', { app: 'blog', action: 'lock' });
    expect(locked.data).toMatchObject({ effect: 'reversible', result: { app: 'blog', locked: true } });
    expect(JSON.stringify(locked.data.consequences)).toContain('does not stop a deploy');
    expect(on.app('blog').locked).toBe(true);
    const unlocked = await on.call('apps_set', { app: 'blog', action: 'unlock' });
    expect(unlocked.data).toMatchObject({ result: { app: 'blog', locked: false } });
    expect(on.app('blog').locked).toBe(false);
    expect(on.sim.changes()).toEqual(['apps:lock blog', 'apps:unlock blog']);
  });
});
