import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { eras } from '../support/mcp.ts';
import { stage } from '../support/stage.ts';

const GIT = 'https://github.com/acme/shop.git';

describe.each(eras)('a call that its client cancels, %s', (era) => {
  const on = stage(era, {
    given: ['apps:create shop', `git:sync --build shop ${GIT} v1`],
    settings: { mcp: { wait_seconds: 50 } },
  });
  afterEach(async () => {
    on.sim.answer = undefined;
    on.sim.host.speed = 0;
    while (on.app('shop').builds.some(({ status }) => status === 'running')) await delay(20);
  });
  const count = (command: string) => on.sim.commands().filter((one) => one === command).length;
  const seen = async (command: string) => {
    while (count(command) === 0) await delay(10);
  };
  /** Calls, cancels as soon as the host has the command, and waits until the client has given up. */
  const cancelled = async (tool: string, args: Record<string, unknown>, sent: () => Promise<void>) => {
    const cancel = new AbortController();
    const answer = on.call(tool, args, { signal: cancel.signal });
    const gone = expect(answer).rejects.toThrow();
    await sent();
    cancel.abort();
    await gone;
  };
  const outcomes = () =>
    readFileSync(join(on.session.stateDir, 'audit', '0000000001.jsonl'), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);

  test('a read: the host sees its session end, nothing is sent again, and the server serves on', async () => {
    on.sim.answer = ([name]) => (name === 'ps:report' ? 'talk' : undefined);
    const read = { name: 'ps:report', args: ['shop'] };
    await cancelled('command_query', read, async () => {
      await seen('ps:report shop');
      while (on.sim.talking() === 0) await delay(10);
    });
    while (on.sim.talking() > 0) await delay(10);
    on.sim.answer = undefined;
    expect(count('ps:report shop')).toBe(1);
    expect((await on.call('command_query', read)).data).toMatchObject({ exit: 0 });
    expect(count('ps:report shop')).toBe(2);
  });

  test('a change that was sent: it is sent once, goes on, and its outcome is on record as unknown', async () => {
    on.sim.host.speed = 2;
    const change = { app: 'shop', action: 'add', domains: ['www.example.com'] };
    await cancelled('domains_set', change, () => seen('domains:add shop www.example.com'));
    on.sim.host.speed = 0;
    while (!outcomes().some(({ phase }) => phase === 'outcome')) await delay(20);
    const [intent, outcome] = outcomes();
    expect(intent).toMatchObject({ phase: 'intent', operation: 'domains_set', app: 'shop' });
    expect(outcome).toMatchObject({
      phase: 'outcome',
      id: intent?.id,
      result: 'unknown',
      code: 'CANCELLED',
    });
    expect((await on.call('apps_list')).isError).toBe(false);
    expect(count('domains:add shop www.example.com')).toBe(1);
  });

  test('a deploy: it goes on in its keeper, can be followed, and deploy_cancel ends it', async () => {
    on.sim.host.speed = 0.3;
    const deploy = { app: 'shop', git_url: GIT, ref: 'v2' };
    await cancelled('deploy_start', deploy, async () => {
      while (on.app('shop').deployLock === undefined) await delay(20);
    });
    const running = await on.call('deploy_status', { app: 'shop' });
    expect(running.data).toMatchObject({ status: 'running' });
    expect(running.text).toContain('deploy_cancel {"app": "shop"} ends it.');
    const { data } = await on.call('deploy_cancel', { app: 'shop' });
    expect(data).toMatchObject({ status: 'applied', result: { app: 'shop', status: 'canceled' } });
    const { id } = running.data;
    const ended = await on.call('deploy_status', { app: 'shop', id, wait_seconds: 50 });
    expect(ended.data).toMatchObject({ status: 'canceled' });
    expect(on.sim.changes()).toEqual([`git:sync --build shop ${GIT} v2`, 'builds:cancel shop']);
  });
});
