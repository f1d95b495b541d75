import { expect, it } from 'vitest';
import { rightsUnder } from '../../test/support/rights.ts';
import { Catalogue } from '../infrastructure/dokku/catalogue/catalogue.ts';
import type { Context } from './context.ts';
import { guard } from './guard.ts';
import type { Command } from './ports.ts';

function guarded(command: Command, version = '0.38.27'): Promise<boolean> {
  const context = {
    catalogue: new Catalogue(),
    permissions: { reveal: false, maxProcesses: 20, gitHosts: [], probeAfterDeploy: false },
    client: { about: async () => ({ version, plugins: [] }) },
    rights: rightsUnder(),
    signal: new AbortController().signal,
  };
  return guard([{ name: 'apps:list', args: [] }, command], context as unknown as Context);
}

const importing = (stdin: string, ...args: string[]): Command => ({
  name: 'config:import',
  args: [...args, 'shop', '-'],
  stdin,
});

it.each<[Command, string]>([
  [{ name: 'storage:mount', args: ['shop', '/:/host'] }, 'POLICY_DENIED'],
  [{ name: 'config:set', args: ['shop', 'DOKKU_TRACE=1'] }, 'POLICY_DENIED'],
  [{ name: 'config:set', args: ['shop', 'A=ends in"'] }, 'INVALID_ARGUMENT'],
  [{ name: 'config:set', args: ['--encoded', 'shop', `A=${btoa('ends in\\')}`] }, 'INVALID_ARGUMENT'],
  [{ name: 'config:set', args: ['--encoded', 'shop', 'A=%'] }, 'INVALID_ARGUMENT'],
  [importing('{"LD_PRELOAD": "x"}', '--format', 'json'), 'POLICY_DENIED'],
  [importing('{"A": "x\\\\"}', '--format', 'json'), 'INVALID_ARGUMENT'],
  [importing('{"A": 1}', '--format=json'), 'INVALID_ARGUMENT'],
  [importing('[1]', '--format', 'json'), 'INVALID_ARGUMENT'],
  [{ name: 'postgres:destroy', args: ['../redis/cache'], flags: ['force'] }, 'INVALID_ARGUMENT'],
  [{ name: 'redis:clone', args: ['cache', '../postgres/db'] }, 'INVALID_ARGUMENT'],
  [{ name: 'postgres:create', args: ['--memory', '64', 'db'] }, 'INVALID_ARGUMENT'],
  [importing('{', '--format', 'json'), 'INVALID_ARGUMENT'],
  [importing('A=1\nexport DOCKER_HOST=x\n'), 'POLICY_DENIED'],
  [{ name: 'ps:scale', args: ['shop', 'web=21'] }, 'INVALID_ARGUMENT'],
  [{ name: 'ps:scale', args: ['shop', 'web=1', 'web=2'] }, 'INVALID_ARGUMENT'],
])('%j is refused: %s', async (command, code) => {
  await expect(guarded(command)).rejects.toMatchObject({ code });
});

it.each<Command>([
  { name: 'config:set', args: ['shop', 'A=it is "fine" here'] },
  { name: 'config:set', args: ['--encoded', 'shop', `A=${btoa('fine')}`] },
  importing('{"A": "x", "__proto__": "y"}', '--format', 'json'),
  importing('A=1\n# DOKKU_X=1\n'),
  { name: 'ps:scale', args: ['shop', 'web=20', 'worker=0'] },
  { name: 'docker-options:add', args: ['shop', 'deploy', '--init'] },
])('%j passes', async (command) => {
  await expect(guarded(command)).resolves.toBe(false);
});

it('what an old Dokku hands to a shell is not sent there', async () => {
  const command = { name: 'docker-options:add', args: ['shop', 'deploy', '--init'] };
  await expect(guarded(command, '0.38.24')).rejects.toMatchObject({
    code: 'UNSUPPORTED',
    message: expect.stringContaining('0.38.24'),
  });
});
