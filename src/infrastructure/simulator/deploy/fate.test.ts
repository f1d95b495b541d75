import { describe, expect, it } from 'vitest';
import { SimulatedHost } from '../host.ts';
import { runSession } from '../session.ts';

async function hostWith(...lines: readonly string[]) {
  const host = new SimulatedHost({ now: Date.parse('2026-11-25T12:00:00Z') });
  const run = (line: string) => runSession(host, { line });
  for (const line of ['apps:create shop', ...lines]) await run(line);
  const inspect = async () => {
    const [container] = JSON.parse((await run('ps:inspect shop')).stdout);
    const { RestartCount, State } = container;
    return [State.Status, State.ExitCode, State.OOMKilled, RestartCount];
  };
  return { host, run, inspect };
}

const MINUTE = 60_000;

describe('a process that takes more memory than it may', () => {
  const limited = [
    'resource:limit --memory 64m shop',
    'config:set --no-restart shop MEMORY_MB=200 MEMORY_AFTER=1m',
  ];

  it('runs until then, is killed, started again, and given up at last', async () => {
    const { host, inspect, run } = await hostWith(...limited, 'git:from-image shop demo/web:1');
    expect(await inspect()).toEqual(['running', 0, false, 0]);
    host.advance(MINUTE);
    expect(await inspect()).toEqual(['running', 0, false, 1]);
    host.advance(30 * MINUTE);
    expect(await inspect()).toEqual(['exited', 137, true, 10]);
    expect((await run('ps:report shop --running')).stdout).toBe('false\n');
    expect((await run('logs shop -q')).stdout.match(/listening on 5000/g)).toHaveLength(11);
  });

  it('lives without a limit, or below it', async () => {
    const { host, inspect } = await hostWith(
      'resource:limit --memory 1g shop',
      'config:set --no-restart shop MEMORY_MB=200',
      'git:from-image shop demo/web:1',
    );
    host.advance(60 * MINUTE);
    expect(await inspect()).toEqual(['running', 0, false, 0]);
  });

  it('never comes up where it needs it at once', async () => {
    const { run } = await hostWith(
      'resource:limit --memory 64m shop',
      'config:set --no-restart shop MEMORY_MB=200',
    );
    const { exit, stdout } = await run('git:from-image shop demo/web:1');
    expect(exit).toBe(1);
    expect(stdout).toContain('container has restarted 7 times');
    expect(stdout).not.toContain('fatal');
  });
});

it('a process that crashes without anybody checking is given up after ten restarts', async () => {
  const { host, inspect } = await hostWith(
    'checks:disable shop',
    'config:set --no-restart shop CRASH=1',
    'git:from-image shop demo/web:1',
  );
  host.advance(10 * MINUTE);
  expect(await inspect()).toEqual(['exited', 3, false, 10]);
});

it('a process that listens elsewhere fails the listening check', async () => {
  const { run } = await hostWith('config:set --no-restart shop ALT_PORT=5001');
  const { exit, stdout } = await run('git:from-image shop demo/web:1');
  expect(exit).toBe(1);
  expect(stdout).toContain(
    "Failure in name='port listening check': container listening on expected IPv4 interface with an unexpected port: expected=5000 actual=5001",
  );
  expect(stdout).toContain('listening on 5001');
});

it('a process ends without the settings that it requires', async () => {
  const { run } = await hostWith('config:set --no-restart shop REQUIRES=A,B_KEY A=1');
  expect((await run('git:from-image shop demo/web:1')).stdout).toContain(
    'fatal: required setting B_KEY is missing',
  );
  await run('config:set --no-restart shop B_KEY=2');
  expect((await run('git:from-image shop demo/web:1')).stdout).toContain('Application deployed:');
});

describe('what lies outside of the host', () => {
  it('an image that its registry lost cannot be pulled', async () => {
    const { host, run } = await hostWith('git:from-image shop ghcr.io/acme/shop:1');
    host.world.gone.add('ghcr.io/acme/shop:2');
    const { exit, stdout } = await run('git:from-image shop ghcr.io/acme/shop:2');
    expect(exit).toBe(1);
    expect(stdout).toContain('manifest for ghcr.io/acme/shop:2 not found: manifest unknown');
  });

  it.each(['git:from-image shop demo/web:2', 'git:from-image shop nginx:1.27', 'ps:restart shop'])(
    'a full disk stops %s',
    async (line) => {
      const { host, run } = await hostWith('git:from-image shop demo/web:1');
      host.world.diskFull = true;
      const { exit, stdout } = await run(line);
      expect(exit).toBe(1);
      expect(stdout).toContain('no space left on device');
    },
  );
});
