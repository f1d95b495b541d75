import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PolicySchema } from '../../src/domain/policy/policy.ts';
import { coreCommands } from '../../src/infrastructure/dokku/catalogue/catalogue.ts';
import { fence } from '../../src/infrastructure/dokku/fence/fence.ts';
import { eras, type Session, startSession } from '../support/mcp.ts';
import { stage } from '../support/stage.ts';

const policy = {
  protected_apps: ['shop'],
  rules: [
    { id: 'team', decision: 'allow', roles: ['operator'], apps: ['shop*', 'web-*'] },
    { id: 'no-domains', decision: 'deny', commands: ['domains:*'], apps: ['web-1'] },
    { id: 'no-runs', decision: 'deny', commands: ['run', 'run:*', 'enter'] },
    { id: 'ask-locks', decision: 'confirm', commands: ['apps:lock'] },
    { id: 'guests', decision: 'allow', roles: ['guest'], apps: ['web-1'], effects: ['read'] },
  ],
};
const given = [
  'apps:create shop',
  'apps:create shop-api',
  'apps:create web-1',
  'apps:create wec-2',
  'apps:create payroll',
];

describe.each(eras)('a policy, %s', (era) => {
  const on = stage(era, { given, settings: { security: { policy } } });
  const denied = async (name: string, args: Record<string, unknown>, rule: RegExp): Promise<string> => {
    const { code, text, isError } = await on.call(name, args);
    expect({ code, isError }, text).toEqual({ code: 'POLICY_DENIED', isError: true });
    expect(text).toMatch(rule);
    expect(text).toContain('Nothing was sent');
    return text;
  };

  test('what is denied altogether is not listed, and refused by name', async () => {
    const { tools } = await on.session.client.listTools();
    const names = tools.map(({ name }) => name);
    expect(names).not.toContain('run_command');
    expect(names).toContain('apps_destroy');
    expect(
      tools.every(({ inputSchema, outputSchema }) => inputSchema.type === 'object' && outputSchema),
    ).toBe(true);
    await denied('run_command', { app: 'shop', command: ['ls'] }, /run_command is not allowed/);
    await denied('run_command', { nonsense: true }, /run_command is not allowed/);
    await denied(
      'command_execute',
      { name: 'run_command', input: { app: 'shop', command: ['ls'] } },
      /run_command/,
    );
    await denied('command_execute', { name: 'run', args: ['shop', 'ls'] }, /"no-runs"/);
    await denied('command_execute', { name: 'run:detached', args: ['shop-api', 'ls'] }, /"no-runs"/);
    expect(on.sim.changes()).toEqual([]);
  });

  test('lists, resources and completions show the apps of the role only', async () => {
    const { data, text } = await on.call('apps_list');
    expect((data.apps as { name: string }[]).map(({ name }) => name)).toEqual(['shop', 'shop-api', 'web-1']);
    expect(data.total).toBe(3);
    expect(text).not.toMatch(/payroll|wec-2/);
    const { contents } = await on.session.client.readResource({ uri: 'dokku://sim/apps' });
    expect(JSON.stringify(contents)).not.toMatch(/payroll|wec-2/);
    const { completion } = await on.session.client.complete({
      ref: { type: 'ref/resource', uri: 'dokku://{host}/apps/{app}' },
      argument: { name: 'app', value: '' },
      context: { arguments: { host: 'sim' } },
    });
    expect(completion.values).toEqual(['shop', 'shop-api', 'web-1']);
  });

  test('a hidden app is refused with the same words whether it exists or not', async () => {
    const read = async (app: string) =>
      (await denied('apps_info', { app }, /not among the apps/)).replaceAll(app, 'APP');
    expect(await read('payroll')).toBe(await read('no-such'));
    for (const app of ['payroll', 'no-such']) {
      await denied('config_get', { app }, /not among the apps/);
      await denied('logs_read', { app }, /no rule of the policy allows/);
      await denied('builds_list', { app }, /not among the apps/);
      await denied('deploy_status', { app }, /not among the apps/);
      await denied('apps_create', { app }, /no rule of the policy allows|not among the apps/);
      await denied('apps_destroy', { app }, /not among the apps/);
      await denied('command_query', { name: 'ps:report', args: [app] }, /no rule of the policy allows/);
      await denied('command_execute', { name: 'apps:clone', args: ['shop', app] }, /no rule of the policy/);
      const uri = `dokku://sim/apps/${app}`;
      await expect(on.session.client.readResource({ uri })).rejects.toThrow(/not found/i);
    }
    const near = await on.call('apps_info', { app: 'web-2' });
    expect(near.code).toBe('APP_NOT_FOUND');
    expect(near.text).toContain('web-1');
    expect(near.text).not.toContain('wec-2');
    expect(on.sim.commands().filter((line) => /payroll|no-such/.test(line))).toEqual([]);
  });

  test('a command of the whole host needs a rule for all apps', async () => {
    await denied('command_query', { name: 'apps:list', args: [] }, /no rule of the policy allows/);
    await denied('command_query', { name: 'apps:report', args: [] }, /no rule of the policy allows/);
    await denied('command_execute', { name: 'ps:stop', args: ['--all'] }, /no rule of the policy allows/);
    await denied('command_execute', { name: 'nginx:stop', args: [] }, /no rule of the policy allows/);
    expect((await on.call('command_query', { name: 'version', args: [] })).isError).toBe(false);
  });

  test('a denied command cannot be reached by another tool', async () => {
    const domains = ['www.example.com'];
    await denied('domains_set', { app: 'web-1', action: 'add', domains }, /"no-domains"/);
    await denied('domains_set', { app: 'web-1', action: 'add', domains, mode: 'plan' }, /"no-domains"/);
    await denied('command_execute', { name: 'domains:add', args: ['web-1', ...domains] }, /"no-domains"/);
    await denied('command_query', { name: 'domains:report', args: ['web-1'] }, /"no-domains"/);
    const { data } = await on.call('apps_info', { app: 'web-1' });
    expect(data.missing).toEqual(
      expect.arrayContaining([
        { part: 'domains', reason: expect.stringContaining('"no-domains"') as string },
      ]),
    );
    expect(on.sim.commands().filter((line) => /^domains:.*web-1/.test(line))).toEqual([]);
    expect((await on.call('domains_set', { app: 'shop-api', action: 'add', domains })).isError).toBe(false);
  });

  test('--app cannot be smuggled in', async () => {
    for (const args of [
      ['shop', '--app', 'payroll'],
      ['--app', 'payroll', 'shop'],
      ['--app=payroll', 'shop'],
      ['shop', '--global'],
    ]) {
      const { code } = await on.call('command_query', { name: 'config:keys', args });
      expect(['INVALID_ARGUMENT', 'POLICY_DENIED']).toContain(code);
    }
    const { code } = await on.call('command_execute', {
      name: 'apps:lock',
      args: ['shop', '--app', 'payroll'],
    });
    expect(['INVALID_ARGUMENT', 'POLICY_DENIED']).toContain(code);
    expect(on.sim.lines().filter((line) => line.includes('payroll'))).toEqual([]);
  });

  test('a protected app is not destroyed, whoever agrees', async () => {
    on.consent = () => ({ name: 'shop' });
    await denied('apps_destroy', { app: 'shop' }, /protected_apps/);
    await denied('command_execute', { name: 'apps:destroy', args: ['shop'] }, /protected_apps/);
    await denied('command_execute', { name: 'config:clear', args: ['shop'] }, /protected_apps/);
    expect(on.session.questions).toEqual([]);
    expect(on.sim.host.apps.has('shop')).toBe(true);
  });

  test('what disrupts a protected app, and what a rule says so, asks a person', async () => {
    const clear = { name: 'domains:clear', args: ['shop'] };
    expect((await on.call('command_execute', clear)).code).toBe('CONFIRMATION_DECLINED');
    expect(on.session.questions).toHaveLength(1);
    expect(on.sim.changes()).toEqual([]);
    expect((await on.call('command_execute', { ...clear, args: ['shop-api'] })).isError).toBe(false);
    expect(on.session.questions).toHaveLength(1);
    const lock = { name: 'apps:lock', args: ['web-1'] };
    expect((await on.call('command_execute', lock)).code).toBe('CONFIRMATION_DECLINED');
    on.consent = () => ({ agree: true });
    expect((await on.call('command_execute', lock)).isError).toBe(false);
    expect(on.sim.changes()).toEqual(['domains:clear shop-api', 'apps:lock web-1']);
  });

  test('policy_explain tells the rule and what is allowed', async () => {
    const ask = (input: Record<string, unknown>) => on.call('policy_explain', input);
    const { data, text } = await ask({ command: 'domains:add', args: ['web-1', 'www.example.com'] });
    expect(data).toMatchObject({
      verdict: 'deny',
      concerns: 'web-1',
      effect: 'reversible',
      role: 'operator',
    });
    expect(text).toMatch(/"no-domains"[\s\S]*team: allows everything on the apps shop\* web-\*/);
    expect((await ask({ command: 'apps:lock', args: ['web-1'] })).data.verdict).toBe('confirm');
    expect((await ask({ tool: 'apps_destroy', app: 'shop' })).data.verdict).toBe('deny');
    expect((await ask({ tool: 'apps_destroy', app: 'shop-api' })).data.verdict).toBe('confirm');
    expect((await ask({ tool: 'run_command' })).data.verdict).toBe('deny');
    expect((await ask({})).code).toBe('INVALID_ARGUMENT');
    expect(on.sim.lines()).toEqual([]);
  });

  test('another role has other rules', async () => {
    const guest = await on.another({ config: on.sim.configure({ security: { policy, role: 'guest' } }) });
    const { tools } = await guest.client.listTools();
    expect(tools.filter(({ annotations }) => annotations?.readOnlyHint !== true)).toEqual([]);
    expect((await guest.call('apps_list')).data).toMatchObject({ total: 1, apps: [{ name: 'web-1' }] });
    expect((await guest.call('apps_info', { app: 'shop' })).code).toBe('POLICY_DENIED');
    expect((await guest.call('apps_create', { app: 'web-9' })).code).toBe('POLICY_DENIED');
  });
});

