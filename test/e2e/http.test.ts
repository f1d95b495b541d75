import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { entryOf, type HttpClient, type HttpServer, startHttpServer } from '../support/http.ts';
import { eras } from '../support/mcp.ts';
import { type SimulatedDokku, startSimulatedDokku } from '../support/simulated-host.ts';

const settings = {
  security: {
    tokens: [
      entryOf('token-of-the-operator'),
      entryOf('token-of-a-reader', 'operator', ['dokku:read']),
      entryOf('token-of-nothing', 'operator', ['dokku:write']),
      entryOf('token-of-team-a', 'team-a'),
      entryOf('token-of-team-b', 'team-b'),
    ],
    policy: {
      rules: [
        { id: 'operators', decision: 'allow', roles: ['operator'] },
        { id: 'team-a', decision: 'allow', roles: ['team-a'], apps: ['a-*'] },
        { id: 'team-b', decision: 'allow', roles: ['team-b'], apps: ['b-*'] },
      ],
    },
  },
};

let sim: SimulatedDokku;
let server: HttpServer;

beforeAll(async () => {
  sim = await startSimulatedDokku();
  await sim.given('apps:create a-shop', 'apps:create b-blog', 'apps:create doomed');
  server = await startHttpServer({ args: ['--config', sim.configure(settings)] });
});
beforeEach(() => sim.forget());
afterAll(async () => {
  expect(await server?.stop()).toBe(0);
  await sim?.stop();
});

describe.each(eras)('over HTTP, %s', (era) => {
  let operator: HttpClient;
  let answer: Record<string, unknown> | 'decline' = 'decline';
  beforeAll(async () => {
    operator = await server.client({ era, token: 'token-of-the-operator', consent: () => answer });
  });

  test('tools are listed and nothing connects; then apps are', async () => {
    const { tools } = await operator.client.listTools();
    expect(tools.length).toBeGreaterThan(20);
    expect(sim.lines()).toEqual([]);
    const { data } = await operator.call('apps_list');
    expect(data).toMatchObject({ apps: [{ name: 'a-shop' }, { name: 'b-blog' }, { name: 'doomed' }] });
  });

  test('a change is made, and read back', async () => {
    const { data, text } = await operator.call('apps_create', { app: `new-${era}` });
    expect(text).toContain(`new-${era}`);
    expect(data).toMatchObject({ status: 'applied' });
    expect(sim.host.apps.has(`new-${era}`)).toBe(true);
  });

  test('the person is asked before something is lost', async () => {
    await sim.given('apps:create lost');
    answer = 'decline';
    expect((await operator.call('apps_destroy', { app: 'lost' })).code).toBe('CONFIRMATION_DECLINED');
    expect(sim.changes()).toEqual([]);
    answer = { name: 'lost' };
    expect((await operator.call('apps_destroy', { app: 'lost' })).data).toMatchObject({ status: 'applied' });
    expect(sim.changes()).toEqual(['apps:destroy lost']);
  });
});
