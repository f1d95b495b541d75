import { describe, expect, test } from 'vitest';
import { SimulatedHost } from '../host.ts';
import { runSession, type SessionResult } from '../session.ts';

const SHOP = 'https://github.com/acme/shop.git';

async function hostWith(app: string): Promise<SimulatedHost> {
  const host = new SimulatedHost({ now: Date.parse('2026-11-23T18:00:00Z') });
  await dokku(host, `apps:create ${app}`);
  return host;
}

const dokku = (host: SimulatedHost, line: string): Promise<SessionResult> => runSession(host, { line });

async function git(host: SimulatedHost, app: string): Promise<Record<string, string>> {
  const { stdout } = await dokku(host, `git:report ${app} --format json`);
  return JSON.parse(stdout) as Record<string, string>;
}

describe('git:sync', () => {
  test('a branch becomes the deploy branch, a tag is put under the default one', async () => {
    const host = await hostWith('shop');
    expect((await dokku(host, `git:sync shop ${SHOP} main`)).stdout).toBe(
      `-----> Cloning shop from ${SHOP}#main\n       Detected branch, setting deploy-branch to main\n`,
    );
    expect(await git(host, 'shop')).toMatchObject({ 'deploy-branch': 'main' });
    const other = await hostWith('shop');
    expect((await dokku(other, `git:sync shop ${SHOP} v1`)).stdout).toBe(
      `-----> Cloning shop from ${SHOP}#v1\n`,
    );
    expect(await git(other, 'shop')).toMatchObject({
      'deploy-branch': '',
      'computed-deploy-branch': 'master',
    });
  });

  test('a name that does not exist ends with 128, yet the branches have moved', async () => {
    const host = await hostWith('shop');
    await dokku(host, `git:sync shop ${SHOP} main`);
    await dokku(host, `git:sync shop ${SHOP} v1`);
    const before = await git(host, 'shop');
    const { exit, stdout } = await dokku(host, `git:sync --build shop ${SHOP} no-such-ref`);
    expect(exit).toBe(128);
    expect(stdout).toMatch(
      / {3}[0-9a-f]{7}\.\.[0-9a-f]{7} {2}main +-> main\nfatal: no-such-ref\^\{commit\}: not a valid SHA1\n$/,
    );
    expect((await git(host, 'shop')).sha).not.toBe(before.sha);
  });

  test('builds only what changed when it is asked to', async () => {
    const host = await hostWith('shop');
    await dokku(host, `git:sync shop ${SHOP} main`);
    const { exit, stdout } = await dokku(host, `git:sync --build-if-changes shop ${SHOP} main`);
    expect(exit).toBe(0);
    expect(stdout.endsWith('       Skipping build as no changes were detected\n')).toBe(true);
  });

  test.each([
    [
      'git://127.0.0.1/none.git',
      'fatal: remote error: access denied or repository not exported: /none.git\n',
    ],
    ['https://github.com/acme/private', 'fatal: could not read Username for'],
    ['not-a-url', "fatal: 'not-a-url' does not appear to be a git repository\n"],
  ])('%s cannot be fetched: 128', async (address, reason) => {
    const host = await hostWith('shop');
    await dokku(host, `git:sync shop ${SHOP} main`);
    const { exit, stdout } = await dokku(host, `git:sync --build shop ${address} main`);
    expect(exit).toBe(128);
    expect(stdout).toContain(reason);
  });
});

describe('git:from-image', () => {
  test('the same image again is refused', async () => {
    const host = await hostWith('web');
    await dokku(host, 'git:from-image web demo/web:1');
    const { exit, stdout } = await dokku(host, 'git:from-image web demo/web:1');
    expect(exit).toBe(1);
    expect(stdout).toContain(' !     No changes detected, skipping git commit\n');
  });

  test('a deploy that fails in its checks is taken out of the branch again', async () => {
    const host = await hostWith('web');
    await dokku(host, 'git:from-image web demo/web:1');
    const { sha } = await git(host, 'web');
    await dokku(host, 'config:set --no-restart web CRASH=1');
    expect((await dokku(host, 'git:from-image web demo/web:2')).exit).toBe(1);
    expect(await git(host, 'web')).toMatchObject({ sha, 'source-image': 'demo/web:2' });
  });
});
