import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, openBench } from '../../../test/support/context.ts';
import { psControl, psScale } from './ps.ts';

let on: Bench;
beforeEach(async () => {
  on = await openBench({
    given: ['apps:create shop', 'git:from-image shop demo/web:1', 'apps:create empty'],
  });
});
afterEach(() => on.close());

describe('ps_scale', () => {
  it('plans one ps:scale in a keeper, and the counts of before as the way back', async () => {
    const plan = await on.plan(psScale, { app: 'shop', processes: { web: 2, worker: 1 } });
    expect(plan).toMatchObject({
      summary: 'Scale shop to web=2 worker=1',
      effect: 'disruptive',
      commands: [{ name: 'ps:scale', args: ['shop', 'web=2', 'worker=1'] }],
      inverse: [{ name: 'ps:scale', args: ['shop', 'web=1', 'worker=0'] }],
      needsConsent: false,
      job: { kind: 'command', command: 'ps:scale' },
    });
    expect(plan.consequences.join('\n')).toContain('worker is not known yet');
  });

  it('asks for the name when nothing would be left', async () => {
    expect(await on.plan(psScale, { app: 'shop', processes: { web: 0 } })).toMatchObject({
      needsConsent: true,
      typedName: 'shop',
    });
  });

  it('starts nothing of an app that was never deployed, so it needs no keeper', async () => {
    const plan = await on.plan(psScale, { app: 'empty', processes: { web: 0 } });
    expect([plan.job, plan.needsConsent]).toEqual([undefined, false]);
  });

  it('refuses more than is allowed, and what app.json fixes', async () => {
    await expect(on.plan(psScale, { app: 'shop', processes: { web: 21 } })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      remedy: expect.stringContaining('security.max_processes') as unknown,
    });
    on.app('shop').scaleLocked = true;
    await expect(on.plan(psScale, { app: 'shop', processes: { web: 2 } })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
  });

  it('applies and reads back', async () => {
    const { answer } = await on.apply(psScale, { app: 'shop', processes: { web: 2 } });
    expect(answer?.data).toMatchObject({
      app: 'shop',
      running: 'true',
      scale: { web: 2 },
      deploy_status: 'succeeded',
    });
    expect(on.app('shop').containers).toHaveLength(2);
    await expect(on.readBack(psScale, { app: 'shop', processes: { web: 3 } })).rejects.toMatchObject({
      code: 'NOT_APPLIED',
    });
  });
});

describe('ps_control', () => {
  it.each([
    ['start', 'running', undefined, true],
    ['start', 'stopped', [{ name: 'ps:stop', args: ['shop'] }], true],
    ['stop', 'running', [{ name: 'ps:start', args: ['shop'] }], false],
    ['stop', 'stopped', undefined, false],
    ['restart', 'running', undefined, true],
  ] as const)('plans %s of what is %s', async (action, state, inverse, job) => {
    if (state === 'stopped') await on.given('ps:stop shop');
    on.context.apps.invalidate('shop');
    const plan = await on.plan(psControl, { app: 'shop', action });
    expect(plan).toMatchObject({
      effect: 'disruptive',
      commands: [{ name: `ps:${action}`, args: ['shop'] }],
    });
    expect(plan.inverse).toEqual(inverse);
    expect(plan.noWayBack === undefined).toBe(inverse !== undefined);
    expect(plan.job !== undefined).toBe(job);
    expect(plan.consequences.length).toBeGreaterThan(0);
  });

  it('plans the restart of one process', async () => {
    const plan = await on.plan(psControl, { app: 'shop', action: 'restart', process: 'web' });
    expect(plan.commands).toEqual([{ name: 'ps:restart', args: ['shop', 'web'] }]);
  });

  it.each([
    [{ app: 'shop', action: 'stop', process: 'web' }, 'INVALID_ARGUMENT'],
    [{ app: 'shop', action: 'restart', process: 'worker' }, 'NOT_FOUND'],
    [{ app: 'empty', action: 'start' }, 'NOT_DEPLOYED'],
    [{ app: 'nope', action: 'start' }, 'APP_NOT_FOUND'],
  ] as const)('refuses %j with %s', async (input, code) => {
    await expect(on.plan(psControl, input)).rejects.toMatchObject({ code });
  });

  it('stops, starts and reads back', async () => {
    await expect(on.readBack(psControl, { app: 'shop', action: 'stop' })).rejects.toMatchObject({
      code: 'NOT_APPLIED',
    });
    const stopped = await on.apply(psControl, { app: 'shop', action: 'stop' });
    expect(stopped.answer?.data).toMatchObject({ running: 'false' });
    await expect(on.readBack(psControl, { app: 'shop', action: 'start' })).rejects.toMatchObject({
      code: 'NOT_APPLIED',
    });
    const started = await on.apply(psControl, { app: 'shop', action: 'start' });
    expect(started.answer?.data).toMatchObject({ running: 'true', deploy_status: 'succeeded' });
  });
});
