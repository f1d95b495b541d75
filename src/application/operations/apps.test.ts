import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, openBench } from '../../../test/support/context.ts';
import { appsCreate, appsDestroy, appsSet } from './apps.ts';

let on: Bench;
beforeEach(async () => {
  on = await openBench({
    given: [
      'apps:create shop',
      'config:set --no-restart shop API_KEY=tok-4711-abc',
      'domains:add shop shop.example.com',
      'storage:mount shop /var/lib/dokku/data/storage/shop:/data',
      'apps:create blog',
    ],
  });
});
afterEach(() => on.close());

describe('apps_create', () => {
  it('plans apps:create, with destroying it as the way back', async () => {
    expect(await on.plan(appsCreate, { app: 'new' })).toMatchObject({
      summary: 'Create the app new',
      effect: 'reversible',
      app: 'new',
      commands: [{ name: 'apps:create', args: ['new'] }],
      inverse: [{ name: 'apps:destroy', args: ['new'], flags: ['force'] }],
    });
    expect(on.wire.changes()).toEqual([]);
  });

  it('plans a copy that is not deployed and says that secrets go with it', async () => {
    const plan = await on.plan(appsCreate, { app: 'new', clone_of: 'shop' });
    expect(plan.commands).toEqual([{ name: 'apps:clone', args: ['--skip-deploy', 'shop', 'new'] }]);
    expect(plan.consequences.join()).toContain('secrets');
  });

  it('refuses a name that is taken and a copy of nothing', async () => {
    await expect(on.plan(appsCreate, { app: 'blog' })).rejects.toMatchObject({ code: 'NAME_TAKEN' });
    await expect(on.plan(appsCreate, { app: 'new', clone_of: 'nope' })).rejects.toMatchObject({
      code: 'APP_NOT_FOUND',
    });
  });

  it('reads the name back', async () => {
    expect((await on.apply(appsCreate, { app: 'new', clone_of: 'shop' })).answer?.data).toEqual({
      app: 'new',
      created: true,
    });
    expect(on.app('new').config.get('API_KEY')).toBe('tok-4711-abc');
    await expect(on.readBack(appsCreate, { app: 'other' })).rejects.toMatchObject({ code: 'NOT_APPLIED' });
  });
});

describe('apps_set', () => {
  it.each([
    ['lock', 'apps:lock', 'apps:unlock', 'reversible'],
    ['unlock', 'apps:unlock', 'apps:lock', 'reversible'],
  ] as const)('plans %s as %s, and back as %s', async (action, name, back, effect) => {
    if (action === 'unlock') await on.given('apps:lock shop');
    expect(await on.plan(appsSet, { app: 'shop', action })).toMatchObject({
      effect,
      commands: [{ name, args: ['shop'] }],
      inverse: [{ name: back, args: ['shop'] }],
    });
  });

  it('says that a lock stops no deploy', async () => {
    const { consequences } = await on.plan(appsSet, { app: 'shop', action: 'lock' });
    expect(consequences.join()).toContain('does not stop a deploy');
  });

  it('plans a rename both ways and warns of the deploy that it is', async () => {
    const plan = await on.plan(appsSet, { app: 'shop', action: 'rename', new_name: 'store' });
    expect(plan).toMatchObject({
      effect: 'disruptive',
      commands: [{ name: 'apps:rename', args: ['shop', 'store'] }],
      inverse: [{ name: 'apps:rename', args: ['store', 'shop'] }],
    });
    expect(plan.consequences.join()).toContain('migrations');
  });

  it.each([
    [{ app: 'nope', action: 'lock' }, 'APP_NOT_FOUND'],
    [{ app: 'shop', action: 'rename' }, 'INVALID_ARGUMENT'],
    [{ app: 'shop', action: 'rename', new_name: 'blog' }, 'NAME_TAKEN'],
  ] as const)('refuses %j with %s', async (input, code) => {
    await expect(on.plan(appsSet, input)).rejects.toMatchObject({ code });
  });

  it('reads back what the host shows', async () => {
    expect((await on.apply(appsSet, { app: 'shop', action: 'lock' })).answer?.data).toEqual({
      app: 'shop',
      locked: true,
    });
    await expect(on.readBack(appsSet, { app: 'shop', action: 'unlock' })).rejects.toMatchObject({
      code: 'NOT_APPLIED',
    });
    const renamed = await on.apply(appsSet, { app: 'blog', action: 'rename', new_name: 'news' });
    expect(renamed.answer?.data).toEqual({ app: 'news', locked: false });
    await expect(
      on.readBack(appsSet, { app: 'shop', action: 'rename', new_name: 'store' }),
    ).rejects.toMatchObject({ code: 'NOT_APPLIED' });
  });
});

describe('apps_destroy', () => {
  it('plans it with the answer to Dokku and the name that a person types, and tells what goes', async () => {
    const plan = await on.plan(appsDestroy, { app: 'shop' });
    expect(plan).toMatchObject({
      effect: 'destructive',
      typedName: 'shop',
      commands: [{ name: 'apps:destroy', args: ['shop'], flags: ['force'] }],
    });
    expect(plan.inverse).toBeUndefined();
    const text = plan.consequences.join('\n');
    expect(text).toContain('Domains: shop.example.com.');
    expect(text).toContain('Config variables, with their values: API_KEY, NO_VHOST.');
    expect(text).toContain('/var/lib/dokku/data/storage/shop');
    expect(JSON.stringify(plan)).not.toContain('tok-4711-abc');
  });

  it('reads back that it is gone', async () => {
    await expect(on.readBack(appsDestroy, { app: 'shop' })).rejects.toMatchObject({ code: 'NOT_APPLIED' });
    expect((await on.apply(appsDestroy, { app: 'shop' })).answer?.data).toEqual({
      app: 'shop',
      destroyed: true,
    });
    await expect(on.plan(appsDestroy, { app: 'shop' })).rejects.toMatchObject({ code: 'APP_NOT_FOUND' });
  });
});
