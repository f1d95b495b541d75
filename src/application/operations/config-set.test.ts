import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, openBench } from '../../../test/support/context.ts';
import { configSet } from './config-set.ts';

let on: Bench;
beforeEach(async () => {
  on = await openBench({
    given: [
      'apps:create shop',
      'config:set --no-restart shop OLD=old-value KEEP=kept',
      'apps:create live',
      'git:from-image live demo/web:1',
    ],
  });
});
afterEach(() => on.close());

describe('config_set plans', () => {
  it('one import on standard input and one unset, and the way back with the old values', async () => {
    const plan = await on.plan(configSet, {
      app: 'shop',
      values: { OLD: 'new value', NEW: 'x y' },
      unset: ['KEEP'],
    });
    expect(plan).toMatchObject({
      summary: 'Set OLD, NEW and unset KEEP of shop',
      effect: 'reversible',
      app: 'shop',
      commands: [
        {
          name: 'config:import',
          args: ['--no-restart', '--format', 'json', 'shop', '-'],
          stdin: '{"OLD":"new value","NEW":"x y"}',
          secrets: ['new value', 'x y'],
        },
        { name: 'config:unset', args: ['--no-restart', 'shop', 'KEEP'] },
      ],
      inverse: [
        { name: 'config:import', stdin: '{"OLD":"old-value","KEEP":"kept"}', secrets: ['old-value', 'kept'] },
        { name: 'config:unset', args: ['--no-restart', 'shop', 'NEW'] },
      ],
    });
    expect(plan.consequences).toContain('OLD is set already and is overwritten.');
    expect(JSON.stringify(plan.facts)).not.toContain('old-value');
    expect(plan.job).toBeUndefined();
  });

  it('a restart in a keeper where processes run, unless it is not wanted', async () => {
    const restarting = await on.plan(configSet, { app: 'live', values: { A: 'b' } });
    expect(restarting).toMatchObject({
      effect: 'disruptive',
      job: { kind: 'command', command: 'ps:restart' },
    });
    expect(restarting.commands.at(-1)).toEqual({ name: 'ps:restart', args: ['live'] });
    const quiet = await on.plan(configSet, { app: 'live', values: { A: 'b' }, restart: false });
    expect([quiet.effect, quiet.job, quiet.commands.length]).toEqual(['reversible', undefined, 1]);
  });

  it('values that the server reads or makes', async () => {
    const { commands } = await on.plan(configSet, {
      app: 'shop',
      values: { A: { env: 'SECRET_A' }, B: { generate: 32 } },
    });
    const { A, B } = JSON.parse(commands[0]?.stdin ?? '{}') as Record<string, string>;
    expect(A).toBe('from-the-env');
    expect(B).toMatch(/^[A-Za-z0-9]{32}$/);
    expect(commands[0]?.secrets).toEqual([A, B]);
  });

  it('no secret of what stands in the command anyway', async () => {
    const { commands } = await on.plan(configSet, {
      app: 'shop',
      values: { A: 'shop', B: '-', C: '', D: 'real' },
    });
    expect(commands[0]?.secrets).toEqual(['real']);
  });

  it.each([
    [{ app: 'shop' }, 'INVALID_ARGUMENT', 'give at least one value'],
    [{ app: 'shop', values: { A: '1' }, unset: ['A'] }, 'INVALID_ARGUMENT', '"A" is both set and unset'],
    [{ app: 'shop', values: { A: 'x"' } }, 'INVALID_ARGUMENT', 'ends in a double quote'],
    [{ app: 'shop', values: { PATH: 'x' } }, 'POLICY_DENIED', 'Setting PATH'],
    [{ app: 'shop', values: { A: { env: 'HOME' } } }, 'POLICY_DENIED', 'SECRET_*'],
    [{ app: 'shop', values: { A: { file: '/etc/passwd' } } }, 'POLICY_DENIED', 'secret_dirs'],
    [{ app: 'nope', values: { A: '1' } }, 'APP_NOT_FOUND', 'nope'],
  ])('nothing of %j: %s', async (input, code, words) => {
    const failure = on.plan(configSet, input);
    await expect(failure).rejects.toMatchObject({ code });
    await expect(failure).rejects.toThrow(words);
    expect(on.wire.changes()).toEqual([]);
  });
});

describe('config_set', () => {
  it('applies, reads back byte for byte, and its way back leads back', async () => {
    const before = new Map(on.app('shop').config);
    const input = { app: 'shop', values: { OLD: 'ü "q" $x', NEW: 'a\nb' }, unset: ['KEEP'] };
    const { inverse = [] } = await on.plan(configSet, input);
    const { answer } = await on.apply(configSet, input);
    expect(answer?.data).toEqual({ app: 'shop', set: ['OLD', 'NEW'], unset: ['KEEP'], restarted: false });
    expect(on.app('shop').config).toEqual(
      new Map([
        ['OLD', 'ü "q" $x'],
        ['NEW', 'a\nb'],
        ['NO_VHOST', '1'],
      ]),
    );
    for (const command of inverse) await on.client.execute(command);
    expect(on.app('shop').config).toEqual(before);
  });

  it('says so when the host does not show what was sent', async () => {
    const failure = on.readBack(configSet, { app: 'shop', values: { NEW: 'never arrived' }, unset: ['OLD'] });
    await expect(failure).rejects.toMatchObject({ code: 'NOT_APPLIED' });
    await expect(failure).rejects.toThrow('OLD, NEW are not as asked');
  });

  it('restarts what runs', async () => {
    const { answer } = await on.apply(configSet, { app: 'live', values: { A: 'for the process' } });
    expect(answer?.data).toMatchObject({ restarted: true, deploy: expect.stringMatching(/^d-/) as unknown });
    expect(on.app('live').containers[0]?.environment).toMatchObject({ A: 'for the process' });
  });
});
