import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, openBench } from '../../../test/support/context.ts';
import { redact } from '../steps/redact.ts';
import { configGet } from './config-get.ts';

const given = ['apps:create shop', 'config:set --no-restart shop B=tok-4711-abc A=x'];
let on: Bench;
beforeEach(async () => {
  on = await openBench({ given });
});
afterEach(() => on.close());

describe('config_get', () => {
  it('shows names, lengths and fingerprints', async () => {
    const { data, text, revealed } = await on.ask(configGet, { app: 'shop', keys: ['A', 'B'] });
    expect(data).toEqual({
      app: 'shop',
      variables: [
        { key: 'A', length: 1, fingerprint: on.context.fingerprint('x') },
        { key: 'B', length: 12, fingerprint: on.context.fingerprint('tok-4711-abc') },
      ],
      absent: [],
    });
    expect(text).not.toContain('tok-4711-abc');
    expect(revealed).toBe(false);
  });

  it('tells which of the wanted ones are not set', async () => {
    const { data, text } = await on.ask(configGet, { app: 'shop', keys: ['NOPE'] });
    expect(data).toMatchObject({ variables: [], absent: ['NOPE'] });
    expect(text).toBe('shop has no such variables.\nNot set: NOPE');
  });

  it('reveals nothing unless the configuration allows it, and then asks the host nothing', async () => {
    await expect(on.ask(configGet, { app: 'shop', reveal: true })).rejects.toMatchObject({
      code: 'POLICY_DENIED',
    });
    expect(on.wire.argv).toEqual([]);
  });

  it('reveals where it is allowed, past the masking of what is known', async () => {
    await on.close();
    on = await openBench({
      given,
      context: { permissions: { reveal: true, maxProcesses: 1, gitHosts: [], probeAfterDeploy: false } },
    });
    on.secrets.learn(['tok-4711-abc']);
    const step = redact(() => on.secrets);
    const call = { ...on.call, operation: configGet, host: 'sim' } as unknown as Parameters<typeof step>[0];
    const show = (reveal: boolean) =>
      step(call, async () => ({ answer: await on.ask(configGet, { app: 'shop', keys: ['B'], reveal }) }));
    expect(JSON.stringify(await show(true))).toContain('"value":"tok-4711-abc"');
    expect(JSON.stringify(await show(false))).not.toContain('tok-4711-abc');
  });
});
