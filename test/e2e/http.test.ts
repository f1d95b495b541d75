import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { runCli } from '../support/cli.ts';
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
beforeEach(() => {
  sim.forget();
  sim.answer = undefined;
});
afterAll(async () => {
  expect(await server?.stop()).toBe(0);
  await sim?.stop();
});

async function names(client: HttpClient): Promise<string[]> {
  const { data } = await client.call('apps_list');
  return (data.apps as { name: string }[]).map(({ name }) => name);
}

function audit(): Record<string, unknown>[] {
  return readFileSync(join(server.stateDir, 'audit', '0000000001.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

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
    expect(await names(operator)).toEqual(expect.arrayContaining(['a-shop', 'b-blog', 'doomed']));
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

  test('the record of a change tells whose token it was, from where, and by which program', async () => {
    await operator.call('apps_create', { app: `recorded-${era}` });
    const intent = audit().find(({ phase, app }) => phase === 'intent' && app === `recorded-${era}`);
    expect(intent).toMatchObject({
      actor: 'token:token-of-the-operator',
      principal: { sub: 'token-of-the-operator', client_id: 'token-of-the-operator' },
      address: '127.0.0.1',
      client: 'test-client',
      transport: 'http',
    });
    expect(JSON.stringify(audit())).not.toContain('Bearer');
  });

  test('a token that may only read is offered no change, and one that it calls is refused as 403', async () => {
    const reader = await server.client({ era, token: 'token-of-a-reader' });
    const { tools } = await reader.client.listTools();
    expect(tools.filter(({ annotations }) => annotations?.readOnlyHint === false)).toEqual([]);
    expect(await names(reader)).toContain('a-shop');
    sim.forget();
    for (const mode of ['apply', 'plan']) {
      await expect(reader.call('apps_create', { app: 'by-reader', mode })).rejects.toThrow(/scope|403/i);
    }
    expect(sim.changes()).toEqual([]);
    expect(sim.host.apps.has('by-reader')).toBe(false);
    expect(audit()).toContainEqual(
      expect.objectContaining({
        phase: 'refused',
        operation: 'apps_create',
        actor: 'token:token-of-a-reader',
      }),
    );
  });

  test.each(['', 'wrong', 'token-of-nothing'])(
    'who comes with the token "%s" gets nothing',
    async (token) => {
      await expect(server.client({ era, token })).rejects.toThrow();
    },
  );

  test('a role sees its own apps, and others are like apps that there are not', async () => {
    const team = await server.client({ era, token: 'token-of-team-a' });
    expect(await names(team)).toEqual(['a-shop']);
    const hidden = await team.call('apps_info', { app: 'b-blog' });
    const absent = await team.call('apps_info', { app: 'b-none' });
    expect(hidden).toMatchObject({ isError: true, code: 'POLICY_DENIED' });
    expect(hidden.text.replaceAll('b-blog', 'b-none')).toBe(absent.text);
    expect(sim.commands().filter((line) => line.includes('b-blog'))).toEqual([]);
    const uri = (app: string) => ({ uri: `dokku://sim/apps/${app}` });
    await expect(team.client.readResource(uri('b-blog'))).rejects.toThrow(/not found/i);
    expect(await team.client.readResource(uri('a-shop'))).toMatchObject({
      contents: [{ mimeType: 'application/json' }],
    });
    const completed = await team.client.complete({
      ref: { type: 'ref/resource', uri: 'dokku://{host}/apps/{app}' },
      argument: { name: 'app', value: '' },
      context: { arguments: { host: 'sim' } },
    });
    expect(completed.completion.values).toEqual(['a-shop']);
  });

  test('plans and jobs of another principal are not there', async () => {
    const other = await server.client({ era, token: 'token-of-team-a' });
    const planned = await operator.call('apps_set', { app: 'a-shop', action: 'lock', mode: 'plan' });
    const token = String(planned.data.token);
    const stolen = await other.call('apps_set', { app: 'a-shop', action: 'lock', mode: token });
    expect(stolen).toMatchObject({ isError: true, code: 'NOT_FOUND' });
    const made = await operator.call('apps_set', { app: 'a-shop', action: 'lock', mode: token });
    expect(made.data).toMatchObject({ status: 'applied' });
    await sim.given('apps:unlock a-shop');
    const deploy = await operator.call('deploy_start', { app: 'a-shop', image: 'demo/web:1' });
    const id = String((deploy.data.result as { id: string }).id);
    expect((await operator.call('deploy_status', { app: 'a-shop', id })).data).toMatchObject({ id });
    expect(await other.call('deploy_status', { app: 'a-shop', id })).toMatchObject({
      isError: true,
      code: 'NOT_FOUND',
    });
    const uri = `dokku://sim/deployments/${id}`;
    await expect(other.client.readResource({ uri })).rejects.toThrow(/not found/i);
  });

  test('many clients at once see what is theirs, each time', async () => {
    const crowd = await Promise.all(
      ['a', 'b', 'a', 'b', 'a', 'b'].map(async (team) => ({
        team,
        client: await server.client({ era, token: `token-of-team-${team}` }),
      })),
    );
    const seen = await Promise.all(
      crowd.flatMap(({ team, client }) =>
        Array.from({ length: 5 }, async () => ({ team, apps: await names(client) })),
      ),
    );
    for (const { team, apps } of seen) expect(apps).toEqual([team === 'a' ? 'a-shop' : 'b-blog']);
    for (const { client } of crowd) await client.close();
  });

  test('a client that cancels a read, or goes away, frees its place on the host', async () => {
    sim.answer = ([name]) => (name === 'cron:list' ? 'talk' : undefined);
    const going = await server.client({ era, token: 'token-of-the-operator' });
    const cancel = new AbortController();
    const read = { name: 'cron:list', args: ['a-shop'] };
    const calls = [
      operator.call('command_query', read, { signal: cancel.signal }),
      going.call('command_query', { ...read, args: ['doomed'] }),
    ].map((call) => expect(call).rejects.toThrow());
    while (sim.talking() < 2) await delay(10);
    cancel.abort();
    await going.close();
    await Promise.all(calls);
    while (sim.talking() > 0) await delay(10);
    sim.answer = undefined;
    expect((await operator.call('command_query', read)).data).toMatchObject({ exit: 0 });
  });
});

describe('a session of the era of 2025', () => {
  const post = (token: string, body: unknown, session?: string, method = 'POST') =>
    fetch(server.url, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'application/json, text/event-stream',
        'content-type': 'application/json',
        ...(session === undefined ? {} : { 'mcp-session-id': session }),
      },
      ...(method === 'POST' ? { body: JSON.stringify(body) } : {}),
    });
  const initialize = {
    jsonrpc: '2.0',
    id: 1,
    method: 'initialize',
    params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'raw', version: '1' } },
  };
  const ping = { jsonrpc: '2.0', id: 2, method: 'ping' };

  test('belongs to the principal that opened it, and ends when it says so', async () => {
    const opened = await post('token-of-team-a', initialize);
    const session = opened.headers.get('mcp-session-id') ?? '';
    expect([opened.status, session]).toEqual([200, expect.stringMatching(/^[0-9a-f-]{36}$/)]);
    await opened.text();
    expect((await post('token-of-team-a', ping, session)).status).toBe(200);
    expect((await post('token-of-team-b', ping, session)).status).toBe(404);
    expect((await post('token-of-team-b', ping, session, 'DELETE')).status).toBe(404);
    expect((await post('token-of-team-a', ping, 'made-up')).status).toBe(404);
    expect((await post('token-of-team-a', ping)).status).toBe(400);
    expect((await post('token-of-team-a', ping, session, 'DELETE')).status).toBe(200);
    expect((await post('token-of-team-a', ping, session)).status).toBe(404);
  });
});

