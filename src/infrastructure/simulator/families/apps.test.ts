import { expect, test } from 'vitest';
import { SimulatedHost } from '../host.ts';
import { runSession } from '../session.ts';

async function answer(
  host: SimulatedHost,
  line: string,
  stdin?: string,
): Promise<{ exit: number; stdout: string; stderr: string }> {
  const { exit, stdout, stderr } = await runSession(host, {
    line,
    ...(stdin === undefined ? {} : { stdin: Buffer.from(stdin) }),
  });
  return { exit, stdout, stderr };
}

async function hostWith(...apps: string[]): Promise<SimulatedHost> {
  const host = new SimulatedHost();
  host.globalDomains.push('dokku.test');
  for (const app of apps) await answer(host, `apps:create ${app}`);
  return host;
}

test.each([
  ['apps:create', 1, 'Please specify an app to run the command on'],
  ['apps:create web', 1, 'Name is already taken'],
  ['apps:exists nope', 20, 'App nope does not exist'],
  ['apps:exists Nope', 1, 'App name must begin with lowercase alphanumeric character'],
  ['apps:rename web', 1, 'Please specify an new app name'],
  ['apps:clone nope other', 20, 'App nope does not exist'],
  ['apps:locked web', 1, 'Deploy lock does not exist'],
  ['apps:set web disable-autocreation true', 1, 'Property can only be specified globally'],
  ['apps:set web', 1, 'No property specified'],
  ['apps:set web nope x', 1, 'Invalid property specified, valid properties include: deploy-source,'],
  ['apps:set --global deploy-source x', 1, 'Property cannot be specified globally'],
])('%s ends with %i', async (line, code, text) => {
  const { exit, stdout, stderr } = await answer(await hostWith('web'), line);
  expect({ exit, stdout }).toEqual({ exit: code, stdout: '' });
  expect(stderr).toContain(` !     ${text}`);
});

test.each([
  [undefined, ' !     EOF\n'],
  ['\n', ' !     unexpected newline\n'],
  ['web api\n', ' !     expected newline\n'],
  ['api\n', 'Confirmation did not match test. Aborted.\n'],
])('a destroy that is answered with %j destroys nothing', async (stdin, end) => {
  const host = await hostWith('web');
  const { exit, stdout, stderr } = await answer(host, 'apps:destroy web', stdin);
  expect({ exit, stdout }).toEqual({ exit: 1, stdout: '> ' });
  expect(stderr.endsWith(end)).toBe(true);
  expect(host.apps.has('web')).toBe(true);
});

test('a quoted --force in any value skips the confirmation', async () => {
  const host = await hostWith('web');
  expect((await answer(host, "apps:destroy web 'no --force please'")).exit).toBe(0);
  expect(host.apps.size).toBe(0);
});

test('a clone takes variables and settings over, but neither domains nor the certificate', async () => {
  const host = await hostWith('web');
  await answer(host, 'config:set --no-restart web A=1');
  await answer(host, 'apps:set web deploy-source-metadata x');
  const { exit } = await answer(host, 'apps:clone --skip-deploy web copy');
  expect(exit).toBe(0);
  expect((await answer(host, 'config:get copy A')).stdout).toBe('1\n');
  expect((await answer(host, 'apps:report copy --app-deploy-source-metadata')).stdout).toBe('x\n');
  expect(host.apps.get('copy')?.domains.names).toEqual(['copy.dokku.test']);
});

test('a renamed app has its old domains under the new name', async () => {
  const host = await hostWith('web');
  host.apps.get('web')?.domains.names.push('www.example.com');
  await answer(host, 'apps:rename web site');
  expect(host.appNames()).toEqual(['site']);
  expect(host.apps.get('site')?.domains.names).toEqual(['site.dokku.test', 'www.example.com']);
});
