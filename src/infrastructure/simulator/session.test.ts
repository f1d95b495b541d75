import { expect, test } from 'vitest';
import { SimulatedHost } from './host.ts';
import { runSession } from './session.ts';

test('an unknown command is refused in the words of the dispatcher', async () => {
  const { exit, stdout, stderr } = await runSession(new SimulatedHost(), { line: "no-such:thing 'a b'" });
  expect({ exit, stdout, stderr }).toEqual({
    exit: 1,
    stdout: '',
    stderr:
      ' !     `no-such:thing a b` is not a dokku command.\n !     See `dokku help` for a list of available commands.\n',
  });
});

test('what xargs says about an unbalanced quote comes before the command, which runs with the words before it', async () => {
  const host = new SimulatedHost();
  await runSession(host, { line: 'apps:create web' });
  const { exit, stderr } = await runSession(host, { line: "config:set --no-restart web A='x" });
  expect(exit).toBe(1);
  expect(stderr).toMatch(/^xargs: unmatched single quote; .*\n ! {5}At least one env pair must be given\n$/);
});

test.each(['plugin:install x', 'ssh-keys:add me', 'plugin:trigger report'])('%s needs root', async (line) => {
  const { exit, stderr } = await runSession(new SimulatedHost(), { line });
  expect({ exit, stderr }).toEqual({ exit: 1, stderr: ' !     This command must be run as root\n' });
});

test('a terminal gets both streams as one, with CR LF', async () => {
  const { stdout, stderr } = await runSession(new SimulatedHost(), { line: 'apps:list', tty: true });
  expect(stderr).toBe('');
  expect(stdout).toBe("=====> My Apps\r\n !     You haven't deployed any applications yet\r\n");
});

test('a session passes host time even when it does not wait', async () => {
  const host = new SimulatedHost({ speed: 0, now: 0 });
  await runSession(host, { line: 'apps:create web' });
  expect(host.now()).toBeGreaterThan(1000);
});

test('a client that is killed gets 255, and the command dies at its next line', async () => {
  const host = new SimulatedHost();
  const { exit, stdout, over } = await runSession(host, { line: 'apps:create web', cutAfterMs: 200 });
  await over;
  expect(exit).toBe(255);
  expect(stdout).toBe('-----> Creating web...\n');
  expect(host.apps.has('web')).toBe(true);
});

test('while the reader has not taken a text, no further one is handed over and the command waits', async () => {
  const host = new SimulatedHost();
  const seen: string[] = [];
  let free: (() => void) | undefined;
  const answer = runSession(host, {
    line: 'apps:create web',
    onOutput: (_stream, text) => {
      seen.push(text.toString());
      return seen.length === 1 ? new Promise<void>((resolve) => (free = resolve)) : undefined;
    },
  });
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
  expect(seen).toHaveLength(1);
  free?.();
  const { stdout, stderr } = await answer;
  expect([...seen.join('')].sort()).toEqual([...(stdout + stderr)].sort());
});
