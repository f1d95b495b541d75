import { expect, test } from 'vitest';
import { SimulatedHost } from '../host.ts';
import { runSession } from '../session.ts';

async function answer(host: SimulatedHost, line: string, stdin = ''): Promise<[number, string, string]> {
  const { exit, stdout, stderr } = await runSession(host, { line, stdin: Buffer.from(stdin) });
  return [exit, stdout, stderr];
}

test('help lists the plugins beside the core ones after those', async () => {
  const host = new SimulatedHost();
  const [, before] = await answer(host, 'help');
  expect(before).toContain('    apps                     Manage apps\n');
  expect(before).not.toContain('postgres');
  host.plugins.push({
    name: 'postgres',
    version: '1.48.0',
    description: 'dokku postgres service plugin',
    enabled: true,
    sourceUrl: '',
    committish: '',
    branch: '',
  });
  const [, after] = await answer(host, 'help');
  expect(after).toBe(`${before}    postgres   Plugin for managing Postgres services\n`);
});

test.each(['certs', 'ps', 'checks:help', 'docker-local:help'])('%s prints its help', async (line) => {
  const [exit, stdout] = await answer(new SimulatedHost(), line);
  expect(exit).toBe(0);
  expect(stdout).toMatch(/^Usage: dokku [a-z-]+\[:COMMAND\]\n/);
});

test.each(['builder-null', 'apps:nope', 'APPS:LIST', 'common:help', 'scheduler-k3s:report'])(
  '%s is no command',
  async (line) => {
    const [exit, , stderr] = await answer(new SimulatedHost(), line);
    expect(exit).toBe(1);
    expect(stderr).toContain('is not a dokku command.');
  },
);

test('the plugin list knows three forms of its format', async () => {
  const host = new SimulatedHost();
  const [, text] = await answer(host, 'plugin:list');
  expect(text.split('\n')[0]).toBe('  00_dokku-standard    0.38.27 enabled    dokku core standard plugin');
  const [, json] = await answer(host, 'plugin:list --format=json');
  expect((JSON.parse(json) as { name: string }[])[1]?.name).toBe('20_events');
  expect(await answer(host, 'plugin:list --format nonsense')).toEqual([
    1,
    '',
    ' !     Invalid output format specified, supported formats: json, stdout\n',
  ]);
});

test('keys can be listed by name', async () => {
  const host = new SimulatedHost();
  expect((await answer(host, 'ssh-keys:list admin'))[1]).toContain('NAME="admin"');
  expect(await answer(host, 'ssh-keys:list nobody')).toEqual([1, '', '']);
  expect(await answer(host, 'ssh-keys:list --format json nobody')).toEqual([0, '[]\n', '']);
});

test('a shell runs the lines of its input until they end', async () => {
  const host = new SimulatedHost();
  const [exit, stdout] = await answer(host, 'shell', 'version\n\nquit\nversion\n');
  expect([exit, stdout]).toEqual([0, 'dokku version v0.38.27\n']);
});

test('trace shows every argument of the next command on standard error', async () => {
  const host = new SimulatedHost();
  await answer(host, 'trace:on');
  const [exit, stdout, stderr] = await answer(host, 'config:get web SECRET');
  expect([exit, stdout]).toEqual([20, '']);
  expect(stderr).toContain('+ /usr/local/bin/dokku config:get web SECRET\n');
  await answer(host, 'trace:off');
  expect((await answer(host, 'version'))[2]).toBe('');
});

test('--trace shows only the second pass', async () => {
  const [, , stderr] = await answer(new SimulatedHost(), '--trace version');
  expect(stderr).not.toContain('/usr/local/bin/dokku');
  expect(stderr).toContain('+ execute_dokku_cmd version\n');
});

test('report of an app that is not there gives the host part first', async () => {
  const [exit, stdout, stderr] = await answer(new SimulatedHost(), 'report nope');
  expect(exit).toBe(20);
  expect(stdout).toContain('-----> disk utilization: \n');
  expect(stderr).toContain(' !     App nope does not exist\n');
});
