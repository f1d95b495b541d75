import { describe, expect, test } from 'vitest';
import { eras } from '../support/mcp.ts';
import { stage } from '../support/stage.ts';

describe.each(eras)('processes, %s', (era) => {
  const on = stage(era, {
    given: [
      'apps:create api',
      'git:from-image api demo/web:1',
      'apps:create shop',
      'git:sync --build shop https://github.com/acme/shop.git v1',
      'apps:create empty',
    ],
  });

  test('scales several types at once and shows what runs', async () => {
    const { data, text } = await on.call('ps_scale', { app: 'api', processes: { web: 2, worker: 1 } });
    expect(data).toMatchObject({
      status: 'applied',
      commands: ['dokku ps:scale api web=2 worker=1'],
      result: { app: 'api', running: 'true', scale: { web: 2, worker: 1 }, deploy_status: 'succeeded' },
    });
    expect(JSON.stringify(data.consequences)).toContain('worker is not known yet');
    expect(text).toContain('web.1 running, web.2 running, worker.1 running');
    expect(on.app('api').containers.map(({ name }) => name)).toEqual([
      'api.web.1',
      'api.web.2',
      'api.worker.1',
    ]);
    expect(on.sim.changes()).toEqual(['ps:scale api web=2 worker=1']);
  });

  test('one type to 0 asks nobody while another is left', async () => {
    const { data } = await on.call('ps_scale', { app: 'api', processes: { worker: 0, web: 1 } });
    expect((data.result as { scale: unknown }).scale).toEqual({ web: 1 });
    expect(on.app('api').containers.map(({ name }) => name)).toEqual(['api.web.1']);
  });

  test('everything to 0 asks the person, who can say no', async () => {
    const refused = await on.call('ps_scale', { app: 'api', processes: { web: 0 } });
    expect(refused.code).toBe('CONFIRMATION_DECLINED');
    expect(on.sim.changes()).toEqual([]);
    let question = '';
    on.consent = (message) => {
      question = message;
      return { name: 'api' };
    };
    const agreed = await on.call('ps_scale', { app: 'api', processes: { web: 0 } });
    expect(question).toContain('Nothing of api will run any more.');
    expect(agreed.data).toMatchObject({ status: 'applied', result: { running: 'false' } });
    expect(on.app('api').containers).toEqual([]);
    const back = await on.call('ps_scale', { app: 'api', processes: { web: 1 } });
    expect(back.data).toMatchObject({ result: { deploy_status: 'succeeded' } });
  });

  test('a formation in app.json is explained, and nothing is sent', async () => {
    const { code, text } = await on.call('ps_scale', { app: 'shop', processes: { web: 3 } });
    expect(code).toBe('CONFLICT');
    expect(text).toContain('The app.json of shop holds a formation');
    expect(text).toContain('Change the formation in app.json and deploy');
    expect(on.sim.changes()).toEqual([]);
  });

  test('more processes than the configuration allows, or a negative count, are refused', async () => {
    const many = await on.call('ps_scale', { app: 'api', processes: { web: 50 } });
    expect(many.text).toMatch(
      /^processes\.web: more than 20 instances are not allowed here\n.*security\.max_processes/,
    );
    const negative = await on.call('ps_scale', { app: 'api', processes: { web: -1 } });
    expect(negative.text).toMatch(/^processes\.web: /);
    expect(on.sim.changes()).toEqual([]);
  });

  test('stops, starts and restarts, each read back', async () => {
    const stopped = await on.call('ps_control', { app: 'api', action: 'stop' });
    expect(stopped.data).toMatchObject({ result: { running: 'false' } });
    expect(on.app('api').containers.every(({ state }) => state === 'exited')).toBe(true);
    const started = await on.call('ps_control', { app: 'api', action: 'start' });
    expect(started.data).toMatchObject({ result: { running: 'true', deploy_status: 'succeeded' } });
    const before = on.app('api').containers.map(({ id }) => id);
    const restarted = await on.call('ps_control', { app: 'api', action: 'restart', process: 'web' });
    expect(restarted.data).toMatchObject({ result: { running: 'true', deploy_status: 'succeeded' } });
    expect(on.app('api').containers.map(({ id }) => id)).not.toEqual(before);
    expect(on.sim.changes()).toEqual(['ps:stop api', 'ps:start api', 'ps:restart api web']);
  });

  test('a stop of one type, or a type that is not there, is refused with the way out', async () => {
    const stop = await on.call('ps_control', { app: 'api', action: 'stop', process: 'web' });
    expect(stop.text).toContain('process: stop always means the whole app on Dokku');
    expect(stop.text).toContain('ps_scale {"web": 0}');
    const absent = await on.call('ps_control', { app: 'api', action: 'restart', process: 'wrker' });
    expect([absent.code, absent.text]).toEqual(['NOT_FOUND', expect.stringContaining('Did you mean')]);
    const empty = await on.call('ps_control', { app: 'empty', action: 'restart' });
    expect(empty.code).toBe('NOT_DEPLOYED');
    expect(on.sim.changes()).toEqual([]);
  });

  test('limits, reservations and checks are set and read back', async () => {
    const { data } = await on.call('ps_set', {
      app: 'api',
      process: 'web',
      limit: { memory: '256m', cpu: '0.5' },
      reserve: { memory: '128m' },
      wait_to_retire: 30,
      restart_policy: 'always',
    });
    expect(data).toMatchObject({
      effect: 'reversible',
      result: {
        resources: { 'web.limit.memory': '256m', 'web.limit.cpu': '0.5', 'web.reserve.memory': '128m' },
        checks: { 'wait-to-retire': '30' },
      },
    });
    expect(on.sim.changes()).toEqual([
      'resource:limit --memory 256m --cpu 0.5 --process-type web api',
      'resource:reserve --memory 128m --process-type web api',
      'checks:set api wait-to-retire 30',
      'ps:set api restart-policy always',
    ]);
    const bad = await on.call('ps_set', { app: 'api', limit: { memory: 'lots' } });
    expect(bad.text).toMatch(/^limit\.memory: memory is a number with b, k, m or g, like 512m/);
    const none = await on.call('ps_set', { app: 'api' });
    expect(none.text).toMatch(/^limit: nothing to set/);
  });
});
