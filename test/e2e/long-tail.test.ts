import { describe, expect, test } from 'vitest';
import { eras } from '../support/mcp.ts';
import { stage } from '../support/stage.ts';

describe.each(eras)('every other Dokku command, %s', (era) => {
  const on = stage(era, { given: ['apps:create shop'] });

  test('is found by words, with what it takes and which tool runs it', async () => {
    const { data, text } = await on.call('command_search', { words: 'maximum upload size nginx' });
    expect(JSON.stringify(data)).toContain('nginx:set');
    expect(text).toContain('nginx:set');
    expect(on.sim.lines()).toEqual([]);
  });

  test('a rare tool is found with its arguments, and run by name as that tool', async () => {
    const { data, text } = await on.call('command_search', { words: 'rename an app' });
    expect(data).toMatchObject({
      commands: expect.arrayContaining([
        expect.objectContaining({
          name: 'apps_set',
          tool: 'command_execute',
          effect: 'disruptive',
          synopsis: expect.stringContaining('action: "rename" | "lock" | "unlock"'),
        }),
      ]),
    });
    expect(text).toContain('apps_set {app: string');
    const names = (await on.session.client.listTools()).tools.map((tool) => tool.name);
    expect(names).not.toContain('apps_set');
    const lock = { name: 'apps_set', input: { app: 'shop', action: 'lock' } };
    const plan = await on.call('command_execute', { ...lock, mode: 'plan' });
    expect(plan.data).toMatchObject({ status: 'planned', commands: ['dokku apps:lock shop'] });
    expect(on.sim.changes()).toEqual([]);
    const done = await on.call('command_execute', lock);
    expect(done.data).toMatchObject({
      status: 'applied',
      result: { command: 'apps_set', result: { app: 'shop' } },
    });
    expect(on.app('shop').locked).toBe(true);
  });

  test.each([
    ['command_query', { name: 'apps_set', input: {} }, 'Call command_execute with the same arguments.'],
    ['command_execute', { name: 'apps_set', args: ['shop'] }, 'apps_set takes its arguments as input'],
    ['command_execute', { name: 'apps_set', input: { app: 'shop' } }, 'action: '],
    ['command_execute', { name: 'apps:lock', input: { app: 'shop' } }, 'apps:lock is no unlisted tool'],
  ])('%s refuses %j', async (tool, args, words) => {
    const { isError, code, text } = await on.call(tool, args);
    expect([isError, code, text]).toEqual([true, 'INVALID_ARGUMENT', expect.stringContaining(words)]);
    expect(on.sim.changes()).toEqual([]);
  });

  test('reads through command_query', async () => {
    const { data } = await on.call('command_query', { name: 'apps:list' });
    expect(data).toMatchObject({ command: 'apps:list', exit: 0, stdout: expect.stringContaining('shop') });
    expect(on.sim.commands()).toEqual(['apps:list']);
  });

  test('changes through command_execute, planned first where that is wanted', async () => {
    const call = { name: 'nginx:set', args: ['shop', 'client-max-body-size', '50m'] };
    const plan = await on.call('command_execute', { ...call, mode: 'plan' });
    expect(plan.data).toMatchObject({
      status: 'planned',
      commands: ['dokku nginx:set shop client-max-body-size 50m'],
    });
    expect(on.sim.changes()).toEqual([]);
    const done = await on.call('command_execute', call);
    expect(done.data).toMatchObject({ status: 'applied', result: { exit: 0 } });
    expect(on.app('shop').properties.get('nginx')?.get('client-max-body-size')).toBe('50m');
  });

  test('a change is no query, and a read is no change', async () => {
    const change = await on.call('command_query', { name: 'apps:create', args: ['x'] });
    expect([change.isError, change.text]).toEqual([true, expect.stringContaining('command_execute')]);
    const read = await on.call('command_execute', { name: 'apps:list', args: [] });
    expect([read.isError, read.text]).toEqual([true, expect.stringContaining('command_query')]);
    expect(on.sim.changes()).toEqual([]);
  });

  test.each([
    ['apps:creat', [], 'apps:create'],
    ['apps:create; id', ['x'], 'apps:create; id'],
    ['APPS:CREATE', ['x'], 'APPS:CREATE'],
    ['--force', ['apps:destroy', 'shop'], '--force'],
  ])('there is no raw command: %s', async (name, args, named) => {
    for (const tool of ['command_query', 'command_execute']) {
      const { isError, text } = await on.call(tool, { name, args });
      expect(isError).toBe(true);
      expect(text).toContain(named);
    }
    expect(on.sim.lines().filter((line) => /id|destroy|CREATE/.test(line))).toEqual([]);
    expect(on.sim.host.appNames()).toEqual(['shop']);
  });
});
