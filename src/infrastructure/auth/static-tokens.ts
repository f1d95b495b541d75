import { createHash, timingSafeEqual } from 'node:crypto';
import type { Principal } from '../../application/principal.ts';

/** A token as the configuration keeps it. */
export interface KeptToken {
  readonly name: string;
  readonly sha256: string;
  readonly role: string;
  readonly scopes: readonly string[];
}

/** SHA-256 of a token. Tokens are random and long, so that a plain hash of one tells nothing. */
export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/** Whose the token is. Compares with all of them and whole hashes, so that the time it takes tells nothing. */
export function findToken(tokens: readonly KeptToken[], token: string): Principal | undefined {
  const hash = hashToken(token);
  let found: KeptToken | undefined;
  for (const one of tokens) {
    if (timingSafeEqual(Buffer.from(one.sha256, 'hex'), hash)) found = one;
  }
  if (found === undefined) return undefined;
  const { name, role, scopes } = found;
  return { id: `token:${name}`, sub: name, clientId: name, role, scopes };
}
