import { expect, test } from 'vitest';
import { SimulatedHost } from '../host.ts';
import { runSession } from '../session.ts';

async function hostWithApp(): Promise<SimulatedHost> {
  const host = new SimulatedHost();
  host.globalDomains.push('dokku.test');
  await runSession(host, { line: 'apps:create web' });
  return host;
}

async function answer(host: SimulatedHost, line: string, stdin = ''): Promise<[number, string, string]> {
  const { exit, stdout, stderr } = await runSession(host, { line, stdin: Buffer.from(stdin) });
  return [exit, stdout, stderr];
}

test.each([
  ['config:get web', 1, ' !     Expected: key\n'],
  ['config:get web A B C', 1, ' !     Unexpected argument(s): [B C]\n'],
  ['config:set --no-restart web A=1 B', 1, ' !     Invalid env pair: B\n'],
  ['config:set --no-restart web =1', 1, " !     Invalid key name: ''\n"],
  ['config:unset --no-restart web a-b', 1, " !     Invalid key name: 'a-b'\n"],
  ['config:export --format yaml web', 1, ' !     Unknown export format: yaml\n'],
  ['config:import --no-restart --format yaml web -', 1, ' !     Unknown format: yaml\n'],
  ['config:import --no-restart --format json web -', 1, ' !     EOF\n'],
  ['config:import --no-restart web -', 1, ' !     No config vars to set\n'],
])('%s ends with %i', async (line, code, text) => {
  const [exit, , stderr] = await answer(await hostWithApp(), line);
  expect([exit, stderr]).toEqual([code, text]);
});

test('one bad pair and nothing is written', async () => {
  const host = await hostWithApp();
  await answer(host, 'config:set --no-restart web GOOD=1 BAD-KEY=2');
  expect((await answer(host, 'config:keys web'))[1]).toBe('');
});

test('--merged shows global variables under those of the app', async () => {
  const host = await hostWithApp();
  await answer(host, 'config:set --global A=global B=global');
  await answer(host, 'config:set --no-restart web A=own');
  expect((await answer(host, 'config:export --merged --format json web'))[1]).toBe(
    '{"A":"own","B":"global"}\n',
  );
});

test('--quiet keeps the values out of the answer', async () => {
  const host = await hostWithApp();
  expect(await answer(host, '--quiet config:set --no-restart web SECRET=x')).toEqual([0, '', '']);
});

test('a value that ends in a backslash destroys the configuration at once', async () => {
  const host = await hostWithApp();
  await answer(host, 'config:set --no-restart web KEEP=kept');
  expect((await answer(host, "config:set --no-restart web 'Z=x\\'"))[0]).toBe(0);
  const fault = ' !     unterminated quoted value "x\\\\"\n';
  for (const line of [
    'config:show web',
    'config:keys web',
    'config:set --no-restart web B=1',
    'config:clear web',
  ]) {
    expect(await answer(host, line)).toEqual([1, '', fault]);
  }
  expect(await answer(host, 'config:get web KEEP')).toEqual([1, '', '']);
});

test('a multi-line value comes back byte for byte', async () => {
  const host = await hostWithApp();
  const pem = '-----BEGIN KEY-----\nMIIE+/=\n-----END KEY-----\n';
  await answer(host, 'config:import --no-restart --format json web -', JSON.stringify({ PEM: pem }));
  expect((await answer(host, 'config:get web PEM'))[1]).toBe(`${pem}\n`);
});

test('where another variable follows in the file, the message is about that one', async () => {
  const host = await hostWithApp();
  await answer(host, 'config:set --no-restart web KEEP=kept');
  await answer(host, "config:set --no-restart web 'A=x\\'");
  const [exit, , stderr] = await answer(host, 'config:show web');
  expect([exit, stderr]).toEqual([1, ' !     unexpected character "\\"" in variable name near "kept\\""\n']);
});
