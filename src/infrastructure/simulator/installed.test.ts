import { expect, test } from 'vitest';
import { SimulatedHost } from './host.ts';
import { installable } from './installed.ts';
import { runSession } from './session.ts';

const names = [...installable.keys()];

test.each(names)('%s is on a host only after it was installed', async (name) => {
  const host = new SimulatedHost();
  const line = `${name}:help`;
  expect((await runSession(host, { line })).stderr).toContain('is not a dokku command.');
  host.install(name);
  host.install(name);
  const help = await runSession(host, { line });
  expect(help.exit).toBe(0);
  expect(help.stdout).toMatch(new RegExp(`^[Uu]sage: dokku ${name}\\[:COMMAND\\]\\n`));
  const listed = (await runSession(host, { line: 'plugin:list' })).stdout.split('\n');
  expect(listed.filter((row) => row.startsWith(`  ${name} `))).toHaveLength(1);
  expect((await runSession(host, { line: 'help' })).stdout).toMatch(new RegExp(`^ {4}${name} +\\S`, 'm'));
});

test('a plugin that is switched off does not answer', async () => {
  const host = new SimulatedHost();
  const known = installable.get('maintenance');
  if (known === undefined) throw new Error('no such plugin');
  host.plugins.push({ ...known.plugin, enabled: false });
  expect((await runSession(host, { line: 'maintenance:report' })).stderr).toContain(
    'is not a dokku command.',
  );
});

test('a plugin the simulator does not know cannot be installed', () => {
  expect(() => new SimulatedHost().install('solr')).toThrow('the simulator has no plugin solr');
});

test('dokku report holds the parts of installed plugins, without secrets', async () => {
  const host = new SimulatedHost();
  host.install('letsencrypt');
  host.install('http-auth');
  await runSession(host, { line: 'apps:create web' });
  await runSession(host, { line: 'letsencrypt:set web dns-provider-TOKEN hush' });
  const { stdout } = await runSession(host, { line: 'report web' });
  const sections = [...stdout.matchAll(/^=====> web (\S+) information$/gm)].map(([, section]) => section);
  const at = sections.indexOf('http-auth');
  expect(sections.slice(at - 1, at + 3)).toEqual(['haproxy', 'http-auth', 'letsencrypt', 'logs']);
  expect(stdout).toContain('dns provider TOKEN: ****');
  expect(stdout).not.toContain('hush');
});
