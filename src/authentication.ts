import type { Authenticator } from './application/principal.ts';
import { expand, type Loaded } from './config/load.ts';
import { createAuthenticator } from './infrastructure/auth/authenticator.ts';
import { clock } from './infrastructure/local/clock.ts';
import { FileStore } from './infrastructure/state/file-store.ts';

/** Knows whose a token is, by the configuration and by what was revoked since. Touches nothing before the first token. */
export function openAuthenticator({ config, stateDir }: Loaded): Authenticator {
  const { tokens, jwt } = config.security;
  const kept = { tokens, state: new FileStore(stateDir), now: () => clock.now() };
  if (jwt === undefined) return createAuthenticator(kept);
  const { issuer, audience, algorithms, role, roles, revoked } = jwt;
  return createAuthenticator({
    ...kept,
    jwt: {
      issuer,
      audience,
      algorithms,
      roles,
      revoked,
      ...(jwt.jwks_url === undefined ? {} : { jwksUrl: jwt.jwks_url }),
      ...(jwt.jwks_file === undefined ? {} : { jwksFile: expand(jwt.jwks_file) }),
      ...(role === undefined ? {} : { role }),
      ...(jwt.role_claim === undefined ? {} : { roleClaim: jwt.role_claim }),
    },
  });
}
