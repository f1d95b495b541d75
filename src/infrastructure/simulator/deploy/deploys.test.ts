import { describe, expect, test } from 'vitest';
import { SimulatedHost } from '../host.ts';
import { runSession, type SessionResult } from '../session.ts';

const NOW = Date.parse('2026-11-23T18:00:00Z');
const SHOP = 'https://github.com/acme/shop.git';

async function hostWith(...apps: string[]): Promise<SimulatedHost> {
  const host = new SimulatedHost({ now: NOW });
  for (const app of apps) await dokku(host, `apps:create ${app}`);
  return host;
}

const dokku = (host: SimulatedHost, line: string): Promise<SessionResult> => runSession(host, { line });

async function records(host: SimulatedHost, app: string): Promise<Record<string, unknown>[]> {
  const { stdout } = await dokku(host, `builds:list ${app} --format json`);
  return JSON.parse(stdout) as Record<string, unknown>[];
}

async function report(host: SimulatedHost, line: string): Promise<Record<string, string>> {
  return JSON.parse((await dokku(host, `${line} --format json`)).stdout) as Record<string, string>;
}

/** Starts a deploy and waits until its output holds the text; `end` is the deploy's own answer. */
async function started(
  host: SimulatedHost,
  line: string,
  text: string,
): Promise<{ readonly end: Promise<SessionResult> }> {
  let output = '';
  let reached = (): void => undefined;
  const seen = new Promise<void>((resolve) => {
    reached = resolve;
  });
  const end = runSession(host, {
    line,
    onOutput: (_, part) => {
      output += part;
      if (output.includes(text)) reached();
    },
  });
  await Promise.race([seen, end]);
  return { end };
}

describe('a deploy that goes through', () => {
  test('runs its tasks once per deploy and notes where the code comes from', async () => {
    const host = await hostWith('shop');
    const { exit, stdout, stderr } = await dokku(host, `git:sync --build shop ${SHOP} v1`);
    expect(exit).toBe(0);
    expect(stderr).toBe('');
    expect(stdout).toContain('Executing release task from Procfile');
    expect(stdout.match(/=====> Application deployed:\n {7}\S+/)).not.toBeNull();
    expect(await report(host, 'apps:report shop')).toMatchObject({
      'deploy-source': 'git-sync',
      locked: 'false',
    });
    expect(await report(host, 'ps:report shop')).toMatchObject({
      deployed: 'true',
      running: 'true',
      processes: '2',
      'can-scale': 'false',
    });
    expect(await records(host, 'shop')).toMatchObject([
      { status: 'succeeded', exit_code: 0, source: 'git:sync' },
    ]);
  });

  test('a variable redeploys without a build and runs the release task again', async () => {
    const host = await hostWith('shop');
    await dokku(host, `git:sync --build shop ${SHOP} v1`);
    const { stdout } = await dokku(host, 'config:set shop FEATURE=on');
    expect(stdout).toContain('-----> Restarting app shop\n-----> Releasing shop...\n');
    expect(stdout).not.toContain('Building shop');
    expect(stdout).toContain('Executing release task');
    const [last] = await records(host, 'shop');
    expect(last).toMatchObject({ kind: 'deploy', source: 'config-redeploy', display_status: 'succeeded' });
  });

  test('is the same text again for the same seed', async () => {
    const texts = [await hostWith('a'), await hostWith('a')].map((host) =>
      dokku(host, 'git:from-image a demo/web:1'),
    );
    const [first, second] = await Promise.all(texts);
    expect(first).toEqual(second);
  });
});