describe('data services under a role that may not read every app', () => {
  const rules = [
    { id: 'team', decision: 'allow', apps: ['web-*'] },
    // `postgres:app-links` and `postgres:linked` read an app, so that a rule that allows them for all shows all.
    { id: 'data', decision: 'allow', commands: ['postgres:list', 'postgres:info', 'postgres:destroy'] },
  ];
  const on = stage('2026-07-28', { given, settings: { security: { policy: { rules } } } });
  const service = { type: 'postgres', service: 'db' };

  test('name no hidden app, and are not destroyed under it', async () => {
    on.sim.host.install('postgres');
    await on.sim.given('postgres:create db', 'postgres:link db web-1', 'postgres:link db payroll --alias A');
    const info = await on.call('services_info', service);
    expect(info.data).toMatchObject({ services: [{ links: ['web-1'], used_by_others: true }] });
    const { contents } = await on.session.client.readResource({ uri: 'dokku://sim/services/postgres/db' });
    expect(JSON.stringify(contents)).toContain('used_by_others');
    on.consent = () => ({ name: 'db' });
    const destroy = { action: 'destroy', ...service, options: { unlink: true } };
    const refused = await on.call('services_set', destroy);
    expect(refused.code).toBe('CONFLICT');
    expect(refused.text).toContain('used by others');
    expect(JSON.stringify([info.data, info.text, contents, refused.text])).not.toContain('payroll');
    expect(on.sim.changes()).toEqual([]);
  });
});

