import { beforeEach, expect, test } from 'vitest';
import { say } from '../../../../test/support/simulated-session.ts';
import { SimulatedHost } from '../host.ts';

let host: SimulatedHost;
beforeEach(async () => {
  host = new SimulatedHost();
  host.install('postgres');
  for (const line of [
    'apps:create shop',
    'postgres:create one',
    'postgres:create two',
    'postgres:create three',
  ]) {
    await say(host, line);
  }
});

const variables = (app = 'shop'): string[] =>
  [...(host.apps.get(app)?.config.keys() ?? [])].filter((key) => key.endsWith('_URL')).sort();

test('a first link takes DATABASE_URL, further ones a colour each, and promote swaps them', async () => {
  for (const service of ['one', 'two', 'three']) await say(host, `postgres:link ${service} shop`);
  expect(variables()).toEqual(['DATABASE_URL', 'DOKKU_POSTGRES_AQUA_URL', 'DOKKU_POSTGRES_BLACK_URL']);
  const two = host.apps.get('shop')?.config.get('DOKKU_POSTGRES_AQUA_URL');
  await say(host, 'postgres:promote two shop');
  expect(host.apps.get('shop')?.config.get('DATABASE_URL')).toBe(two);
  expect(variables()).toContain('DOKKU_POSTGRES_BLUE_URL');
  expect(host.apps.get('shop')?.dockerOptions.get('deploy')).toHaveLength(3);
  await say(host, 'postgres:unlink two shop');
  expect(variables()).toEqual(['DOKKU_POSTGRES_BLACK_URL', 'DOKKU_POSTGRES_BLUE_URL']);
  expect(host.datastores.get('postgres/two')?.links).toEqual([]);
});

test('links are a list of the service, linked looks at the variables', async () => {
  await say(host, 'postgres:link one shop');
  await say(host, 'config:unset --no-restart shop DATABASE_URL');
  expect((await say(host, 'postgres:linked one shop')).exit).toBe(1);
  expect((await say(host, 'postgres:links one')).stdout).toBe('shop\n');
});

test('a linked service is not destroyed, and apps take their links along', async () => {
  await say(host, 'postgres:link one shop');
  expect((await say(host, 'postgres:destroy one -f')).stderr).toBe(' !     Cannot delete linked service\n');
  await say(host, 'apps:clone --skip-deploy shop copy');
  expect((await say(host, 'postgres:links one')).stdout).toBe('copy\nshop\n');
  const { stdout } = await say(host, '--force apps:destroy copy');
  expect(stdout).toContain(
    '       Unlinking from one\n       Unlinking from three\n       Unlinking from two\n',
  );
  expect((await say(host, 'postgres:links one')).stdout).toBe('shop\n');
});

test('a linked app is redeployed, and its next redeploy fails while the service has no container', async () => {
  await say(host, 'git:from-image shop demo/web:1');
  const link = await say(host, 'postgres:link one shop');
  expect(link.stdout).toContain('-----> Restarting app shop\n');
  await say(host, 'postgres:stop one');
  const failed = await say(host, 'ps:restart shop');
  expect(failed.exit).toBe(1);
  expect(failed.stdout).toContain('could not get container for dokku.postgres.one');
  await say(host, 'ps:stop shop');
  const started = await say(host, 'ps:start shop');
  expect(started.stderr).toContain('Postgres service one is not running, issuing service start');
  expect(started.exit).toBe(0);
  expect(host.datastores.get('postgres/one')?.state).toBe('running');
});
