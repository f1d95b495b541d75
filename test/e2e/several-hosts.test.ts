import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { eras, type Session, startSession } from '../support/mcp.ts';
import { startTwoHosts, type TwoHosts } from '../support/two-hosts.ts';

const TOKEN = 'hunter2-hunter2';
const PASSWORD = 'pw-4711-secret';

interface Finding {
  readonly call?: { readonly arguments: { readonly host?: string } };
}

const policy = {
  rules: [
    { id: 'old-values', decision: 'deny', hosts: ['old'], commands: ['config:export'] },
    { id: 'all', decision: 'allow' },
  ],
};

describe.each(eras)('several hosts, %s', (era) => {
  let hosts: TwoHosts;
  let session: Session;
  const answers: string[] = [];
  const call = async (name: string, args: Record<string, unknown> = {}) => {
    const answer = await session.call(name, args);
    answers.push(JSON.stringify(answer));
    return answer;
  };

  beforeAll(async () => {
    hosts = await startTwoHosts();
    await hosts.old.given(
      'apps:create shop',
      `config:set --no-restart shop TOKEN=${TOKEN} PASSWORD=${PASSWORD}`,
      'git:from-image shop demo/web:1',
      'domains:set shop shop.example.com',
      'ports:set shop http:80:5000',
      'ps:scale --skip-deploy shop web=2',
      'resource:limit --memory 256m --process-type web shop',
      'nginx:set shop client-max-body-size 50m',
      'docker-options:add shop deploy --shm-size=64m',
    );
    await hosts.fresh.given('apps:create blog');
    session = await startSession({ era, args: ['--config', hosts.configure()] });
  });
  beforeEach(() => {
    hosts.old.forget();
    hosts.fresh.forget();
  });
  afterAll(async () => {
    await session?.close();
    await hosts?.stop();
  });

  test('a call goes to the host that it names, and to the first one without', async () => {
    expect((await call('apps_list')).text).toContain('shop');
    const there = await call('apps_list', { host: 'fresh' });
    expect(there.text).toContain('blog');
    expect(there.text).not.toContain('shop');
  });

  test('an unknown host is refused with the ones that are known', async () => {
    const wrong = await call('apps_list', { host: 'nowhere' });
    expect(wrong.code).toBe('INVALID_ARGUMENT');
    expect(wrong.text).toMatch(/host: .*"old"\|"fresh"/);
    const from = await call('app_copy', { host: 'fresh', from_host: 'nowhere', from_app: 'shop' });
    expect(from.code).toBe('HOST_NOT_CONFIGURED');
    expect(from.text).toContain('Use one of: old, fresh.');
    expect([...hosts.old.changes(), ...hosts.fresh.changes()]).toEqual([]);
  });

  test('the plan of a copy shows no value and sends no change to either host', async () => {
    const args = { host: 'fresh', from_host: 'old', from_app: 'shop', mode: 'plan' };
    const { data, text } = await call('app_copy', args);
    expect(data.summary).toBe('Copy shop of old to shop on fresh');
    const commands = data.commands as string[];
    expect(commands.at(0)).toBe('dokku apps:create shop');
    expect(commands.at(-1)).toBe('dokku git:from-image shop demo/web:1');
    expect(text).toContain('DNS of shop.example.com still leads to old until it is changed');
    expect([...hosts.old.changes(), ...hosts.fresh.changes()]).toEqual([]);
  });

  test('copies an app: the new host is changed, the old one is only read, both then agree', async () => {
    const { data, text } = await call('app_copy', { host: 'fresh', from_host: 'old', from_app: 'shop' });
    expect(text).toContain('shop on fresh is a copy of shop on old; read back equal. The deploy succeeded');
    expect(data).toMatchObject({ status: 'applied', result: { app: 'shop', left: [] } });
    expect(hosts.old.changes()).toEqual([]);
    expect(hosts.fresh.changes()).toEqual([
      'apps:create shop',
      'config:import --no-restart --format json shop -',
      'docker-options:add shop deploy --shm-size=64m',
      'resource:limit --memory 256m --process-type web shop',
      'checks:set shop wait-to-retire 60',
      'nginx:set shop client-max-body-size 50m',
      'ps:scale --skip-deploy shop web=2',
      'domains:set shop shop.example.com',
      'ports:set shop http:80:5000',
      'git:from-image shop demo/web:1',
    ]);
    const copy = hosts.fresh.host.apps.get('shop');
    expect(copy?.config.get('TOKEN')).toBe(TOKEN);
    const one = await call('app_export', { app: 'shop' });
    const two = await call('app_export', { app: 'shop', host: 'fresh' });
    expect(two.data.document).toBe(one.data.document);
    const again = await call('app_copy', { host: 'fresh', from_host: 'old', from_app: 'shop' });
    expect(again.code).toBe('NAME_TAKEN');
  });

  test('drift between the hosts is found, shown as a plan, and mended', async () => {
    const { data } = await call('app_export', { app: 'shop' });
    const input = { document: data.document, host: 'fresh' };
    expect((await call('app_drift', input)).data).toMatchObject({ same: true });
    await hosts.fresh.given('domains:add shop extra.example.com', 'config:set --no-restart shop DEBUG=on');
    const { text } = await call('app_drift', input);
    expect(text).toContain('domains: extra.example.com is there and not described');
    expect(text).toContain('config: DEBUG value');
    const plan = await call('app_apply', { ...input, mode: 'plan' });
    expect(plan.text).toContain('domains: extra.example.com is REMOVED');
    expect(hosts.fresh.changes()).toEqual([]);
    const done = await call('app_apply', input);
    expect(done.text).toContain('shop is as described; read back equal. The restart succeeded');
    expect((await call('app_drift', input)).data).toMatchObject({ same: true });
    const twice = await call('app_apply', input);
    expect(twice.code).toBe('NO_CHANGE');
    expect(twice.text).toContain('shop is as described.');
  });

  test('what cannot travel is listed with the call that makes it there, and nothing is deployed without it', async () => {
    await hosts.old.given(
      'apps:create files',
      'git:from-image files demo/web:1',
      'storage:mount files /var/lib/dokku/data/storage/files:/data',
    );
    const { data } = await call('app_copy', {
      host: 'fresh',
      from_host: 'old',
      from_app: 'files',
      mode: 'plan',
    });
    const told = (data.consequences as string[]).join('\n');
    expect(told).toContain('Stays behind: the mount /var/lib/dokku/data/storage/files:/data');
    expect(told).toContain(
      'command_execute {"name":"storage:mount","args":["files","/var/lib/dokku/data/storage/files:/data"]}',
    );
    expect(told).toContain('Nothing is deployed yet');
    expect((data.commands as string[]).join()).not.toContain('git:from-image');
  });

  test('each host keeps its own policy: one that hides values cannot be copied from, nor exported', async () => {
    const config = hosts.configure({ settings: { security: { policy } } });
    const guarded = await startSession({ era, args: ['--config', config] });
    try {
      const copy = await guarded.call('app_copy', {
        host: 'fresh',
        from_host: 'old',
        from_app: 'shop',
        app: 'twin',
      });
      expect(copy.code).toBe('POLICY_DENIED');
      expect(copy.text).toContain('config:export');
      expect((await guarded.call('app_export', { app: 'shop' })).code).toBe('POLICY_DENIED');
      expect((await guarded.call('app_export', { app: 'blog', host: 'fresh' })).isError).toBe(false);
      expect(hosts.fresh.changes()).toEqual([]);
    } finally {
      await guarded.close();
    }
  });

  test('one review over all hosts; one that is down is a finding among those of the others', async () => {
    const wide = await startSession({ era, args: ['--config', hosts.configure({ down: true })] });
    try {
      const { data, text, isError } = await wide.call('hosts_review');
      expect(isError, text).toBe(false);
      const found = data.hosts as { host: string; reached: boolean; apps: number; findings: Finding[] }[];
      expect(found.map(({ host, reached }) => [host, reached])).toEqual([
        ['old', true],
        ['fresh', true],
        ['down', false],
      ]);
      expect(found[0]?.apps).toBe(hosts.old.host.apps.size);
      expect(found[2]?.findings).toMatchObject([
        {
          rule: 'host-unreachable',
          severity: 'critical',
          evidence: expect.stringContaining('HOST_UNREACHABLE'),
        },
      ]);
      const calls = found.flatMap(({ host, findings }) =>
        findings.flatMap(({ call }) => (call === undefined ? [] : [[host, call.arguments.host]])),
      );
      expect(calls.length).toBeGreaterThan(0);
      for (const [host, named] of calls) expect(named).toBe(host);
      expect(text).toContain('down: could not be reviewed');
      const wrong = await wide.call('hosts_review', { hosts: ['old', 'nowhere'] });
      expect(wrong.code).toBe('HOST_NOT_CONFIGURED');
      expect(wrong.text).toContain('Use one of: old, fresh, down.');
      expect([...hosts.old.changes(), ...hosts.fresh.changes()]).toEqual([]);
    } finally {
      await wide.close();
    }
  });

  test('no answer and no record showed a value', () => {
    expect(answers.length).toBeGreaterThan(10);
    const folder = join(session.stateDir, 'audit');
    const record = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'));
    expect(record.join('')).toContain('"operation":"app_copy"');
    expect(record.join('')).toContain('"host":"fresh"');
    for (const value of [TOKEN, PASSWORD]) {
      expect(answers.join('\n')).not.toContain(value);
      expect(record.join('\n')).not.toContain(value);
    }
  });
});
