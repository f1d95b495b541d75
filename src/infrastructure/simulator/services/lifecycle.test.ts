import { beforeEach, expect, test } from 'vitest';
import { say } from '../../../../test/support/simulated-session.ts';
import { SimulatedHost } from '../host.ts';
import { datastorePlugins } from './plugins.ts';

let host: SimulatedHost;
beforeEach(() => {
  host = new SimulatedHost();
  host.install('postgres');
  host.install('redis');
});

test('a host has only the plugins that were installed', async () => {
  const bare = new SimulatedHost();
  expect((await say(bare, 'postgres:list')).stderr).toContain('is not a dokku command');
  expect((await say(bare, 'plugin:list')).stdout).not.toContain('postgres');
  expect((await say(host, 'plugin:list')).stdout).toMatch(
    /^ {2}postgres +1\.48\.0 enabled +dokku postgres service plugin$/m,
  );
  expect((await say(host, 'help')).stdout).toContain(
    '    postgres   Plugin for managing Postgres services\n',
  );
  expect(() => host.install('nothing')).toThrow('no plugin nothing');
});

test.each(datastorePlugins)('$name creates, shows and destroys a service', async (plugin) => {
  host.install(plugin.name);
  const created = await say(host, `${plugin.name}:create my-db`);
  expect(created.exit).toBe(0);
  expect(created.stdout).toContain(`=====> ${plugin.title} container created: my-db\n`);
  const service = host.datastores.get(`${plugin.name}/my-db`);
  expect(service).toMatchObject({
    plugin: plugin.name,
    name: 'my-db',
    state: 'running',
    version: plugin.imageVersion,
  });
  const { stdout } = await say(host, `${plugin.name}:info my-db --dsn`);
  expect(stdout).toMatch(new RegExp(`^${plugin.scheme}://.*dokku-${plugin.name}-my-db:${plugin.ports[0]}`));
  expect((await say(host, `${plugin.name}:help create`)).stdout).toContain(
    `export ${plugin.variable}_IMAGE=`,
  );
  const refused = await say(host, `${plugin.name}:export my-db`);
  expect(refused.exit).toBe(plugin.unimplemented.length > 0 ? 1 : 0);
  expect((await say(host, `${plugin.name}:destroy my-db -f`)).exit).toBe(0);
  expect(host.datastores.size).toBe(0);
  expect(host.serviceContainers.size).toBe(0);
});

test('pause keeps the container, stop removes it, and the data is there after both', async () => {
  await say(host, 'postgres:create db');
  await say(host, 'postgres:connect db', 'create table t(i int); insert into t values (1);');
  await say(host, 'postgres:pause db');
  expect(host.datastores.get('postgres/db')?.state).toBe('exited');
  expect((await say(host, 'postgres:start db')).stdout).toBe(
    '=====> Starting container\n=====> Container started\n',
  );
  await say(host, 'postgres:stop db');
  expect(host.datastores.get('postgres/db')?.state).toBe('missing');
  expect((await say(host, 'postgres:connect db', 'select 1;')).stderr).toBe(
    'Error response from daemon: No such container: dokku.postgres.db\n',
  );
  expect((await say(host, 'postgres:start db')).stdout).toContain('       Already exists\n');
  expect((await say(host, 'postgres:connect db', 'select i from t;')).stdout).toBe(
    ' i \n---\n 1\n(1 row)\n\n',
  );
});

test('a creation that docker refuses leaves half a service, which only destroy clears', async () => {
  const refused = await say(host, 'redis:create half --memory lots');
  expect(refused.exit).toBe(125);
  expect(refused.stdout).toContain(`invalid argument "lotsm" for "-m, --memory" flag`);
  expect((await say(host, 'redis:info half --status')).stdout).toBe('missing\n');
  expect((await say(host, 'redis:create half')).stderr).toBe(' !     Redis service half already exists\n');
  expect((await say(host, 'redis:destroy half -f')).exit).toBe(0);
  expect((await say(host, 'redis:create half')).exit).toBe(0);
});

test('a bad option of the server is a crash loop, and an upgrade without it heals', async () => {
  await say(host, 'redis:create c');
  const broken = await say(host, 'redis:upgrade c --image-version 8.6.0 --config-options "--nope yes"');
  expect(broken.exit).toBe(1);
  expect(broken.stdout).toContain('ERROR: unable to connect');
  expect(broken.stdout).toContain(`>>> 'nope "yes"'`);
  expect((await say(host, 'redis:info c --status')).stdout).toBe('restarting\n');
  expect((await say(host, 'redis:upgrade c')).exit).toBe(0);
  expect((await say(host, 'redis:info c --status')).stdout).toBe('running\n');
});

test('a name with a path in it reaches the services of other plugins', async () => {
  await say(host, 'redis:create cache');
  expect((await say(host, 'postgres:exists .')).exit).toBe(0);
  expect((await say(host, 'postgres:exists ../redis/cache')).exit).toBe(0);
  expect((await say(host, 'postgres:exists ../mysql')).exit).toBe(1);
  expect((await say(host, 'postgres:destroy ../redis/cache -f')).exit).toBe(0);
  expect(host.datastores.size).toBe(0);
  const again = await say(host, 'redis:create cache');
  expect(again.stdout).toContain('Conflict. The container name "/dokku.redis.cache" is already in use');
});

test('destroy takes a whole line for its confirmation', async () => {
  await say(host, 'postgres:create db');
  expect((await say(host, 'postgres:destroy db', 'db')).exit).toBe(1);
  expect((await say(host, 'postgres:destroy db', 'other\n')).stderr).toContain(
    'Confirmation did not match db. Aborted.',
  );
  expect(host.services).toEqual(['db']);
  expect((await say(host, 'postgres:destroy db', 'db\n')).exit).toBe(0);
});

test('a port is exposed once, and a taken one is stored although docker refuses it', async () => {
  await say(host, 'postgres:create a');
  await say(host, 'postgres:create b');
  expect((await say(host, 'postgres:expose a 15001')).stdout).toBe(
    '-----> Service a exposed on port(s) [container->host]: 5432->15001 \n',
  );
  const refused = await say(host, 'postgres:expose b 15001');
  expect(refused.exit).toBe(125);
  expect(refused.stderr).toContain('Bind for 0.0.0.0:15001 failed: port is already allocated');
  expect(host.datastores.get('postgres/b')?.exposedPort).toBe('15001');
  await say(host, 'postgres:stop a');
  expect((await say(host, 'postgres:start a')).stdout).toContain('Cannot link to a non running container');
});
