import { expect, test } from 'vitest';
import { pluginHost } from '../../../../../test/support/plugin-host.ts';

test('the file asks for a password only when there was a user as it was written', async () => {
  const { ok } = await pluginHost('http-auth');
  await ok('http-auth:enable shop ann secret');
  expect(await ok('http-auth:show-config shop')).toBe('\n');
  await ok('http-auth:disable shop');
  await ok('http-auth:enable shop');
  expect(await ok('http-auth:show-config shop')).toBe(
    '\nauth_basic           "Restricted";\nauth_basic_user_file /home/dokku/shop/htpasswd;\n',
  );
  await ok('http-auth:add-user shop bob secret');
  await ok('http-auth:remove-user shop ann');
  expect(await ok('http-auth:report shop --http-auth-users')).toBe('bob\n');
});

test('an allowed address switches protection on, taking it back does not switch it off', async () => {
  const { ok } = await pluginHost('http-auth');
  await ok('http-auth:add-allowed-ip shop 10.0.0.0/8');
  await ok('http-auth:add-allowed-ip shop 2001:db8::1');
  expect(await ok('http-auth:show-config shop')).toBe(
    '\nsatisfy any;\n\nallow 10.0.0.0/8;\n\nallow 2001:db8::1;\n\ndeny all;\n\n',
  );
  await ok('http-auth:remove-allowed-ip shop 10.0.0.0/8');
  await ok('http-auth:remove-allowed-ip shop 2001:db8::1');
  expect(await ok('http-auth:report shop --http-auth-enabled')).toBe('true\n');
});

test.each(['not-an-ip', '10.0.0.0/33', '1.2.3', 'example.org'])(
  'the address %s fails the test of nginx for every app until it is taken out',
  async (address) => {
    const { run, ok } = await pluginHost('http-auth', 'maintenance');
    const [exit, stdout, stderr] = await run(`http-auth:add-allowed-ip shop ${address}`);
    expect(exit).toBe(1);
    expect(stdout).toContain('upstream shop-5000 {\n');
    expect(stderr).toContain('Failed to validate nginx config for shop. Contents below...\n');
    expect(stderr).toContain(
      `invalid parameter "${address}" in /home/dokku/shop/nginx.conf.d/http-auth.conf:4\n`,
    );
    const [otherExit, otherStdout, otherStderr] = await run('maintenance:enable blog');
    expect([otherExit, otherStdout]).toEqual([1, '-----> Enabling maintenance mode for blog...\n']);
    expect(otherStderr).not.toContain('Failed to validate');
    expect(otherStderr).toMatch(/nginx: configuration file \/etc\/nginx\/nginx\.conf test failed\n$/);
    expect((await run('domains:add blog www.example.org'))[0]).toBe(1);
    expect((await run('nginx:validate-config'))[0]).toBe(1);
    await ok(`http-auth:remove-allowed-ip shop ${address}`);
    await ok('nginx:validate-config');
    await ok('domains:remove blog www.example.org');
  },
);

test('nginx:validate-config --clean deletes the file at fault', async () => {
  const { run, ok } = await pluginHost('http-auth');
  await run('http-auth:add-allowed-ip shop x');
  expect((await run('nginx:validate-config nope'))[2]).toBe(' !     App nope does not exist\n');
  expect((await run('nginx:validate-config shop --clean'))[2]).toContain(
    ' !     Removing invalid nginx file\n',
  );
  await ok('nginx:validate-config');
  expect((await run('nginx:show-config shop'))[0]).toBe(1);
});

test('--app does not reach the plugin', async () => {
  const { run } = await pluginHost('http-auth');
  expect(await run('--app shop http-auth:disable')).toEqual([20, '', ' !     App  does not exist\n']);
});

test('a copy of the app has the addresses but neither users nor protection', async () => {
  const { ok } = await pluginHost('http-auth');
  await ok('http-auth:add-allowed-ip shop 10.1.1.1');
  await ok('http-auth:add-user shop ann secret');
  await ok('apps:clone --skip-deploy shop copy');
  expect(await ok('http-auth:report copy --http-auth-allowed-ips')).toBe('10.1.1.1\n');
  expect(await ok('http-auth:report copy --http-auth-enabled')).toBe('false\n');
});
