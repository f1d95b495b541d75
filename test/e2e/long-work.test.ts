import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { eras } from '../support/mcp.ts';
import { stage } from '../support/stage.ts';

const GIT = 'https://github.com/acme/shop.git';

describe.each(eras)('a deploy that takes its time, %s', (era) => {
  const on = stage(era, {
    given: ['apps:create shop', `git:sync --build shop ${GIT} v1`],
    settings: { mcp: { wait_seconds: 0 } },
  });
  /** Starts a deploy that goes on until `hurry`, and waits until it holds the app's lock: before, it cannot be canceled. */
  const start = async (ref: string) => {
    on.sim.host.speed = 0.3;
    const started = await on.call('deploy_start', { app: 'shop', git_url: GIT, ref });
    while (on.app('shop').deployLock === undefined) await delay(20);
    return started;
  };
  const hurry = () => {
    on.sim.host.speed = 0;
  };
  const end = (id: unknown) => on.call('deploy_status', { app: 'shop', id, wait_seconds: 50 });
  afterEach(async () => {
    hurry();
    while (on.app('shop').builds.some(({ status }) => status === 'running')) await delay(20);
  });

  test('gives a handle, is followed by it, and ends', async () => {
    const started = await start('v2');
    expect(started.data).toMatchObject({ status: 'applied', result: { app: 'shop', status: 'running' } });
    const { id } = started.data.result as { id: string };
    expect(started.text).toContain(
      `Follow it with deploy_status {"app": "shop", "id": "${id}"}; deploy_cancel {"app": "shop"} ends it.`,
    );
    const running = await on.call('deploy_status', { app: 'shop', id });
    expect(running.data).toMatchObject({ id, status: 'running' });
    hurry();
    const messages: string[] = [];
    const ended = await on.call(
      'deploy_status',
      { app: 'shop', id, wait_seconds: 50 },
      { onProgress: (message) => messages.push(message) },
    );
    expect(ended.data).toMatchObject({ id, status: 'succeeded', serves: { running: 'true' } });
    expect(messages.length).toBeGreaterThan(0);
    expect(on.sim.changes()).toEqual([`git:sync --build shop ${GIT} v2`]);
  });

  test('another deploy of the same app is refused while it runs, and nothing is sent', async () => {
    const { id } = (await start('v1')).data.result as { id: string };
    on.sim.forget();
    const second = await on.call('deploy_start', { app: 'shop', git_url: GIT, ref: 'v2' });
    expect(second.code).toBe('LOCKED');
    expect(second.text).toMatch(/^Another deploy of "shop" is running \(build [a-z0-9]+\)/);
    expect(second.text).toContain(
      'Follow it with deploy_status, or end it with deploy_cancel, then call again.',
    );
    expect(on.sim.changes()).toEqual([]);
    hurry();
    expect((await end(id)).data).toMatchObject({ status: 'succeeded' });
  });

  test('keeps every other change of its app waiting, and neither reads nor other apps', async () => {
    if (!on.sim.host.apps.has('api')) await on.sim.given('apps:create api');
    const { id } = (await start('v2')).data.result as { id: string };
    on.sim.forget();
    for (const [tool, input] of [
      ['config_set', { app: 'shop', values: { A: '1' }, restart: false }],
      ['ps_control', { app: 'shop', action: 'restart' }],
      ['domains_set', { app: 'shop', action: 'add', domains: ['shop.example.com'] }],
      ['deploy_start', { app: 'shop', image: 'demo/web:2' }],
    ] as const) {
      const { code, text } = await on.call(tool, input);
      expect([tool, code]).toEqual([tool, 'LOCKED']);
      // A deploy is refused by the record of the build, before there is a plan.
      if (tool === 'deploy_start') continue;
      expect(text).toContain(`Another deploy of "shop" is running (${id}), so this one was not started.`);
      expect(text).toContain(`deploy_status {"app": "shop", "id": "${id}"}, or end it with deploy_cancel`);
    }
    expect(on.sim.changes()).toEqual([]);
    expect((await on.call('config_get', { app: 'shop' })).isError).toBe(false);
    expect((await on.call('config_set', { app: 'api', values: { A: '1' } })).data.status).toBe('applied');
    const canceled = await on.call('deploy_cancel', { app: 'shop' });
    expect(canceled.data).toMatchObject({ status: 'applied' });
    expect((await end(id)).data).toMatchObject({ status: 'canceled' });
    const after = await on.call('config_set', { app: 'shop', values: { A: '1' }, restart: false });
    expect(after.data.status).toBe('applied');
  });

  test('is waited for by a change of another server, which is then made', async () => {
    const patient = await on.another({
      config: on.sim.configure({ mcp: { wait_seconds: 50 } }),
      stateDir: on.session.stateDir,
    });
    const { id } = (await start('v1')).data.result as { id: string };
    on.sim.forget();
    const messages: string[] = [];
    const changing = patient.call(
      'domains_set',
      { app: 'shop', action: 'add', domains: ['late.example.com'] },
      { onProgress: (message) => messages.push(message) },
    );
    await expect
      .poll(() => messages, { timeout: 60_000 })
      .toContain(`Waiting for the deploy of shop (${id})`);
    expect(on.sim.changes()).toEqual([]);
    hurry();
    expect((await changing).data.status).toBe('applied');
    expect(on.sim.changes()).toEqual(['domains:add shop late.example.com']);
    expect((await end(id)).data.status).not.toBe('running');
  });

  test('is canceled, and what served before serves on', async () => {
    const serving = on.app('shop').containers.map((container) => container.id);
    const { id } = (await start('v2')).data.result as { id: string };
    const { data, text } = await on.call('deploy_cancel', { app: 'shop' });
    expect(data).toMatchObject({ status: 'applied', result: { app: 'shop', status: 'canceled' } });
    expect(text).toMatch(/^Build [a-z0-9]+ of shop was canceled; the version before it serves on\.$/);
    expect((await end(id)).data).toMatchObject({ status: 'canceled' });
    expect(on.app('shop').containers.map((container) => container.id)).toEqual(serving);
    const again = await on.call('deploy_cancel', { app: 'shop' });
    expect([again.code, again.text]).toEqual([
      'NO_CHANGE',
      expect.stringContaining('No deploy of shop is running.'),
    ]);
    expect(on.sim.changes()).toEqual([`git:sync --build shop ${GIT} v2`, 'builds:cancel shop']);
  });

  test('a deploy that somebody else started is followed and named too', async () => {
    on.sim.host.speed = 0.3;
    const theirs = on.sim.given('ps:rebuild shop');
    while (!on.app('shop').builds.some(({ status }) => status === 'running')) await delay(20);
    const running = await on.call('deploy_status', { app: 'shop' });
    expect(running.data).toMatchObject({ status: 'running' });
    hurry();
    await theirs;
    const ended = await on.call('deploy_status', { app: 'shop', id: running.data.build ?? running.data.id });
    expect(ended.data).toMatchObject({ status: 'succeeded' });
    expect(ended.text).toContain('Application deployed');
  });
});
