import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { exportSPKI, importJWK } from 'jose';
import { createAuthenticator } from '../../../src/infrastructure/auth/authenticator.ts';
import { findToken } from '../../../src/infrastructure/auth/static-tokens.ts';
import type { CorpusCase } from '../case.ts';
import { judgeConsent } from './consent-cases.ts';
import { AUDIENCE } from './issuer.ts';
import { exchange, type RawResponse } from './raw.ts';
import { type Asked, bytesOf, draft } from './request.ts';
import { OPERATOR, REVOKED, type Served } from './served.ts';
import { judgeStatus } from './status.ts';

type Act = (served: Served, given: CorpusCase) => Promise<string[]>;

const now = (): number => Math.floor(Date.now() / 1000);
const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Sends a call with this Authorization header and holds the answer against what the case expects. */
function present(of: (served: Served) => Promise<string | null> | string | null, asked: Asked = {}): Act {
  return async (served, given) => {
    served.wire.clear();
    const response = await call(served, { ...asked, authorization: await of(served) });
    if (response === undefined) return ['no answer came'];
    return [...judgeStatus(given, response), ...(response.status >= 400 ? silent(served) : [])];
  };
}

/** The same with a token of the issuer that differs in this from a good one. */
function claims(other: () => Record<string, unknown>, header: Record<string, unknown> = {}, asked: Asked = {}): Act {
  return present(async ({ issuer }) => `Bearer ${await issuer.token(other(), header)}`, asked);
}

async function call({ port }: Served, asked: Asked, from?: string): Promise<RawResponse | undefined> {
  const where = { port, ...(from === undefined ? {} : { from }) };
  return (await exchange([bytesOf(draft(asked))], where)).responses[0];
}

function silent({ wire, logged }: Served): string[] {
  return [
    ...wire.sent.map(({ line }) => `sent ${JSON.stringify(line)}`),
    ...(/eyJ|Bearer/.test(JSON.stringify(logged)) ? ['the token stands in the log'] : []),
  ];
}

/** A good token whose header says another algorithm, signed by nobody. */
function unsigned(alg: string): Act {
  return present(async ({ issuer }) => {
    const [, payload = ''] = (await issuer.token()).split('.');
    return `Bearer ${base64({ alg, typ: 'JWT' })}.${payload}.`;
  });
}

const hmac: Act = present(async ({ issuer }) => {
  const key = await exportSPKI((await importJWK(issuer.publicJwk, 'RS256')) as Parameters<typeof exportSPKI>[0]);
  const [, payload = ''] = (await issuer.token()).split('.');
  const head = `${base64({ alg: 'HS256', typ: 'JWT', kid: 'one' })}.${payload}`;
  return `Bearer ${head}.${createHmac('sha256', key).update(head).digest('base64url')}`;
});

/** Signed by a key of the caller's own, which its header offers. */
function foreign(header: Record<string, unknown> = {}): Act {
  return present(async ({ issuer }) => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const [, payload = ''] = (await issuer.token()).split('.');
    const offered = 'jwk' in header ? { jwk: publicKey.export({ format: 'jwk' }) } : header;
    const head = `${base64({ alg: 'RS256', kid: 'one', ...offered })}.${payload}`;
    return `Bearer ${head}.${sign('sha256', Buffer.from(head), privateKey).toString('base64url')}`;
  });
}

const write: Asked = { tool: 'apps_create', args: { app: 'by-token' } };

const teams: Act = async (served) => {
  const authorization = `Bearer ${await served.issuer.token({ groups: ['team-a'] })}`;
  const about = async (app: string) => (await call(served, { tool: 'apps_info', args: { app }, authorization }))?.body ?? '';
  const [hidden, absent] = [await about('team-b-blog'), await about('team-b-none')];
  return [
    ...(hidden.includes('POLICY_DENIED') ? [] : [`was not denied: ${hidden.slice(0, 200)}`]),
    ...(hidden.replaceAll('team-b-blog', 'team-b-none') === absent ? [] : ['the answer tells whether the app exists']),
  ];
};

