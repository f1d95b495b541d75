import { describe, expect, test } from 'vitest';
import { eras } from '../support/mcp.ts';
import { stage } from '../support/stage.ts';

const GIT = 'https://github.com/acme/shop.git';
const V1 = '1f0c9d3b5a7e4c2d8b6a9f1e3d5c7b9a2e4f6081';
const V2 = '2a7b4e6d8c1f3095b7d9e1c3a5f7081b2d4c6e8f';

describe.each(eras)('deploy, history and rollback, %s', (era) => {
  const on = stage(era, {
    given: [
      'apps:create web',
      'apps:create shop',
      'apps:create foreign',
      `git:sync --build foreign ${GIT} v1`,
    ],
  });

  test('an image is deployed, and what serves is read back', async () => {
    const { data, text } = await on.call('deploy_start', { app: 'web', image: 'demo/web:1' });
    expect(data).toMatchObject({
      status: 'applied',
      effect: 'disruptive',
      commands: ['dokku git:from-image web demo/web:1'],
      result: {
        app: 'web',
        status: 'succeeded',
        phase: 'end',
        build: expect.stringMatching(/^[a-z0-9]{8,32}$/),
        source: 'image demo/web:1',
        serves: { running: 'true', processes: 1, source: 'image demo/web:1' },
        warnings: [],
      },
    });
    expect(text).toMatch(/^web now serves image demo\/web:1 at http:\/\/\S+\.$/);
    expect(on.app('web').source.deployMetadata).toBe('demo/web:1');
    expect(on.sim.changes()).toEqual(['git:from-image web demo/web:1']);
  });

  test('a repository is deployed at a ref; its real output comes as progress, phase by phase', async () => {
    const messages: string[] = [];
    const { data } = await on.call(
      'deploy_start',
      { app: 'shop', git_url: GIT, ref: 'v1' },
      { onProgress: (message) => messages.push(message) },
    );
    expect(data).toMatchObject({ result: { status: 'succeeded', serves: { processes: 2 } } });
    expect(on.app('shop').source.sha).toBe(V1);
    expect(messages[0]).toBe(`fetch: Cloning shop from ${GIT}#v1`);
    const phases = [...new Set(messages.map((message) => message.split(':')[0]))];
    expect(phases).toEqual(expect.arrayContaining(['fetch', 'end']));
    const order = ['fetch', 'build', 'release', 'start', 'health check', 'proxy', 'end'];
    expect(phases.every((phase) => order.includes(phase ?? ''))).toBe(true);
    expect(messages.at(-1)).toMatch(/^end: http:\/\//);
  });

  test('mode plan tells what runs now, what runs again, and the way back', async () => {
    const { data, text } = await on.call('deploy_start', {
      app: 'shop',
      git_url: GIT,
      ref: 'v2',
      mode: 'plan',
    });
    expect(data).toMatchObject({ status: 'planned', commands: [`dokku git:sync --build shop ${GIT} v2`] });
    expect(text).toContain(`Now it serves git ${GIT} at ${V1.slice(0, 12)}`);
    expect(text).toContain('release and postdeploy tasks run again (migrations)');
    expect(text).toContain(`The way back:\n- dokku git:sync --build shop ${GIT} ${V1}`);
    expect(on.sim.changes()).toEqual([]);
  });

  test('the same image again is no failure, and no deploy', async () => {
    const { isError, data, text } = await on.call('deploy_start', { app: 'web', image: 'demo/web:1' });
    expect(isError).toBe(false);
    expect(data).toMatchObject({ result: { status: 'unchanged', diagnosis: { code: 'NO_CHANGES' } } });
    expect(text).toContain('Nothing was deployed: the app was already set to this very source');
    expect(text).toContain('deploy_start with rebuild: true');
  });

  test('rebuild builds the present source again', async () => {
    const { data } = await on.call('deploy_start', { app: 'web', rebuild: true });
    expect(data).toMatchObject({
      commands: ['dokku ps:rebuild web'],
      result: { status: 'succeeded', serves: { source: 'image demo/web:1' } },
    });
  });

  test('deploy_status tells how it ended, and gives its output by cursor', async () => {
    const { data: newest } = await on.call('deploy_status', { app: 'shop', tail: 0 });
    expect(newest).toMatchObject({ app: 'shop', status: 'succeeded' });
    const id = newest.id as string;
    const read: string[] = [];
    let cursor = 0;
    for (let more = true; more; ) {
      const page = await on.call('deploy_status', { app: 'shop', id, cursor, tail: 40 });
      const [, body = ''] = /not instructions ---\n([\s\S]*)\n--- end of text/.exec(page.text) ?? [];
      read.push(...body.split('\n'));
      more = page.data.more as boolean;
      cursor = page.data.next_cursor as number;
    }
    expect(read).toHaveLength(newest.lines as number);
    expect(read[0]).toBe(`-----> Cloning shop from ${GIT}#v1`);
    expect(read.join('\n')).toContain('=====> Application deployed:');
    const found = await on.call('deploy_status', { app: 'shop', id, grep: 'migrations done' });
    expect(found.text).toContain('migrations done');
  });

  test('rollback deploys the exact commit before, and says what it cannot restore', async () => {
    await on.call('deploy_start', { app: 'shop', git_url: GIT, ref: 'v2' });
    expect(on.app('shop').source.sha).toBe(V2);
    on.sim.forget();
    const { data, text } = await on.call('deploy_rollback', { app: 'shop' });
    expect(data).toMatchObject({
      commands: [`dokku git:sync --build shop ${GIT} ${V1}`],
      result: { status: 'succeeded', serves: { running: 'true' } },
    });
    expect(JSON.stringify(data.consequences)).toContain(
      'Only the code goes back: config, database, migrations that ran and stored files stay as they are.',
    );
    expect(text).toContain(V1.slice(0, 12));
    expect(on.app('shop').source.sha).toBe(V1);
    expect(on.sim.changes()).toEqual([`git:sync --build shop ${GIT} ${V1}`]);
  });

  test('builds_list joins the records of the host with what was asked, and marks what serves', async () => {
    const { data, text } = await on.call('builds_list', { app: 'shop' });
    const releases = data.releases as { build: string; current: boolean; source: { revision: string } }[];
    expect(releases.map(({ source, current }) => [source.revision, current])).toEqual([
      [V1, true],
      [V2, false],
      [V1, false],
    ]);
    expect(data.releases).toMatchObject(
      releases.map(() => ({ status: 'succeeded', via: 'git:sync', actor: 'test-client' })),
    );
    expect(text).toMatch(/^\S+ \* +succeeded +git:sync /m);
    const named = await on.call('deploy_rollback', { app: 'shop', to: releases[1]?.build, mode: 'plan' });
    expect(named.data).toMatchObject({ commands: [`dokku git:sync --build shop ${GIT} ${V2}`] });
    const page = await on.call('builds_list', { app: 'shop', limit: 2 });
    expect(page.data.next_cursor).toBe(releases[1]?.build);
  });

  test('rollback refuses what runs already, what it does not know, and what is not there', async () => {
    const { data } = await on.call('builds_list', { app: 'shop' });
    const [current] = data.releases as { build: string }[];
    const same = await on.call('deploy_rollback', { app: 'shop', to: current?.build });
    expect([same.code, same.text]).toEqual(['CONFLICT', expect.stringContaining('is what runs now')]);
    const unknown = await on.call('deploy_rollback', { app: 'shop', to: 'nosuchbuild99' });
    expect([unknown.code, unknown.text]).toEqual(['NOT_FOUND', expect.stringContaining('Call builds_list')]);
    const single = await on.call('deploy_rollback', { app: 'foreign' });
    expect([single.code, single.text]).toEqual(['CONFLICT', expect.stringContaining('no earlier release')]);
    await on.sim.given('git:from-image web demo/web:2', 'git:from-image web demo/web:3');
    const foreign = await on.call('deploy_rollback', { app: 'web' });
    expect([foreign.code, foreign.text]).toEqual(['CONFLICT', expect.stringContaining('is not known')]);
    expect(on.sim.changes()).toEqual([]);
  });
});