describe('it does not start', () => {
  const listening = ['serve', '--http', '--demo'];
  const withToken = written({ tokens: [entryOf('one')] });
  test.each([
    ['when nothing says who may call', listening, '{}', 'nothing says who may use this server over HTTP'],
    [
      'where other machines reach it without TLS',
      [...listening, '--listen', '0.0.0.0:0'],
      withToken,
      '0.0.0.0 can be reached from other machines, without TLS',
    ],
    [
      'with two tokens of one name',
      listening,
      written({
        tokens: [entryOf('one', 'a', ['dokku:read'], 'x'), entryOf('two', 'a', ['dokku:read'], 'x')],
      }),
      'two have one name',
    ],
    [
      'with keys from where others can change them',
      listening,
      written({
        jwt: { issuer: 'https://id.example', audience: 'x', role: 'a', jwks_url: 'http://id.example/keys' },
      }),
      'whoever can change the keys can make tokens',
    ],
    [
      'on a port that is none',
      [...listening, '--listen', '127.0.0.1:99999'],
      withToken,
      'a port is a number up to',
    ],
  ])('%s', async (_when, words, config, reason) => {
    const folder = mkdtempSync(join(tmpdir(), 'refused-'));
    writeFileSync(join(folder, 'config.yaml'), config);
    const { code, stderr } = await runCli([...words, '--config', join(folder, 'config.yaml')]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(reason) });
    rmSync(folder, { recursive: true });
  });

  test('on an address that is in use, and says how to choose another', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'refused-'));
    writeFileSync(join(folder, 'config.yaml'), withToken);
    const listen = new URL(server.url).host;
    const words = [...listening, '--listen', listen, '--config', join(folder, 'config.yaml')];
    const { code, stderr } = await runCli(words);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(`${listen} is in use`) });
    expect(stderr).toContain('--listen HOST:PORT');
    rmSync(folder, { recursive: true });
  });

  function written(security: Record<string, unknown>): string {
    return JSON.stringify({ security });
  }
});
