import { expect, test } from 'vitest';
import { pluginHost } from '../../../../../test/support/plugin-host.ts';

test('a redirect is written before the sites of the app, at every change of its configuration', async () => {
  const { ok } = await pluginHost('redirect');
  const line = '-----> Configuring redirect for old.example.org to shop.example.org via HTTP 301...\n';
  expect(await ok('redirect:set shop old.example.org shop.example.org')).toContain(
    `-----> Creating http nginx.conf\n${line}       Reloading nginx\n       Done\n`,
  );
  await ok('redirect:set shop older.example.org shop.example.org 308');
  expect(await ok('redirect shop')).toBe(
    [
      'SOURCE             DESTINATION       CODE',
      'old.example.org    shop.example.org  301',
      'older.example.org  shop.example.org  308',
      '',
    ].join('\n'),
  );
  const config = await ok('nginx:show-config shop');
  expect(config).toMatch(
    /^\nserver {\n {2}listen {6}\[::\]:5000;\n {2}listen {6}5000;\n {2}server_name old\./,
  );
  expect(config).toContain('    return 308  $scheme://shop.example.org$request_uri;\n');
  expect(await ok('domains:add shop www.example.org')).toContain(line);
  await ok('redirect:unset shop old.example.org');
  expect(await ok('nginx:show-config shop')).not.toContain('server_name old.example.org;');
});

test.each([
  ['abc', 'shop.example.org', 'abc'],
  ['1000', 'shop.example.org', '1000'],
  ['301', 'https://shop.example.org', '//shop.example.org'],
])('the code %s to %s fails the test of nginx until it is taken out', async (code, destination, shown) => {
  const { run, ok } = await pluginHost('redirect');
  const [exit, stdout, stderr] = await run(`redirect:set shop old.example.org ${destination} ${code}`);
  expect(exit).toBe(1);
  expect(stdout).not.toContain('Done');
  expect(stderr).toContain(`invalid return code "${shown}" in /home/dokku/shop/nginx.conf:10\n`);
  expect((await run('ps:restart blog'))[0]).toBe(1);
  await ok('redirect:unset shop old.example.org');
  await ok('ps:restart blog');
});

test('refusals of its own are on standard output', async () => {
  const { run } = await pluginHost('redirect');
  const word = 'Please specify an app to run the command on\n';
  for (const line of ['redirect', 'redirect:set', 'redirect:unset', '--app shop redirect']) {
    expect(await run(line)).toEqual([1, word, '']);
  }
  expect(await run('redirect:set shop a.org')).toEqual([
    1,
    'Please provide a source domain and a destination\n',
    '',
  ]);
  expect(await run('redirect:unset shop')).toEqual([1, 'Please provide a source domain\n', '']);
  expect(await run('redirect nope')).toEqual([20, '', ' !     App nope does not exist\n']);
  expect(await run('redirect:help nope')).toEqual([
    1,
    '',
    expect.stringContaining('No such file or directory'),
  ]);
});