const jobs: Act = async (served) => {
  const bearer = async (sub: string) => `Bearer ${await served.issuer.token({ sub })}`;
  const deploy = { tool: 'deploy_start', args: { app: 'myapp', image: 'demo/web:1' }, authorization: await bearer('alice') };
  const [id = ''] = /d-[a-z0-9]{8,}/.exec((await call(served, deploy))?.body ?? '') ?? [];
  const status = async (sub: string) =>
    (await call(served, { tool: 'deploy_status', args: { app: 'myapp', id }, authorization: await bearer(sub) }))?.body ?? '';
  const [own, other] = [await status('alice'), await status('bob')];
  return [
    ...(id === '' || own.includes('NOT_FOUND') ? ['whoever started it does not see it'] : []),
    ...(other.includes('NOT_FOUND') ? [] : [`is shown to another: ${other.slice(0, 200)}`]),
  ];
};

/** A token that is used from two places is good in both, and both are on record. */
const replayed: Act = async (served) => {
  const jti = `jti-of-two-places-${now()}`;
  const authorization = `Bearer ${await served.issuer.token({ jti })}`;
  const places = ['127.0.0.1', '127.0.0.2'];
  const reasons: string[] = [];
  for (const from of places) {
    if ((await call(served, { authorization }, from))?.status !== 200) reasons.push(`is not good from ${from}`);
  }
  const uses = (await served.audit()).filter(({ principal }) => (principal as { jti?: string } | undefined)?.jti === jti);
  for (const place of places) {
    if (!uses.some(({ address }) => address === place)) reasons.push(`its use from ${place} is not on record`);
  }
  const old = await served.issuer.token({ jti, iat: now() - 600, exp: now() - 120 });
  const late = await call(served, { authorization: `Bearer ${old}` });
  return [...reasons, ...(late?.status === 401 ? [] : ['is good after its lifetime'])];
};

/** Comparing looks at the whole hash of every token; the configuration holds hashes only. */
const kept: Act = async (served) => {
  const wrong = `${OPERATOR.slice(0, -1)}x`;
  const response = await call(served, { authorization: `Bearer ${wrong}` });
  const looked: string[] = [];
  const entry = (name: string) => ({
    name,
    role: 'operator',
    scopes: [],
    get sha256() {
      looked.push(name);
      return '0'.repeat(64);
    },
  });
  findToken(['a', 'b', 'c'].map(entry), wrong);
  return [
    ...(response?.status === 401 ? [] : ['a wrong token is good']),
    ...(looked.join('') === 'abc' ? [] : ['the time of the comparison tells where it ended']),
  ];
};

/** Keys that cannot be had let nobody in, and keys from before are not better than none. */
const keysGone: Act = async ({ issuer }) => {
  const jwksUrl = 'http://127.0.0.1:1/keys';
  const rules = { issuer: issuer.url, audience: AUDIENCE, jwksUrl, algorithms: ['RS256'], role: 'operator' };
  const state = { get: async () => undefined };
  const jwt = { ...rules, roles: {}, revoked: [] };
  const known = await createAuthenticator({ tokens: [], jwt, state, now: () => Date.now() }).authenticate(
    await issuer.token(),
  );
  return 'principal' in known ? ['lets in whose token it cannot check'] : [];
};

const twice: Act = async (served, given) => {
  served.wire.clear();
  const request = draft();
  request.headers.push(['Authorization', `Bearer ${await served.issuer.token()}`]);
  const [response] = (await exchange([bytesOf(request)], { port: served.port })).responses;
  return response === undefined ? ['no answer came'] : [...judgeStatus(given, response), ...silent(served)];
};

const keysAsked: Act = async (served, given) => {
  const before = served.issuer.asked();
  const reasons = await claims(() => ({}), { kid: 'never-heard-of' })(served, given);
  await delay(0);
  return [...reasons, ...(served.issuer.asked() - before > 1 ? ['asks the issuer for each bad token'] : [])];
};

