import { setTimeout as delay } from 'node:timers/promises';
import { McpServer } from '@modelcontextprotocol/server';
import { afterEach, describe, expect, it } from 'vitest';
import { authInfoOf } from '../../principal.ts';
import { Sessions } from './sessions.ts';

const open: Sessions[] = [];
afterEach(async () => {
  for (const sessions of open.splice(0)) await sessions.close();
});

function sessionsOf(options: { most?: number; idleMs?: number } = {}): Sessions {
  const sessions = new Sessions({
    build: () => new McpServer({ name: 'test', version: '1' }),
    most: 2,
    idleMs: 60_000,
    onerror: () => undefined,
    ...options,
  });
  open.push(sessions);
  return sessions;
}

const initialize = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'raw', version: '1' } },
};
const ping = { jsonrpc: '2.0', id: 2, method: 'ping' };

function sender(name: string, scopes: readonly string[] = ['dokku:read']) {
  const principal = { id: `token:${name}`, sub: name, clientId: name, role: 'operator', scopes };
  return authInfoOf({ principal, address: '127.0.0.1' });
}

async function post(sessions: Sessions, authInfo: ReturnType<typeof sender>, body: unknown, id?: string) {
  const headers = {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    ...(id === undefined ? {} : { 'mcp-session-id': id }),
  };
  const request = new Request('http://localhost/mcp', {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
  const response = await sessions.fetch(request, { authInfo, parsedBody: body });
  await response.text();
  return { status: response.status, id: response.headers.get('mcp-session-id') ?? '' };
}

describe('Sessions', () => {
  it('each belongs to its principal, with the rights that it had', async () => {
    const sessions = sessionsOf();
    const { id } = await post(sessions, sender('alice'), initialize);
    expect((await post(sessions, sender('alice'), ping, id)).status).toBe(200);
    expect((await post(sessions, sender('bob'), ping, id)).status).toBe(404);
    expect((await post(sessions, sender('alice', ['dokku:read', 'dokku:write']), ping, id)).status).toBe(404);
    expect((await post(sessions, sender('alice'), ping)).status).toBe(400);
  });

  it('where there is no room the one that is idle for longest makes it, of the same principal if it has any', async () => {
    const sessions = sessionsOf();
    const alice = await post(sessions, sender('alice'), initialize);
    const bob = await post(sessions, sender('bob'), initialize);
    await post(sessions, sender('bob'), initialize);
    expect((await post(sessions, sender('bob'), ping, bob.id)).status).toBe(404);
    expect((await post(sessions, sender('alice'), ping, alice.id)).status).toBe(200);
    await post(sessions, sender('carol'), initialize);
    expect((await post(sessions, sender('alice'), ping, alice.id)).status).toBe(404);
    expect(sessions.size).toBe(2);
  });

  it('one that works is not ended; who finds no room is asked to come again', async () => {
    const sessions = sessionsOf({ most: 1 });
    const { id } = await post(sessions, sender('alice'), initialize);
    const release = sessions.hold(id);
    expect((await post(sessions, sender('bob'), initialize)).status).toBe(503);
    expect((await post(sessions, sender('alice'), ping, id)).status).toBe(200);
    release();
    expect((await post(sessions, sender('bob'), initialize)).status).toBe(200);
  });

  it('one that is idle for long ends by itself, one that works does not', async () => {
    const sessions = sessionsOf({ idleMs: 20 });
    const idle = await post(sessions, sender('alice'), initialize);
    const busy = await post(sessions, sender('bob'), initialize);
    sessions.hold(busy.id);
    while (sessions.size > 1) await delay(10);
    expect((await post(sessions, sender('alice'), ping, idle.id)).status).toBe(404);
    expect((await post(sessions, sender('bob'), ping, busy.id)).status).toBe(200);
  });
});
