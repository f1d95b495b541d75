import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, openBench } from '../../../test/support/context.ts';
import { commandExecute, commandQuery, commandSearch } from './commands.ts';

let on: Bench;
beforeEach(async () => {
  on = await openBench({ given: ['apps:create shop', 'config:set --no-restart shop KEY=tok-4711-abc'] });
});
afterEach(() => on.close());

describe('command_search', () => {
  it('finds commands by words and says which tool runs them', async () => {
    const { data } = await on.ask(commandSearch, { words: 'nginx:set' });
    expect(data.commands[0]).toMatchObject({
      name: 'nginx:set',
      effect: 'reversible',
      tool: 'command_execute',
    });
    const reads = await on.ask(commandSearch, { words: 'apps:report', limit: 1 });
    expect(reads.data.commands).toMatchObject([{ name: 'apps:report', tool: 'command_query' }]);
    expect(on.wire.argv).toEqual([]);
  });

  it('says when nothing matches', async () => {
    expect((await on.ask(commandSearch, { words: 'zzzzqqq' })).text).toBe(
      'No command matches; try other words.',
    );
  });
});

describe('command_query', () => {
  it('runs a reading command and marks its output as text of the host', async () => {
    const answer = await on.ask(commandQuery, { name: 'apps:exists', args: ['shop'] });
    expect(answer.data).toMatchObject({ command: 'apps:exists', exit: 0 });
    const report = await on.ask(commandQuery, { name: 'apps:report', args: ['shop'] });
    expect(report.untrusted).toContain('App created at');
    expect(report.revealed).toBe(false);
  });

  it('takes an exit code that is an answer for one', async () => {
    const { data } = await on.ask(commandQuery, { name: 'ports:list', args: ['shop'] });
    expect(data.exit).toBe(1);
  });

  it.each([
    ['apps:destroy', ['shop'], 'CONFLICT', 'command_execute'],
    ['config:show', ['shop'], 'POLICY_DENIED', 'Do not look for another way'],
    ['no:such', [], 'POLICY_DENIED', ''],
  ])('refuses %s %j with %s', async (name, args, code, way) => {
    const failure = on.ask(commandQuery, { name, args });
    await expect(failure).rejects.toMatchObject({ code, remedy: expect.stringContaining(way) as unknown });
    expect(on.wire.argv).toEqual([]);
  });

  it('shows secret output where revealing is allowed', async () => {
    const { permissions } = on.context;
    const context = { ...on.context, permissions: { ...permissions, reveal: true } };
    const answer = await commandQuery.run({ name: 'config:get', args: ['shop', 'KEY'] }, context);
    expect(answer).toMatchObject({ data: { stdout: 'tok-4711-abc\n' }, revealed: true });
  });
});

describe('command_execute', () => {
  it('plans the command with the effect of its very argv', async () => {
    expect(await on.plan(commandExecute, { name: 'apps:lock', args: ['shop'] })).toMatchObject({
      summary: 'Run dokku apps:lock shop',
      effect: 'reversible',
      app: 'shop',
      commands: [{ name: 'apps:lock', args: ['shop'] }],
      needsConsent: false,
    });
  });

  it('asks for the name of what is destroyed', async () => {
    expect(await on.plan(commandExecute, { name: 'apps:destroy', args: ['shop'] })).toMatchObject({
      effect: 'destructive',
      typedName: 'shop',
    });
  });

  it('asks when nothing would run any more', async () => {
    const plan = await on.plan(commandExecute, { name: 'ps:scale', args: ['shop', 'web=0'] });
    expect(plan.needsConsent).toBe(true);
    const half = await on.plan(commandExecute, { name: 'ps:scale', args: ['shop', 'web=0', 'worker=1'] });
    expect(half.needsConsent).toBe(false);
  });

  it('sends what reads to the other tool', async () => {
    await expect(on.plan(commandExecute, { name: 'apps:list', args: [] })).rejects.toMatchObject({
      code: 'CONFLICT',
      remedy: 'Call command_query with the same arguments.',
    });
  });

  it('does not show a value in its plan', async () => {
    const input = { name: 'config:set', args: ['--no-restart', 'shop', 'TOKEN=tok-9999-xyz'] };
    const { plan } = await on.executor.run(
      commandExecute,
      on.call(commandExecute, input, { mode: 'plan' }),
      on.context,
    );
    expect(plan?.commands).toEqual([
      'dokku config:import --format json --no-restart shop - < (24 bytes on standard input)',
    ]);
    expect(JSON.stringify(plan)).not.toContain('tok-9999-xyz');
  });

  it('runs, and shows what Dokku said', async () => {
    const { answer } = await on.apply(commandExecute, { name: 'apps:lock', args: ['shop'] });
    expect(answer?.data).toMatchObject({ command: 'apps:lock', exit: 0 });
    expect(on.app('shop').locked).toBe(true);
  });

  it('says when no exit code came back', async () => {
    const { data, text } = await on.readBack(commandExecute, { name: 'apps:lock', args: ['shop'] });
    expect(data.exit).toBe(-1);
    expect(text).toContain('no exit code came back');
  });
});
