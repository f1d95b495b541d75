import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { AUDIENCE, type Issuer, startIssuer, writeKeys } from '../corpus/http/issuer.ts';
import { runCli } from '../support/cli.ts';
import { entryOf, type HttpServer, startHttpServer } from '../support/http.ts';
import { eras } from '../support/mcp.ts';
import { type SimulatedDokku, startSimulatedDokku } from '../support/simulated-host.ts';

describe('tokens of an authorization server', () => {
  const stateDir = mkdtempSync(join(tmpdir(), 'tokens-'));
  let issuer: Issuer;
  let sim: SimulatedDokku;
  let server: HttpServer;

  beforeAll(async () => {
    issuer = await startIssuer();
    writeKeys(join(stateDir, 'keys.json'), issuer);
    sim = await startSimulatedDokku();
    await sim.given('apps:create shop');
    const jwt = {
      issuer: issuer.url,
      audience: AUDIENCE,
      jwks_file: join(stateDir, 'keys.json'),
      role_claim: 'groups',
      roles: { operators: 'operator' },
    };
    server = await startHttpServer({ args: ['--config', sim.configure({ security: { jwt } })], stateDir });
  });
  beforeEach(() => sim.forget());
  afterAll(async () => {
    await server?.stop();
    await sim?.stop();
    await issuer?.stop();
    rmSync(stateDir, { recursive: true, force: true });
  });

  test.each(eras)('a client with one works as its role, %s', async (era) => {
    const { call } = await server.client({ era, token: await issuer.token() });
    expect((await call('apps_list')).data).toMatchObject({ total: expect.any(Number) as unknown });
    expect((await call('apps_create', { app: `by-alice-${era}` })).data).toMatchObject({ status: 'applied' });
    const reader = await server.client({ era, token: await issuer.token({ scope: 'dokku:read' }) });
    await expect(reader.call('apps_create', { app: 'by-reader' })).rejects.toThrow();
    expect(sim.host.apps.has('by-reader')).toBe(false);
  });

  test('one that was revoked is good no longer, and the audit told its id', async () => {
    const token = await issuer.token({ jti: 'jti-to-revoke' });
    const { call } = await server.client({ era: '2026-07-28', token });
    await call('apps_create', { app: 'before' });
    const audit = await runCli(['audit', 'list', '--app', 'before', '--json'], {
      DOKKU_MCP_STATE_DIR: stateDir,
    });
    expect(JSON.parse(audit.stdout)).toMatchObject({
      acts: [
        { principal: { sub: 'alice', client_id: 'editor', jti: 'jti-to-revoke' }, address: '127.0.0.1' },
      ],
    });
    const revoked = await runCli(['token', 'revoke', 'jti-to-revoke'], { DOKKU_MCP_STATE_DIR: stateDir });
    expect(revoked).toMatchObject({ code: 0, stdout: 'Revoked: jti-to-revoke\n' });
    await expect(call('apps_create', { app: 'after' })).rejects.toThrow();
    expect(sim.host.apps.has('after')).toBe(false);
  });

  test('a client finds the authorization server, from the challenge on', async () => {
    const refused = await fetch(server.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    const [, where = ''] =
      /resource_metadata="([^"]+)"/.exec(refused.headers.get('www-authenticate') ?? '') ?? [];
    const found = {
      resource: server.url,
      authorization_servers: [issuer.url],
      scopes_supported: ['dokku:read', 'dokku:write'],
    };
    expect(await (await fetch(where)).json()).toMatchObject(found);
    const atRoot = new URL('/.well-known/oauth-protected-resource', server.url);
    expect(await (await fetch(atRoot)).json()).toMatchObject(found);
    expect((await fetch(where, { method: 'POST' })).status).toBe(405);
  });
});

describe('told to end while a call is under way', () => {
  test('it takes no more, answers what it has begun, and ends well', async () => {
    const sim = await startSimulatedDokku();
    await sim.given('apps:create shop');
    const config = sim.configure({ security: { tokens: [entryOf('token-of-me')] } });
    const server = await startHttpServer({ args: ['--config', config] });
    const { call } = await server.client({ era: '2026-07-28', token: 'token-of-me' });
    sim.host.speed = 0.3;
    const answer = call('domains_set', { app: 'shop', action: 'add', domains: ['www.example.com'] });
    while (!sim.commands().includes('domains:add shop www.example.com')) await delay(10);
    process.kill(server.pid, 'SIGTERM');
    await delay(0);
    sim.host.speed = 0;
    expect((await answer).data).toMatchObject({ status: 'applied' });
    expect(await server.ended).toBe(0);
    await server.stop();
    await sim.stop();
  });
});
