import { expect, test } from 'vitest';
import { SimulatedHost } from './host.ts';
import { runSession } from './session.ts';

async function hostWith(...apps: string[]): Promise<SimulatedHost> {
  const host = new SimulatedHost({ now: 1_795_456_000_000 });
  for (const app of apps) await runSession(host, { line: `apps:create ${app}` });
  return host;
}

test('the text form names the app and pads the keys', async () => {
  const { stdout } = await runSession(await hostWith('web'), { line: 'apps:report web' });
  expect(stdout.split('\n')[0]).toBe('=====> web app information');
  expect(stdout).toContain('       App global disable autocreation: \n');
  expect(stdout).toContain('       App locked:                      false\n');
});

test('--quiet hides the header and nothing else', async () => {
  const { stdout } = await runSession(await hostWith('web'), { line: '--quiet apps:report web' });
  expect(stdout).not.toContain('=====>');
  expect(stdout.trimEnd().split('\n')).toHaveLength(6);
});

test('JSON of all apps is one object a line, in the order of apps:list, each key with and without its prefix', async () => {
  const { stdout } = await runSession(await hostWith('web', 'api'), { line: 'apps:report --format json' });
  const rows = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, string>);
  expect(rows.map((row) => row.dir)).toEqual(['/home/dokku/api', '/home/dokku/web']);
  expect(rows[0]?.['app-dir']).toBe(rows[0]?.dir);
});

test('a single key prints its bare value for every app', async () => {
  const { stdout } = await runSession(await hostWith('web', 'api'), { line: 'apps:report --app-locked' });
  expect(stdout).toBe('false\nfalse\n');
});

test.each([
  ['apps:report web --nope', 1, / {5}Invalid flag passed, valid flags: --app-created-at, /],
  [
    'apps:report web --format json --app-dir',
    1,
    /--format flag cannot be specified when specifying an info flag/,
  ],
  ['apps:report web --format xml', 1, /Format must be "stdout" or "json": "xml"/],
  ['apps:report nope', 20, /App nope does not exist/],
  ['apps:report web --format', 2, /^panic: runtime error: index out of range/],
  ['apps:report web --app-dir --app-locked', 0, /^$/],
])('%s ends with %i', async (line, code, stderr) => {
  const answer = await runSession(await hostWith('web'), { line });
  expect(answer.exit).toBe(code);
  expect(answer.stdout).toBe('');
  expect(answer.stderr).toMatch(stderr);
});

test('on an empty host a report says so on standard error and ends well', async () => {
  const { exit, stdout, stderr } = await runSession(new SimulatedHost(), {
    line: 'apps:report --format json',
  });
  expect({ exit, stdout, stderr }).toEqual({
    exit: 0,
    stdout: '',
    stderr: " !     You haven't deployed any applications yet\n",
  });
});
