import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { pluginHost } from '../../../../../test/support/plugin-host.ts';
import { makeTar } from '../../../../../test/support/tar.ts';
import { readTar } from '../../proxy/tar.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

test('an app is in maintenance until that is disabled, also over a restart', async () => {
  const { ok } = await pluginHost('maintenance');
  await ok('maintenance:enable shop');
  await ok('ps:restart shop');
  expect(await ok('maintenance:report shop --maintenance-enabled')).toBe('true\n');
  expect(await ok('--app shop maintenance:disable')).toBe(
    '-----> Disabling maintenance mode for shop...\n       Done\n',
  );
  expect(await ok('maintenance:report --maintenance-enabled')).toBe('false\nfalse\n');
});

test('a page comes out as it went in, and its digest is that of its files', async () => {
  const { ok } = await pluginHost('maintenance');
  const files = { 'maintenance.html': '<h1>back at noon</h1>\n', 'logo.svg': '<svg/>' };
  expect(await ok('maintenance:custom-page shop', makeTar(files))).toBe(
    '-----> Importing custom maintenance page...\nmaintenance.html\nlogo.svg\n       Done\n',
  );
  const lines = ['logo.svg', 'maintenance.html'] as const;
  const digest = sha256(lines.map((name) => `${sha256(files[name])}  ${name}\n`).join(''));
  expect(await ok('maintenance:report shop --maintenance-custom-page-sha256')).toBe(`${digest}\n`);
  const archive = Buffer.from(await ok('maintenance:custom-page-export shop'));
  expect(archive.length).toBe(10_240);
  const entries = readTar(archive)?.filter(({ kind }) => kind === 'file');
  expect(entries?.map(({ name, content }) => [name, content.toString()])).toEqual([
    ['./logo.svg', '<svg/>'],
    ['./maintenance.html', files['maintenance.html']],
  ]);
  await ok('maintenance:custom-page shop', archive);
  expect(await ok('maintenance:report shop --maintenance-custom-page-sha256')).toBe(`${digest}\n`);
  await ok('maintenance:custom-page-remove shop');
  const [exit, stdout, stderr] = await (await pluginHost('maintenance')).run(
    'maintenance:custom-page-export shop',
  );
  expect([exit, Buffer.from(stdout).every((byte) => byte === 0)]).toEqual([0, true]);
  expect(stderr).toContain('nothing to export');
});

test('a page without maintenance.html changes nothing', async () => {
  const { run, ok } = await pluginHost('maintenance');
  await ok('maintenance:custom-page shop', makeTar({ 'maintenance.html': 'a' }));
  const before = await ok('maintenance:report shop --format json');
  const [exit, , stderr] = await run('maintenance:custom-page shop', makeTar({ 'index.html': 'b' }));
  expect([exit, stderr]).toEqual([1, ' !     Tar archive missing maintenance.html\n']);
  expect((await run('maintenance:custom-page shop', Buffer.from('no archive')))[0]).toBe(2);
  expect(await ok('maintenance:report shop --format json')).toBe(before);
});