describe('a role that may read some apps only', () => {
  const rules = [
    { id: 'team', decision: 'allow', apps: ['web-*'] },
    // It may change this one, and nothing reads it.
    { id: 'blind', decision: 'allow', apps: ['shop'], commands: ['git:from-image'] },
  ];
  const on = stage('2026-07-28', { given, settings: { security: { policy: { rules } } } });
  const listed = async () => {
    const { data, text } = await on.call('services_info');
    return { names: (data.services as { service: string }[]).map(({ service }) => service), text };
  };

  test('has the services of its apps, and no word of the others', async () => {
    on.sim.host.install('postgres');
    await on.sim.given(
      ...['mine', 'shared', 'theirs', 'free'].map((name) => `postgres:create ${name}`),
      'postgres:link mine web-1',
      'postgres:link shared web-1 --alias S',
      'postgres:link shared payroll',
      'postgres:link theirs payroll --alias T',
    );
    const { names, text } = await listed();
    expect(names).toEqual(['mine']);
    const one = await on.call('services_info', { type: 'postgres', service: 'mine' });
    expect(one.data).toMatchObject({ services: [{ service: 'mine', links: ['web-1'] }] });
    const answers = [text, one.text];
    for (const service of ['shared', 'theirs', 'free', 'nothere']) {
      const refused = await on.call('services_info', { type: 'postgres', service });
      expect([service, refused.code]).toEqual([service, 'NOT_FOUND']);
      answers.push(refused.text.replaceAll(service, 'X'));
    }
    expect(new Set(answers.slice(2)).size).toBe(1);
    const { completion } = await on.session.client.complete({
      ref: { type: 'ref/resource', uri: 'dokku://{host}/services/{type}/{name}' },
      argument: { name: 'name', value: '' },
      context: { arguments: { host: 'sim', type: 'postgres' } },
    });
    expect(completion.values).toEqual(['mine']);
    expect(answers.join()).not.toMatch(/payroll|shared|theirs/);
    expect((await on.call('services_logs', { type: 'postgres', service: 'mine' })).code).toBe(
      'POLICY_DENIED',
    );
  });

  test('sees no app that it may only change', async () => {
    const { data } = await on.call('apps_list');
    expect((data.apps as { name: string }[]).map(({ name }) => name)).toEqual(['web-1']);
    const names = ['shop', 'payroll', 'nothere'];
    for (const app of names) expect((await on.call('apps_info', { app })).code).toBe('POLICY_DENIED');
    const execute = { name: 'git:from-image', args: ['shop', 'demo/web:1'] };
    expect((await on.call('command_execute', execute)).isError).toBe(false);
    expect(on.sim.changes()).toEqual(['git:from-image shop demo/web:1']);
  });
});

