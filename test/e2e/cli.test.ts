import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCli } from '../support/cli.ts';
import { type SimulatedDokku, startSimulatedDokku } from '../support/simulated-host.ts';

describe('the command line', () => {
  let sim: SimulatedDokku;
  const on = (...words: string[]) => runCli([...words, '--config', sim.config]);
  beforeAll(async () => {
    sim = await startSimulatedDokku();
    await sim.given('apps:create shop', 'git:from-image shop demo/web:1');
  });
  afterAll(() => sim.stop());

  test('--help fits a screen', async () => {
    const { code, stdout } = await runCli(['--help']);
    const lines = stdout.trimEnd().split('\n');
    expect(code).toBe(0);
    expect(lines.length).toBeLessThanOrEqual(24);
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    for (const word of [
      'serve',
      'demo',
      'doctor',
      'call',
      'audit',
      'tools',
      'policy',
      '--host',
      '--read-only',
      'DOKKU_HOST',
    ])
      expect(stdout).toContain(word);
    expect(stdout).not.toContain('keeper');
  });

  test.each(['serve', 'doctor', 'call', 'audit', 'tools', 'policy', 'demo'])(
    '%s --help fits a screen',
    async (command) => {
      const { code, stdout } = await runCli([command, '--help']);
      expect(code).toBe(0);
      expect(stdout.trimEnd().split('\n').length).toBeLessThanOrEqual(24);
    },
  );

  test('--version says it', async () => {
    expect(await runCli(['--version'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
  });

  test.each([
    [['nonsense'], 'nonsense'],
    [['doctor', '--nonsense'], '--nonsense'],
    [['call'], "'tool'"],
    [['serve', 'extra'], 'extra'],
  ])('%j is wrong usage: exit 2, named, no stack trace', async (words, named) => {
    const { code, stdout, stderr } = await runCli(words);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(named);
    expect(stderr).not.toMatch(/^ +at /m);
  });

  test.each([
    [['--host', '-oProxyCommand=x'], {}, 'host'],
    [['--host', 'dokku@a;b'], {}, 'host'],
    [['--port', 'abc', '--host', 'dokku@h'], {}, 'port'],
    [['--config', '/nowhere/config.yaml'], {}, '/nowhere/config.yaml'],
    [[], { DOKKU_HOST: 'dokku@a b' }, 'dokku.hosts'],
  ] as const)('configuration %j %j is refused by name', async (words, env, named) => {
    const { code, stdout, stderr } = await runCli(['tools', ...words], env);
    expect(code).not.toBe(0);
    expect(stdout).toBe('');
    expect(stderr).toContain(named);
    expect(stderr).not.toMatch(/^ +at /m);
  });

  test('tools lists them without a host', async () => {
    const { code, stdout } = await runCli(['tools']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^tool +kind +what it does\napps_list +reads +List apps\n/);
    const { tools } = JSON.parse((await runCli(['tools', '--json', '--read-only'])).stdout) as {
      tools: { name: string; inputSchema: object }[];
    };
    expect(tools.map(({ name }) => name)).not.toContain('apps_create');
    expect(tools[0]?.inputSchema).toMatchObject({ type: 'object', additionalProperties: false });
  });

  test('call runs a tool and prints its text, or its data', async () => {
    const text = await on('call', 'apps_list');
    expect(text).toMatchObject({ code: 0, stderr: '' });
    expect(text.stdout).toMatch(/^shop +deployed /m);
    // As host_review and others write it for a model.
    const named = await on('call', 'command_query', '{"name":"certs_info","input":{"app":"shop"}}', '--json');
    expect(named).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(named.stdout)).toMatchObject({ certificates: [{ app: 'shop' }] });
    const json = await on('call', 'apps_info', '{"app":"shop"}', '--json');
    expect(JSON.parse(json.stdout)).toMatchObject({ name: 'shop', state: 'deployed' });
  });

  test.each([
    ['no_such_tool', '{}', 'NOT_FOUND', 'dokku-mcp tools lists them', 1],
    ['apps_info', '{"app":', 'INVALID_ARGUMENT', 'are not JSON', 2],
    ['apps_info', '{}', 'INVALID_ARGUMENT', 'app: is needed', 2],
    ['apps_info', '{"app":"nope"}', 'APP_NOT_FOUND', 'There is no app named "nope"', 1],
    ['apps_destroy', '{"app":"shop"}', 'CONFIRMATION_REQUIRED', 'needs the consent of a person', 1],
  ])('call %s %s fails with %s', async (tool, json, code, words, exit) => {
    sim.forget();
    const result = await on('call', tool, json);
    expect([result.code, result.stdout]).toEqual([exit, '']);
    expect(result.stderr).toContain(`[${code}]`);
    expect(result.stderr).toContain(words);
    expect(result.stderr).not.toMatch(/^ +at /m);
    expect(sim.changes()).toEqual([]);
  });

  test('call of a change is refused where nothing may be changed', async () => {
    const { code, stderr } = await on('call', 'apps_create', '{"app":"x"}', '--read-only');
    expect(code).toBe(1);
    expect(stderr).toMatch(/\[(?:NOT_FOUND|POLICY_DENIED)\]/);
    expect(sim.host.apps.has('x')).toBe(false);
  });

  test('call without a host says how to configure one', async () => {
    const { code, stderr } = await runCli(['call', 'apps_list']);
    expect(code).toBe(1);
    expect(stderr).toContain('Set DOKKU_HOST=dokku@your-host or pass --host');
  });
});
