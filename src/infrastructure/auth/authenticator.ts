import type { StateStore } from '../../application/ports.ts';
import type { Authenticator } from '../../application/principal.ts';
import { type JwtRules, jwtVerifier } from './jwt.ts';
import { findToken, hashToken, type KeptToken } from './static-tokens.ts';

export interface AuthenticatorOptions {
  readonly tokens: readonly KeptToken[];
  readonly jwt?: JwtRules & { readonly revoked: readonly string[] };
  readonly state: Pick<StateStore, 'get'>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Three parts of base64url: what a static token never looks like. */
const JWT = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*$/;

/** Knows the tokens of the configuration, and those of its authorization server. */
export function createAuthenticator({ tokens, jwt, state, now }: AuthenticatorOptions): Authenticator {
  const isRevoked = async (jti: string): Promise<boolean> =>
    jwt?.revoked.includes(jti) === true || (await state.get(revocationKey(jti))) !== undefined;
  const verify = jwt === undefined ? undefined : jwtVerifier(jwt, { isRevoked, now });
  return {
    authenticate: async (token) => {
      const principal = findToken(tokens, token);
      if (principal !== undefined) return { principal };
      if (verify !== undefined && JWT.test(token)) return await verify(token);
      return { refused: 'invalid', reason: 'it is not known here' };
    },
  };
}

/** Where it stands that a token is good no longer. */
export function revocationKey(jti: string): string {
  return `revoked/${hashToken(jti).toString('hex')}`;
}
