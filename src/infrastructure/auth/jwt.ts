import { errors, type JWTPayload, type JWTVerifyResult, jwtVerify } from 'jose';
import type { Authenticated } from '../../application/principal.ts';
import { KeysUnavailable, keysFromFile, keysFromUrl } from './issuer-keys.ts';

export interface JwtRules {
  readonly issuer: string;
  readonly audience: string;
  readonly jwksUrl?: string;
  readonly jwksFile?: string;
  readonly algorithms: readonly string[];
  readonly role?: string;
  readonly roleClaim?: string;
  readonly roles: Readonly<Record<string, string>>;
}

export interface JwtDeps {
  /** True for the id of a token that is good no longer. */
  readonly isRevoked: (jti: string) => Promise<boolean>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** How far the clocks of issuer and server may be apart. */
const SKEW_S = 60;
const LONGEST_ID = 255;
/** Types of tokens that give access; others (of logouts, of proofs) are signed with the same keys. */
const TYPES = ['jwt', 'at+jwt', 'application/at+jwt'];

/**
 * Checks access tokens of one authorization server (RFC 9068, RFC 8725): signature by one of its keys and one of the
 * allowed algorithms, issuer and audience to the letter, a time of life that has not run out, not revoked. Keys come from
 * where the configuration says, whatever a token says of them.
 */
export function jwtVerifier(rules: JwtRules, deps: JwtDeps): (token: string) => Promise<Authenticated> {
  const keys = rules.jwksUrl === undefined ? keysFromFile(rules.jwksFile ?? '') : keysFromUrl(rules.jwksUrl);
  const { issuer, audience } = rules;
  const options = { issuer, audience, algorithms: [...rules.algorithms], clockTolerance: SKEW_S };
  return async (token) => {
    let verified: JWTVerifyResult;
    try {
      const currentDate = new Date(deps.now());
      verified = await jwtVerify(token, keys, { ...options, currentDate, requiredClaims: ['sub', 'exp'] });
    } catch (error) {
      return refusal(error);
    }
    const { payload, protectedHeader } = verified;
    const type = protectedHeader.typ?.toLowerCase();
    if (type !== undefined && !TYPES.includes(type)) return invalid('it is no access token');
    return await judge(payload, rules, deps);
  };
}

async function judge(
  payload: JWTPayload,
  rules: JwtRules,
  { isRevoked, now }: JwtDeps,
): Promise<Authenticated> {
  const { sub = '', iat, jti, cnf } = payload;
  if (iat !== undefined && iat > now() / 1000 + SKEW_S) return invalid('it was issued in the future');
  // Bound to a key of its client, which a bearer does not prove.
  if (cnf !== undefined) return invalid('it is bound to a key and no bearer token');
  const clientId = [payload.client_id, payload.azp].find((value) => typeof value === 'string') ?? '';
  const names = [sub, String(clientId), jti ?? ''];
  if (sub === '' || names.some((name) => name.length > LONGEST_ID))
    return invalid('its sub is not fit for use');
  if (jti !== undefined && (await isRevoked(jti))) return invalid('it was revoked');
  const role = roleOf(payload, rules);
  if (role === undefined) return invalid('no role is configured for it');
  const id = `jwt:${encodeURIComponent(sub)}:${encodeURIComponent(String(clientId))}`;
  return {
    principal: {
      id,
      sub,
      clientId: String(clientId),
      ...(jti === undefined ? {} : { jti }),
      role,
      scopes: scopesOf(payload),
    },
  };
}

/** `scope` as OAuth has it, or the list that some issuers give. */
function scopesOf(payload: JWTPayload): readonly string[] {
  const given = payload.scope ?? payload.scp;
  if (typeof given === 'string') return given.split(' ').filter((word) => word !== '');
  return Array.isArray(given) ? given.filter((word) => typeof word === 'string') : [];
}

/** The role of the first value of the claim that has one. */
function roleOf(payload: JWTPayload, rules: JwtRules): string | undefined {
  const { role, roleClaim, roles } = rules;
  const claim = roleClaim === undefined ? undefined : payload[roleClaim];
  const values = (Array.isArray(claim) ? claim : [claim]).filter((value) => typeof value === 'string');
  const known = values.find((value) => Object.hasOwn(roles, value));
  return known === undefined ? role : roles[known];
}

function invalid(reason: string): Authenticated {
  return { refused: 'invalid', reason };
}

/** What the library found wrong, in words that hold nothing of the token. */
function refusal(error: unknown): Authenticated {
  if (error instanceof KeysUnavailable) {
    return { refused: 'unavailable', reason: 'the keys of the issuer cannot be had' };
  }
  if (error instanceof errors.JWTExpired) return invalid('it has expired');
  if (error instanceof errors.JWTClaimValidationFailed) return invalid(`its ${error.claim} is not right`);
  return invalid('it is not signed by the issuer in an allowed way');
}