describe('read-only', () => {
  let session: Session;
  beforeAll(async () => {
    session = await startSession({ era: '2026-07-28', args: ['--read-only', '--demo'] });
  });
  afterAll(() => session.close());

  test('refuses every change by name, and says what to do', async () => {
    const { code, text } = await session.call('apps_create', { app: 'x' });
    expect(code).toBe('POLICY_DENIED');
    expect(text).toMatch(/apps_create is not allowed here: this server is read-only/);
    const plan = await session.call('command_execute', { name: 'apps:create', args: ['x'], mode: 'plan' });
    expect(plan.code).toBe('POLICY_DENIED');
    expect((await session.call('apps_list')).isError).toBe(false);
  });
});

describe('a fence on the host, and a server that knows no policy', () => {
  const subject = { role: 'operator', host: 'sim', readOnly: false };
  const on = stage('2026-07-28', {
    given,
    fence: (dokku) =>
      fence({ policy: PolicySchema.parse(policy), subject, commands: coreCommands, strict: false, dokku }),
  });

  test('does what the policy allows, and is told what the fence refuses', async () => {
    expect((await on.call('apps_info', { app: 'shop' })).isError).toBe(false);
    expect((await on.call('apps_list')).isError).toBe(false);
    expect(
      (await on.call('config_set', { app: 'web-1', values: { A: 'it\'s "here" now' }, restart: false }))
        .isError,
    ).toBe(false);
    expect(on.app('web-1').config.get('A')).toBe('it\'s "here" now');
    on.sim.forget();
    const { code, text } = await on.call('apps_create', { app: 'payroll-2' });
    expect(code).toBe('POLICY_DENIED');
    expect(text).toMatch(/the fence on the host refuses it \(no rule allows it\)/);
    expect(on.sim.changes()).toEqual([]);
    expect((await on.call('command_query', { name: 'config:keys', args: ['payroll'] })).code).toBe(
      'POLICY_DENIED',
    );
  });
});
