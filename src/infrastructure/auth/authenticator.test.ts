import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AuthenticatorOptions, createAuthenticator, revocationKey } from './authenticator.ts';
import { hashToken } from './static-tokens.ts';

const folder = mkdtempSync(join(tmpdir(), 'keys-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const keysFile = join(folder, 'keys.json');
const pairs = new Map<string, Awaited<ReturnType<typeof generateKeyPair>>>();
const now = 1_800_000_000;
const state = new Map<string, unknown>();

beforeAll(async () => {
  for (const alg of ['RS256', 'ES256', 'EdDSA', 'PS256']) pairs.set(alg, await generateKeyPair(alg));
  await publish('RS256', 'ES256', 'EdDSA', 'PS256');
});

async function publish(...algorithms: readonly string[]): Promise<void> {
  const keys = await Promise.all(
    algorithms.map(async (alg) => ({
      ...(await exportJWK(pairs.get(alg)?.publicKey as CryptoKey)),
      alg,
      kid: alg,
    })),
  );
  writeFileSync(keysFile, JSON.stringify({ keys }));
}

type Jwt = NonNullable<AuthenticatorOptions['jwt']>;

function authenticator(jwt: Partial<Jwt> = {}) {
  return createAuthenticator({
    tokens: [
      { name: 'ci', sha256: hashToken('secret-of-ci').toString('hex'), role: 'ci', scopes: ['dokku:read'] },
      { name: 'me', sha256: hashToken('secret-of-me').toString('hex'), role: 'operator', scopes: [] },
    ],
    jwt: {
      issuer: 'https://id.example.com',
      audience: 'https://mcp.example.com/mcp',
      jwksFile: keysFile,
      algorithms: ['RS256', 'ES256', 'EdDSA'],
      roleClaim: 'groups',
      roles: { platform: 'operator', shop: 'shop-team' },
      revoked: ['taken-back'],
      ...jwt,
    },
    state: { get: async (key) => state.get(key) },
    now: () => now * 1000,
  });
}

async function token(claims: Record<string, unknown> = {}, alg = 'RS256'): Promise<string> {
  const usual = {
    iss: 'https://id.example.com',
    aud: 'https://mcp.example.com/mcp',
    sub: 'alice',
    azp: 'editor',
    jti: 'one',
    scope: 'dokku:read  other',
    groups: ['unknown', 'shop', 'platform'],
    exp: now + 60,
  };
  return await new SignJWT({ ...usual, ...claims })
    .setProtectedHeader({ alg, kid: alg })
    .sign(pairs.get(alg)?.privateKey as CryptoKey);
}

describe('static tokens', () => {
  it('are known by their hash, each with its role and scopes', async () => {
    expect(await authenticator().authenticate('secret-of-ci')).toEqual({
      principal: { id: 'token:ci', sub: 'ci', clientId: 'ci', role: 'ci', scopes: ['dokku:read'] },
    });
    expect(await authenticator().authenticate('secret-of-me')).toMatchObject({
      principal: { id: 'token:me' },
    });
  });

  it.each(['', 'secret-of-c', 'secret-of-ci ', hashToken('secret-of-ci').toString('hex')])(
    '"%s" is none',
    async (text) => expect(await authenticator().authenticate(text)).toMatchObject({ refused: 'invalid' }),
  );
});

describe('tokens of an authorization server', () => {
  it.each(['RS256', 'ES256', 'EdDSA'])(
    '%s: tells who has it, and the first role that is configured',
    async (alg) => {
      expect(await authenticator().authenticate(await token({}, alg))).toEqual({
        principal: {
          id: 'jwt:alice:editor',
          sub: 'alice',
          clientId: 'editor',
          jti: 'one',
          role: 'shop-team',
          scopes: ['dokku:read', 'other'],
        },
      });
    },
  );

  it('no two principals have one id, whatever they are called', async () => {
    const ids = await Promise.all(
      [
        { sub: 'a:b', azp: 'c' },
        { sub: 'a', azp: 'b:c' },
        { sub: 'a', azp: 'b%3Ac' },
      ].map(async (claims) => {
        const known = await authenticator().authenticate(await token(claims));
        return 'principal' in known ? known.principal.id : '';
      }),
    );
    expect(new Set(ids).size).toBe(3);
  });

  it.each([
    ['an algorithm that is not allowed', {}, 'PS256', 'not signed by the issuer in an allowed way'],
    ['expired', { exp: now - 61 }, 'RS256', 'it has expired'],
    ['another audience', { aud: 'https://mcp.example.com' }, 'RS256', 'its aud is not right'],
    ['an issuer with a slash', { iss: 'https://id.example.com/' }, 'RS256', 'its iss is not right'],
    ['from the future', { iat: now + 61, exp: now + 900 }, 'RS256', 'issued in the future'],
    ['not yet good', { nbf: now + 61 }, 'RS256', 'its nbf is not right'],
    ['no sub', { sub: undefined }, 'RS256', 'its sub is not right'],
    ['a sub without end', { sub: 'x'.repeat(256) }, 'RS256', 'its sub is not fit for use'],
    ['taken back by the configuration', { jti: 'taken-back' }, 'RS256', 'it was revoked'],
    ['bound to a key', { cnf: { jkt: 'x' } }, 'RS256', 'no bearer token'],
    ['no role', { groups: ['unknown', '__proto__', 'constructor'] }, 'RS256', 'no role is configured'],
  ])('%s: is refused', async (_what, claims, alg, reason) => {
    expect(await authenticator().authenticate(await token(claims, alg))).toEqual({
      refused: 'invalid',
      reason: expect.stringContaining(reason) as unknown,
    });
  });

  it('a role may be given to all that have none', async () => {
    const known = authenticator({ role: 'guest' }).authenticate(await token({ groups: [] }));
    expect(await known).toMatchObject({ principal: { role: 'guest' } });
  });

  it('is refused from the moment that its id is revoked', async () => {
    const own = authenticator();
    const text = await token({ jti: 'soon-gone' });
    expect(await own.authenticate(text)).toHaveProperty('principal');
    state.set(revocationKey('soon-gone'), {});
    expect(await own.authenticate(text)).toMatchObject({ reason: 'it was revoked' });
  });

  it('keys that cannot be had let nobody in and are no fault of the token', async () => {
    for (const keys of [{ jwksFile: join(folder, 'none.json') }, { jwksFile: folder }]) {
      expect(await authenticator(keys).authenticate(await token())).toMatchObject({ refused: 'unavailable' });
    }
    const { jwksFile: _, ...rest } = { jwksFile: '' };
    const remote = authenticator({ ...rest, jwksUrl: 'http://127.0.0.1:1/keys' });
    expect(await remote.authenticate(await token())).toMatchObject({ refused: 'unavailable' });
    expect(await remote.authenticate(await token())).toMatchObject({ refused: 'unavailable' });
  });

  it('new keys are read when the file was changed', async () => {
    const own = authenticator();
    await publish('ES256');
    utimesSync(keysFile, 1, 1);
    expect(await own.authenticate(await token({}, 'RS256'))).toMatchObject({ refused: 'invalid' });
    await publish('ES256', 'RS256');
    expect(await own.authenticate(await token({}, 'RS256'))).toHaveProperty('principal');
  });
});
