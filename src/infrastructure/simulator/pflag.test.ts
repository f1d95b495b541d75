import { expect, test } from 'vitest';
import { SimulatedHost } from './host.ts';
import { runSession } from './session.ts';

const usage =
  'Usage of config:set:\n' +
  '      --encoded      --encoded: interpret VALUEs as base64\n' +
  '      --global       --global: use the global environment\n' +
  '      --no-restart   --no-restart: no restart\n';

test.each([
  ['config:set --no-restart web A=1 --app2 x', `${usage}unknown flag: --app2\n`],
  ['config:set web -x A=1', `${usage}unknown shorthand flag: 'x' in -x\n`],
  [
    'config:set web --global=maybe A=1',
    `${usage}invalid argument "maybe" for "--global" flag: strconv.ParseBool: parsing "maybe": invalid syntax\n`,
  ],
])('%s ends with 2 and the usage', async (line, stderr) => {
  const answer = await runSession(new SimulatedHost(), { line });
  expect({ exit: answer.exit, stderr: answer.stderr }).toEqual({ exit: 2, stderr });
});

test('words after -- are no flags', async () => {
  const host = new SimulatedHost();
  await runSession(host, { line: 'apps:create web' });
  const { stdout } = await runSession(host, { line: 'config:unset --no-restart web -- --global' });
  expect(stdout).toBe('');
});

test('-h shows the usage and ends well', async () => {
  const { exit, stderr } = await runSession(new SimulatedHost(), { line: 'config:set -h' });
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: usage });
});
