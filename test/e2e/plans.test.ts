import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { runCli } from '../support/cli.ts';
import { eras, type Session } from '../support/mcp.ts';
import { stage } from '../support/stage.ts';
import { inTerminal } from '../support/terminal.ts';

describe.each(eras)('plans and their tokens, %s', (era) => {
  const on = stage(era, { given: ['apps:create shop', 'apps:create shop-api', 'apps:create doomed'] });
  const folders: string[] = [];
  const state = () => {
    const folder = mkdtempSync(join(tmpdir(), 'plans-'));
    folders.push(folder);
    return folder;
  };
  afterAll(() => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });
  const domain = (name: string) => ({ app: 'shop', action: 'add', domains: [`${name}.example.com`] });
  const tokenOf = async (session: Session, tool: string, args: Record<string, unknown>) => {
    const { data, text } = await session.call(tool, { ...args, mode: 'plan' });
    expect(data.status).toBe('planned');
    expect(text).toContain(`mode: "${data.token}"`);
    return String(data.token);
  };

  test('a token does exactly what was shown, once, also after a restart of the server', async () => {
    const stateDir = state();
    const first = await on.another({ stateDir });
    const token = await tokenOf(first, 'domains_set', domain('one'));
    await first.close();
    const second = await on.another({ stateDir });
    expect((await second.call('domains_set', { ...domain('one'), mode: token })).data).toMatchObject({
      status: 'applied',
      result: { domains: ['one.example.com'] },
    });
    await second.close();
    const third = await on.another({ stateDir });
    const again = await third.call('domains_set', { ...domain('one'), mode: token });
    expect(again.data).toMatchObject({ status: 'applied', repeated: true });
    expect(again.text).toContain('what came of the first call');
    expect(on.sim.changes()).toEqual(['domains:add shop one.example.com']);
  });

  test('two servers on one state change one app one after the other, and share tokens', async () => {
    const stateDir = state();
    const [one, two] = [await on.another({ stateDir }), await on.another({ stateDir })];
    const token = await tokenOf(one, 'domains_set', domain('shared'));
    const both = await Promise.all(
      [one, two].map((session) => session.call('domains_set', { ...domain('shared'), mode: token })),
    );
    expect(on.sim.changes()).toEqual(['domains:add shop shared.example.com']);
    expect(both.filter(({ data }) => data.status === 'applied' && data.repeated !== true)).toHaveLength(1);
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const many = await Promise.all(
      names.map((name, index) => (index % 2 === 0 ? one : two).call('domains_set', domain(name))),
    );
    expect(many.map(({ isError }) => isError)).toEqual(names.map(() => false));
    for (const name of names) expect(on.app('shop').domains.names).toContain(`${name}.example.com`);
  });

  test('says what moved since, and refuses other arguments and what is no token', async () => {
    const token = await tokenOf(on.session, 'domains_set', domain('late'));
    await on.sim.given('domains:add shop meanwhile.example.com');
    const stale = await on.call('domains_set', { ...domain('late'), mode: token });
    expect(stale.code).toBe('PLAN_STALE');
    expect(stale.text).toContain('domains: meanwhile.example.com added');
    const other = await on.call('domains_set', { ...domain('other'), mode: token });
    expect(other.code).toBe('PLAN_MISMATCH');
    const none = await on.call('domains_set', { ...domain('other'), mode: 'yes' });
    expect([none.code, none.text]).toEqual([
      'INVALID_ARGUMENT',
      expect.stringContaining('mode: is "apply", "plan"'),
    ]);
    expect(on.sim.changes()).toEqual([]);
  });

  test('a key of the client makes a repeated call harmless', async () => {
    const call = (args: Record<string, unknown>) =>
      on.session.client.callTool({
        name: 'domains_set',
        arguments: args,
        _meta: { 'dokku-mcp/idempotency-key': 'k-1' },
      });
    await call(domain('keyed'));
    expect((await call(domain('keyed'))).structuredContent).toMatchObject({ repeated: true });
    const other = await call(domain('unkeyed'));
    expect(other._meta?.['dokku-mcp/error']).toMatchObject({ code: 'CONFLICT' });
    expect(on.sim.changes()).toEqual(['domains:add shop keyed.example.com']);
  });

  test('two similar names are shown apart before one is typed', async () => {
    on.consent = () => 'decline';
    await on.call('apps_destroy', { app: 'shop' });
    expect(on.session.questions.at(-1)).toContain('It is about shop, not shop-api.');
  });

  test('who cannot be asked is approved in another terminal, by typing the name', async () => {
    const stateDir = state();
    const mute = await on.another({ stateDir });
    const env = { HOME: stateDir, DOKKU_MCP_STATE_DIR: stateDir };
    const refused = await mute.call('apps_destroy', { app: 'doomed' });
    expect(refused.code).toBe('CONFIRMATION_REQUIRED');
    const id = /dokku-mcp approve (p-[a-z0-9]+)/.exec(refused.text)?.[1] ?? '';
    const repeat = () => mute.call('apps_destroy', { app: 'doomed', mode: id });
    expect((await repeat()).code).toBe('CONFIRMATION_REQUIRED');

    const listed = await runCli(['approve', '--list', '--json'], env);
    expect(JSON.parse(listed.stdout)).toMatchObject({
      plans: [{ id, tool: 'apps_destroy', typedName: 'doomed' }],
    });
    const piped = await runCli(['approve', id], env);
    expect([piped.code, piped.stderr]).toEqual([2, expect.stringContaining('needs a terminal')]);
    const prompt = { until: 'Type doomed to confirm:' };
    const wrong = await inTerminal(['approve', id], { ...prompt, line: 'shop' }, env);
    expect([wrong.code, wrong.screen]).toEqual([1, expect.stringContaining('was not confirmed')]);
    expect((await repeat()).code).toBe('CONFIRMATION_REQUIRED');

    const right = await inTerminal(['approve', id], { ...prompt, line: 'doomed' }, env);
    expect(right.screen).toContain('Destroy the app doomed (destructive)');
    expect(right.screen).toContain('dokku --force apps:destroy doomed');
    expect([right.code, right.screen]).toEqual([
      0,
      expect.stringContaining('Approved: Destroy the app doomed'),
    ]);
    expect(on.sim.host.apps.has('doomed')).toBe(true);
    expect((await repeat()).data).toMatchObject({ status: 'applied' });
    expect(on.sim.host.apps.has('doomed')).toBe(false);
    await on.sim.given('apps:create doomed');
    expect((await repeat()).data).toMatchObject({ repeated: true });
    expect(on.sim.host.apps.has('doomed')).toBe(true);
  });

  test('a denial stands', async () => {
    const stateDir = state();
    const mute = await on.another({ stateDir });
    const refused = await mute.call('apps_destroy', { app: 'shop-api' });
    const id = /dokku-mcp approve (p-[a-z0-9]+)/.exec(refused.text)?.[1] ?? '';
    const env = { HOME: stateDir, DOKKU_MCP_STATE_DIR: stateDir };
    expect((await runCli(['approve', id, '--deny'], env)).code).toBe(0);
    const { code, text } = await mute.call('apps_destroy', { app: 'shop-api', mode: id });
    expect([code, text]).toEqual([
      'CONFIRMATION_DECLINED',
      expect.stringContaining('denied with dokku-mcp approve'),
    ]);
    expect(on.sim.changes()).toEqual([]);
  });
});

describe('plan tokens where the configuration lets them stand for consent', () => {
  const on = stage('2026-07-28', { given: ['apps:create doomed'] });

  test('a token of mode plan suffices, and a call without one does not', async () => {
    const session = await on.another({ config: on.sim.configure({ security: { plan_tokens: true } }) });
    expect((await session.call('apps_destroy', { app: 'doomed' })).code).toBe('CONFIRMATION_REQUIRED');
    const { data } = await session.call('apps_destroy', { app: 'doomed', mode: 'plan' });
    expect((await session.call('apps_destroy', { app: 'doomed', mode: data.token })).isError).toBe(false);
    expect(on.sim.host.apps.has('doomed')).toBe(false);
  });
});