describe('a deploy that fails', () => {
  test('a broken build leaves an abandoned record, which the next finished one marks as failed with -1', async () => {
    const host = await hostWith('shop');
    await dokku(host, `git:sync --build shop ${SHOP} v1`);
    const { exit, stdout } = await dokku(host, `git:sync --build shop ${SHOP} broken`);
    expect(exit).toBe(1);
    expect(stdout).toMatch(
      /ERROR: failed to solve: .*exit code: 2\n ! {5}Retagging old image [0-9a-f]{12} as dokku/,
    );
    expect((await records(host, 'shop'))[0]).toMatchObject({
      status: 'running',
      display_status: 'abandoned',
    });
    expect(await report(host, 'ps:report shop')).toMatchObject({ running: 'true' });
    expect((await dokku(host, `git:sync --build shop ${SHOP} v2`)).exit).toBe(0);
    expect((await records(host, 'shop'))[1]).toMatchObject({ status: 'failed', exit_code: -1 });
  });

  test('a failed release task ends it with a record of 1 and the old containers serve on', async () => {
    const host = await hostWith('shop');
    await dokku(host, `git:sync --build shop ${SHOP} v1`);
    const before = await report(host, 'ps:report shop');
    const { exit, stdout } = await dokku(host, `git:sync --build shop ${SHOP} failing-release`);
    expect(exit).toBe(1);
    expect(stdout).toContain(' !     Execution of release task failed: ');
    expect((await records(host, 'shop'))[0]).toMatchObject({ status: 'failed', exit_code: 1 });
    expect(await report(host, 'ps:report shop')).toEqual(before);
  });

  test('ps:rebuild says its errors twice', async () => {
    const host = await hostWith('web');
    await dokku(host, 'git:from-image web demo/web:1');
    await dokku(host, 'config:set --no-restart web CRASH=1');
    const { exit, stdout } = await dokku(host, 'ps:rebuild web');
    expect(exit).toBe(1);
    expect(stdout.match(/Could not start due to 1 failed checks \(web\.1\)/g)).toHaveLength(2);
    expect(stdout.match(/fatal: required setting DATABASE_URL is missing/g)).toHaveLength(16);
  });

  test('an image that cannot be had leaves the app as it was', async () => {
    const host = await hostWith('web');
    const { exit, stdout } = await dokku(host, 'git:from-image web demo/nothere:9');
    expect(exit).toBe(1);
    expect(stdout).toMatch(/Error response from daemon: .*\n ! {5}Failed to pull image: demo\/nothere:9\n$/);
    expect(await report(host, 'git:report web')).toMatchObject({ sha: 'HEAD', 'source-image': '' });
  });
});

describe('a deploy that is disturbed', () => {
  test('a second one is refused while the first runs, yet moves the branch', async () => {
    const host = await hostWith('web');
    await dokku(host, 'git:from-image web demo/web:1');
    const running = await started(host, 'git:from-image web demo/web:2', 'Executing 2 healthchecks');
    const { sha } = await report(host, 'git:report web');
    const second = await dokku(host, 'git:from-image web demo/web:3');
    expect(second.exit).toBe(1);
    expect(second.stdout).toMatch(
      / ! {5}web currently has a deploy lock in place\. Exiting\.\.\.\n ! {5}Run 'apps:unlock' to release the existing deploy lock\n$/,
    );
    expect((await report(host, 'git:report web')).sha).not.toBe(sha);
    expect((await running.end).exit).toBe(0);
    expect(await report(host, 'apps:report web')).toMatchObject({ 'deploy-source-metadata': 'demo/web:2' });
  });

  test('builds:cancel ends it at once and nothing is deployed', async () => {
    const host = await hostWith('web');
    const running = await started(host, 'git:from-image web demo/web:1', 'Executing 2 healthchecks');
    expect((await records(host, 'web'))[0]).toMatchObject({ display_status: 'running' });
    expect(await dokku(host, 'builds:cancel web')).toMatchObject({
      exit: 0,
      stdout: '-----> Killing app deploy\n',
    });
    expect((await running.end).exit).toBe(1);
    expect((await records(host, 'web'))[0]).toMatchObject({ status: 'canceled', exit_code: -1 });
    expect(await report(host, 'ps:report web')).toMatchObject({ deployed: 'false', processes: '0' });
    expect((await dokku(host, 'builds:cancel web')).stdout).toBe('-----> App not currently deploying\n');
  });

  test('a client that leaves before the build leaves an abandoned record and a stale lock', async () => {
    const host = await hostWith('web');
    const { exit, over } = await runSession(host, {
      line: 'git:from-image web demo/web:1',
      cutAfterMs: 1000,
    });
    await over;
    expect(exit).toBe(255);
    expect((await records(host, 'web'))[0]).toMatchObject({ status: 'running', display_status: 'abandoned' });
    expect(await report(host, 'apps:report web')).toMatchObject({ locked: 'true' });
    expect((await dokku(host, 'git:from-image web demo/web:2')).exit).toBe(0);
    expect(await report(host, 'apps:report web')).toMatchObject({ locked: 'false' });
  });

  test('a client that leaves during the checks ends the deploy with 141', async () => {
    const host = await hostWith('web');
    const { over } = await runSession(host, { line: 'git:from-image web demo/web:1', cutAfterMs: 15_000 });
    await over;
    expect((await records(host, 'web'))[0]).toMatchObject({ status: 'failed', exit_code: 141 });
    expect(await report(host, 'ps:report web')).toMatchObject({ deployed: 'false' });
  });
});
