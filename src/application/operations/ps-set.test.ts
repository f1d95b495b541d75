import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, openBench } from '../../../test/support/context.ts';
import { psSet } from './ps-set.ts';

let on: Bench;
beforeEach(async () => {
  on = await openBench({ given: ['apps:create shop', 'git:from-image shop demo/web:1'] });
});
afterEach(() => on.close());

describe('ps_set plans', () => {
  it.each([
    [{ limit: { memory: '512m', cpu: '0.5' } }, ['resource:limit --memory 512m --cpu 0.5 shop']],
    [{ limit: { cpu: '2' }, process: 'web' }, ['resource:limit --cpu 2 --process-type web shop']],
    [{ reserve: { memory: '1g' } }, ['resource:reserve --memory 1g shop']],
    [{ clear_limits: true }, ['resource:limit-clear shop', 'resource:reserve-clear shop']],
    [{ checks: 'skip', process: 'web' }, ['checks:skip shop web']],
    [{ checks: 'disable' }, ['checks:disable shop']],
    [{ wait_to_retire: 30 }, ['checks:set shop wait-to-retire 30']],
    [{ stop_timeout: 5 }, ['ps:set shop stop-timeout-seconds 5']],
    [{ restart_policy: 'on-failure:3' }, ['ps:set shop restart-policy on-failure:3']],
    [
      { clear_limits: true, limit: { memory: '1g' } },
      ['resource:limit-clear shop', 'resource:reserve-clear shop', 'resource:limit --memory 1g shop'],
    ],
  ] as const)('%j as %j', async (settings, commands) => {
    const plan = await on.plan(psSet, { app: 'shop', ...settings });
    expect(plan.commands.map(({ name, args }) => [name, ...args].join(' '))).toEqual(commands);
    expect(plan).toMatchObject({ effect: 'reversible', app: 'shop' });
  });

  it('nothing when nothing is given', async () => {
    await expect(on.plan(psSet, { app: 'shop' })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  it.each([
    { limit: { memory: '512 MB' } },
    { limit: { memory: '0' } },
    { limit: { cpu: 'many' } },
    { restart_policy: 'sometimes' },
    { stop_timeout: -1 },
  ])('nothing of %j, which Dokku would keep until the next deploy fails', (settings) => {
    expect(psSet.input.safeParse({ app: 'shop', ...settings }).success).toBe(false);
  });
});

describe('ps_set', () => {
  it('applies all of it and reads the limits back', async () => {
    const { answer } = await on.apply(psSet, {
      app: 'shop',
      limit: { memory: '512m' },
      checks: 'disable',
      restart_policy: 'always',
    });
    expect(answer?.data).toMatchObject({ app: 'shop', resources: { '_default_.limit.memory': '512m' } });
  });

  it('finds a limit that is not there', async () => {
    const failure = on.readBack(psSet, { app: 'shop', process: 'web', reserve: { cpu: '2' } });
    await expect(failure).rejects.toMatchObject({ code: 'NOT_APPLIED' });
    await expect(failure).rejects.toThrow('web.reserve.cpu is not set, not 2');
  });
});
