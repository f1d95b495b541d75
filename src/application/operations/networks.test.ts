import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, openBench } from '../../../test/support/context.ts';
import { networksInfo, networksSet } from './networks.ts';

let on: Bench;
beforeEach(async () => {
  on = await openBench({
    given: ['apps:create shop', 'git:from-image shop demo/web:1', 'apps:create idle', 'network:create back'],
  });
});
afterEach(() => on.close());

describe('networks_set', () => {
  it('creates and destroys, each read back', async () => {
    const made = await on.apply(networksSet, { action: 'create', network: 'front' });
    expect(made.answer?.text).toBe('front exists, joined by nobody.');
    await expect(on.plan(networksSet, { action: 'create', network: 'front' })).rejects.toMatchObject({
      code: 'NAME_TAKEN',
    });
    const plan = await on.plan(networksSet, { action: 'destroy', network: 'front' });
    expect(plan).toMatchObject({ effect: 'destructive', typedName: 'front' });
    expect((await on.apply(networksSet, { action: 'destroy', network: 'front' })).answer?.text).toBe(
      'front is gone.',
    );
    expect(on.host.networks.map(({ name }) => name)).toEqual(['back']);
  });

  it('attaches a running app with the restart that it needs, shown in the plan', async () => {
    const input = { action: 'attach' as const, network: 'back', app: 'shop' };
    const plan = await on.plan(networksSet, input);
    expect(plan.commands.map(({ name }) => name)).toEqual(['network:set', 'ps:restart']);
    expect(plan.consequences.join('\n')).toContain('All processes are restarted');
    expect(plan.inverse).toEqual([{ name: 'network:set', args: ['shop', 'attach-post-deploy'] }]);
    const { answer } = await on.apply(networksSet, input);
    expect(answer?.data).toMatchObject({ attached: [{ app: 'shop', phase: 'attach-post-deploy' }] });
    expect(answer?.text).toMatch(/joined by shop \(attach-post-deploy\)\. Restart succeeded/);
  });

  it('only stores it where nothing runs, or no restart is wanted', async () => {
    const idle = await on.plan(networksSet, { action: 'attach', network: 'back', app: 'idle' });
    const later = await on.plan(networksSet, {
      action: 'attach',
      network: 'back',
      app: 'shop',
      restart: false,
    });
    for (const plan of [idle, later]) {
      expect(plan.commands.map(({ name }) => name)).toEqual(['network:set']);
      expect(plan).toMatchObject({ effect: 'reversible' });
      expect(plan.job).toBeUndefined();
    }
  });

  it('joins several networks, and leaves one without the others', async () => {
    await on.given('network:create front', 'network:set idle attach-post-create back');
    await on.apply(networksSet, {
      action: 'attach',
      network: 'front',
      app: 'idle',
      phase: 'attach-post-create',
    });
    expect(on.wire.changes()).toEqual(['network:set idle attach-post-create back front']);
    await on.apply(networksSet, {
      action: 'detach',
      network: 'back',
      app: 'idle',
      phase: 'attach-post-create',
    });
    const { data } = await on.ask(networksInfo, {});
    expect(data.networks.find(({ name }) => name === 'front')?.attached).toEqual([
      { app: 'idle', phase: 'attach-post-create' },
    ]);
    expect(data.orphans).toEqual(['back']);
  });

  it.each([
    [{ action: 'attach', network: 'nosuch', app: 'shop' }, /There is no network "nosuch"/],
    [{ action: 'attach', network: 'host', app: 'shop' }, /attaches no app to docker's own host/],
    [{ action: 'attach', network: 'back' }, /^app: attach needs the app/],
    [{ action: 'attach', network: 'back', app: 'absent' }, /no app named "absent"/],
    [{ action: 'detach', network: 'back', app: 'shop' }, /does not join back/],
    [{ action: 'destroy', network: 'bridge' }, /docker's own and cannot be removed/],
    [{ action: 'destroy', network: 'nosuch' }, /There is no network "nosuch"/],
  ] as const)('refuses %j before anything is sent', async (input, reason) => {
    await expect(on.plan(networksSet, input)).rejects.toThrow(reason);
    expect(on.wire.changes()).toEqual([]);
  });

  it('refuses to pull the network from under an app, and to join twice', async () => {
    await on.given('network:set idle attach-post-deploy back');
    await expect(on.plan(networksSet, { action: 'destroy', network: 'back' })).rejects.toThrow(
      /idle \(attach-post-deploy\)/,
    );
    const twice = { action: 'attach' as const, network: 'back', app: 'idle' };
    await expect(on.plan(networksSet, twice)).rejects.toMatchObject({ code: 'NO_CHANGE' });
    await expect(on.plan(networksSet, { ...twice, phase: 'attach-post-create' })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
  });

  it('is not believed when the host shows otherwise', async () => {
    const input = { action: 'attach' as const, network: 'back', app: 'idle' };
    const plan = await on.plan(networksSet, input);
    await expect(on.readBack(networksSet, input, plan)).rejects.toMatchObject({ code: 'NOT_APPLIED' });
  });
});

describe('networks_info', () => {
  it('names what is attached to nothing, and what is attached to what is not there', async () => {
    await on.given('network:set shop attach-post-deploy gone');
    const { data, text } = await on.ask(networksInfo, {});
    expect(data.missing).toEqual([{ app: 'shop', phase: 'attach-post-deploy', network: 'gone' }]);
    expect(data.orphans).toEqual(['back']);
    expect(text).toContain('shop joins gone (attach-post-deploy), which does not exist.');
    expect(on.wire.argv.map(([name]) => name)).toEqual(['network:list', 'network:report']);
  });
});
