import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { operations } from '../../../application/operations/index.ts';
import type { Authenticator } from '../../../application/principal.ts';
import { authenticate, beyondScope } from './gate.ts';

const principal = { id: 'token:ci', sub: 'ci', clientId: 'ci', role: 'ci', scopes: ['dokku:read'] };
const seen: string[] = [];
const knowing: Authenticator = {
  authenticate: async (token) => {
    seen.push(token);
    if (token === 'good') return { principal };
    if (token === 'writer') return { principal: { ...principal, scopes: ['dokku:write', '*'] } };
    if (token === 'later') return { refused: 'unavailable', reason: 'the keys of the issuer cannot be had' };
    return { refused: 'invalid', reason: 'it is not known here' };
  },
};
const METADATA = 'https://mcp.example.com/.well-known/oauth-protected-resource/mcp';
const pass = (authorization?: string, url = '/mcp') =>
  authenticate({ url, headers: { authorization } } as unknown as IncomingMessage, knowing, METADATA);

describe('authenticate', () => {
  it('lets a good token pass, however its scheme is written', async () => {
    expect(await pass('Bearer good')).toEqual({ principal });
    expect(await pass('bearer  good')).toEqual({ principal });
  });

  it.each([
    undefined,
    '',
    'Bearer',
    'Bearer ',
    'Basic good',
    'good',
    'Bearer good good',
    'Bearer good,',
    'DPoP good',
  ])('%s is no bearer token, and nothing is looked up', async (authorization) => {
    seen.length = 0;
    expect(await pass(authorization)).toMatchObject({
      refusal: {
        status: 401,
        headers: { 'www-authenticate': `Bearer scope="dokku:read", resource_metadata="${METADATA}"` },
      },
    });
    expect(seen).toEqual([]);
  });

  it.each(['/mcp?access_token=good', '/mcp?a=b&TOKEN=good', '/mcp?id_token='])(
    '%s: not even with a header',
    async (url) => {
      expect(await pass('Bearer good', url)).toMatchObject({ refusal: { status: 401 } });
    },
  );

  it('tells a token that is not good from keys that cannot be had', async () => {
    const { refusal } = (await pass('Bearer bad')) as { refusal: { headers: Record<string, string> } };
    expect(refusal).toMatchObject({ status: 401, error: 'invalid_token' });
    expect(refusal.headers['www-authenticate']).toContain('error="invalid_token"');
    expect(await pass('Bearer later')).toMatchObject({ refusal: { status: 503 } });
  });

  it('every scope is granted by its name', async () => {
    expect(await pass('Bearer writer')).toMatchObject({
      refusal: {
        status: 403,
        error: 'insufficient_scope',
        headers: { 'www-authenticate': expect.stringContaining('scope="dokku:read"') as unknown },
      },
    });
  });
});

describe('beyondScope', () => {
  const call = (name: unknown, method = 'tools/call') => ({
    jsonrpc: '2.0',
    id: 1,
    method,
    params: { name },
  });
  const beyond = (message: object, scopes = ['dokku:read']) =>
    beyondScope(message, { ...principal, scopes }, { operations })?.name;

  it('is any change that is called without dokku:write', () => {
    expect(beyond(call('apps_create'))).toBe('apps_create');
    expect(beyond(call('command_execute'))).toBe('command_execute');
    expect(beyond(call('apps_create'), ['dokku:read', '*', 'dokku:admin'])).toBe('apps_create');
  });

  it.each([
    [call('apps_list')],
    [call('no_such_tool')],
    [call(undefined)],
    [call('apps_create', 'prompts/get')],
    [{ jsonrpc: '2.0', method: 'tools/call', params: null }],
    [{}],
  ])('%j is none', (message) => expect(beyond(message)).toBeUndefined());

  it('nothing is beyond dokku:write', () => {
    expect(beyond(call('apps_create'), ['dokku:read', 'dokku:write'])).toBeUndefined();
  });
});