/** What a case describes, told by its words. */
const ACTS: readonly (readonly [RegExp, Act])[] = [
  [/^(?:no|missing) (?:Authorization|token)/i, present(() => null)],
  [/^(?:two|double) (?:Authorization|tokens)/i, twice],
  [/^(?:JWKS|keys)\b/i, keysGone],
  [/^aud (?:prefix|substring)/, claims(() => ({ aud: `${AUDIENCE}/more` }))],
  [/requestState|answer to the question/, (served, given) => judgeConsent(given, { principal: 'mallory' }, served)],
  [/^empty/i, present(() => 'Bearer ')],
  [/^Basic/, present(() => `Basic ${Buffer.from(`x:${OPERATOR}`).toString('base64')}`)],
  [/^DPoP/, present(async ({ issuer }) => `DPoP ${await issuer.token()}`)],
  [/^bound to a key/i, claims(() => ({ cnf: { jkt: 'x'.repeat(43) } }))],
  [/^good token/i, claims(() => ({}))],
  [/^garbage/i, present(() => 'Bearer not.a.token')],
  [/^alg=none$/, unsigned('none')],
  [/^alg=None/, async (served, given) => [...(await unsigned('None')(served, given)), ...(await unsigned('nOnE')(served, given))]],
  [/^HS256/, hmac],
  [/^wrong signature/, foreign()],
  [/\bjwk\b/, foreign({ jwk: {} })],
  [/\bjku\b/, foreign({ jku: 'https://evil.example/keys' })],
  [/\bx5u\b/, foreign({ x5u: 'https://evil.example/cert' })],
  [/^kid path traversal/, foreign({ kid: '../../../../etc/passwd' })],
  [/^kid unknown|^unknown kid/, keysAsked],
  [/\bcrit\b/, foreign({ crit: ['b64'], b64: false })],
  [/^expired 1 s beyond/, claims(() => ({ exp: now() - 61 }))],
  [/^expired within/, claims(() => ({ exp: now() - 30 }))],
  [/^exp missing/, claims(() => ({ exp: undefined }))],
  [/^nbf/, claims(() => ({ nbf: now() + 600 }))],
  [/^iat/, claims(() => ({ iat: now() + 600, exp: now() + 900 }))],
  [/^wrong aud/, claims(() => ({ aud: 'https://another.example.com' }))],
  [/^aud array with/, claims(() => ({ aud: ['https://another.example.com', 'https://mcp.example.com/mcp'] }))],
  [/^(?:aud missing|no aud)/, claims(() => ({ aud: undefined }))],
  [/^wrong iss/, claims(() => ({ iss: 'https://evil.example' }))],
  [/^iss trailing slash/, present(async ({ issuer }) => `Bearer ${await issuer.token({ iss: `${issuer.url}/` })}`)],
  [/^sub missing/, claims(() => ({ sub: undefined }))],
  [/^JWE/, present(() => `Bearer ${base64({ alg: 'dir', enc: 'A256GCM' })}..${'A'.repeat(16)}.${'A'.repeat(64)}.${'A'.repeat(22)}`)],
  [/^(?:ID token|another type)/i, claims(() => ({}), { typ: 'logout+jwt' })],
  [/^revoked jti/, claims(() => ({ jti: REVOKED }))],
  [/^no role/i, claims(() => ({ groups: ['strangers'] }))],
  [/^scope missing|^no scope/, claims(() => ({ scope: undefined }))],
  [/^scope wildcard/, claims(() => ({ scope: '*' }))],
  [/calls a (?:write|changing) tool/, claims(() => ({ scope: 'dokku:read' }), {}, write)],
  [/^team-a token/, teams],
  [/job id of another/, jobs],
  [/^static token/, kept],
  [/^replayed token/, replayed],
];

/** Runs a case of group `auth_jwt`; the reasons why it fails, none when it is good. */
export async function judgeToken(given: CorpusCase, served: Served): Promise<string[]> {
  const words = String(given.input['token'] ?? given.input['note']);
  const act = ACTS.find(([pattern]) => pattern.test(words))?.[1];
  served.logged.length = 0;
  return act === undefined ? [`the run does not know how to make the token "${words}"`] : await act(served, given);
}
