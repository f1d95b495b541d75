import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { eras } from '../support/mcp.ts';
import { stage } from '../support/stage.ts';

describe.each(eras)('taking changes back, %s', (era) => {
  const on = stage(era, {
    given: ['apps:create shop', 'config:set --no-restart shop API_TOKEN=tok-4711-abc'],
  });
  const newest = async () => {
    const { data } = await on.call('changes_list', { app: 'shop', limit: 1 });
    return (data.changes as { id: string }[])[0]?.id ?? '';
  };

  test('the last change of the configuration goes back to values that nobody saw', async () => {
    await on.call('config_set', { app: 'shop', values: { API_TOKEN: 'new-token-1', ADDED: 'x-added' } });
    const { text } = await on.call('changes_list', {});
    expect(text).toMatch(/Set API_TOKEN, ADDED of shop +applied +dokku config:import/);
    expect(text).not.toContain('tok-4711-abc');
    const undone = await on.call('change_undo', { id: await newest() });
    expect(undone.isError).toBe(false);
    expect(undone.text).toContain('Taken back: Set API_TOKEN, ADDED of shop.');
    expect(on.app('shop').config.get('API_TOKEN')).toBe('tok-4711-abc');
    expect(on.app('shop').config.has('ADDED')).toBe(false);
    const log = readFileSync(join(on.session.stateDir, 'logs', 'changes', 'sim.jsonl'), 'utf8');
    for (const secret of ['tok-4711-abc', 'new-token-1']) expect(log).not.toContain(secret);
  });

  test('is refused when the state moved since, and shows how', async () => {
    await on.call('domains_set', { app: 'shop', action: 'add', domains: ['a.example.com'] });
    await on.sim.given('domains:add shop other.example.com');
    const { code, text } = await on.call('change_undo', { id: await newest() });
    expect([code, text]).toEqual(['CONFLICT', expect.stringContaining('domains: other.example.com added')]);
    expect(on.app('shop').domains.names).toContain('a.example.com');
  });

  test('of a new app destroys it, so a person types its name', async () => {
    await on.call('apps_create', { app: 'new' });
    const { data } = await on.call('changes_list', { app: 'new' });
    const id = (data.changes as { id: string }[])[0]?.id;
    expect((await on.call('change_undo', { id })).code).toBe('CONFIRMATION_DECLINED');
    on.consent = () => ({ name: 'new' });
    expect((await on.call('change_undo', { id })).isError).toBe(false);
    expect(on.sim.host.apps.has('new')).toBe(false);
  });
});

describe.each(eras)('a role that may read some apps only, %s', (era) => {
  const on = stage(era, { given: ['apps:create shop', 'apps:create payroll'] });
  const rules = [{ id: 'team', decision: 'allow', apps: ['shop', 'copy'] }];

  test('is told of the changes of its apps, and cannot take back others, as if there were none', async () => {
    const add = (app: string) =>
      on.call('domains_set', { app, action: 'add', domains: [`${app}.example.com`] });
    for (const app of ['payroll', 'shop']) expect((await add(app)).isError).toBe(false);
    await on.call('apps_create', { app: 'copy', clone_of: 'payroll' });
    const all = (await on.call('changes_list')).data.changes as { id: string; app: string }[];
    expect(all.map(({ app }) => app)).toEqual(['copy', 'shop', 'payroll']);
    const [copied, shown, hidden] = all.map(({ id }) => id);

    const limited = await on.another({
      config: on.sim.configure({ security: { policy: { rules } } }),
      stateDir: on.session.stateDir,
      consent: () => ({ name: 'copy', agree: true }),
    });
    on.sim.forget();
    const listed = await limited.call('changes_list');
    expect((listed.data.changes as { id: string }[]).map(({ id }) => id)).toEqual([shown]);
    expect(JSON.stringify(listed)).not.toContain('payroll');
    expect((await limited.call('changes_list', { app: 'payroll' })).text).not.toContain('domains:');
    const none = await limited.call('change_undo', { id: 'no-such-change' });
    for (const id of [hidden, copied]) {
      for (const mode of ['plan', 'apply']) {
        const refused = await limited.call('change_undo', { id, mode });
        expect([refused.code, refused.text.replaceAll(`${id}`, 'no-such-change')]).toEqual([
          none.code,
          none.text,
        ]);
      }
    }
    expect(none.code).toBe('NOT_FOUND');
    expect(on.sim.changes()).toEqual([]);
    expect((await limited.call('change_undo', { id: shown })).isError).toBe(false);
    expect(on.sim.changes()).toEqual(['domains:clear shop']);
  });
});

describe('a server that is killed in the middle of a change', () => {
  const on = stage('2026-07-28', { given: ['apps:create shop'] });

  test('leaves an intent that the next one closes by reading, before it answers', async () => {
    const first = await on.another({ stateDir: on.session.stateDir });
    on.sim.host.speed = 1;
    const lost = first.call('domains_set', { app: 'shop', action: 'add', domains: ['a.example.com'] });
    lost.catch(() => undefined);
    while (!on.sim.commands().includes('domains:add shop a.example.com')) await delay(10);
    process.kill(first.pid, 'SIGKILL');
    on.sim.host.speed = 0;
    await expect(lost).rejects.toThrow();
    const next = await on.another({ stateDir: on.session.stateDir });
    await next.call('apps_list');
    const audit = readFileSync(join(on.session.stateDir, 'audit', '0000000001.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(audit).toMatchObject([
      { phase: 'intent', operation: 'domains_set' },
      {
        phase: 'outcome',
        id: audit[0]?.id,
        result: 'unknown',
        resolved: expect.stringMatching(/^(not_)?applied$/),
      },
    ]);
    const applied = on.app('shop').domains.names.includes('a.example.com');
    expect(audit[1]?.resolved).toBe(applied ? 'applied' : 'not_applied');
    expect(on.sim.changes()).toEqual(['domains:add shop a.example.com']);
  });
});
