/** Scopes of a token. Each is granted by its name: none stands for others. */
export const READ_SCOPE = 'dokku:read';
export const WRITE_SCOPE = 'dokku:write';

/** Who a token was given to, in the words of whoever issued it. */
export interface Principal {
  /** One text for this principal and no other: plans, jobs, keys, sessions and limits belong to it. */
  readonly id: string;
  readonly sub: string;
  readonly clientId: string;
  /** Id of the token, where it has one. */
  readonly jti?: string;
  /** The role that the policy knows it by; one that the configuration names. */
  readonly role: string;
  readonly scopes: readonly string[];
}

/** What rights depend on besides the host. Without a role it is the one that the configuration names. */
export interface Caller {
  readonly role?: string;
  /** No change at all, whatever the policy says. */
  readonly readOnly?: boolean;
}

/** Whose a token is, or why it is nobody's. `unavailable`: the keys of its issuer cannot be had now. */
export type Authenticated =
  | { readonly principal: Principal }
  | { readonly refused: 'invalid' | 'unavailable'; readonly reason: string };

/** Tells whose a bearer token is. */
export interface Authenticator {
  authenticate(token: string): Promise<Authenticated>;
}

/** The rights of a principal: it only reads, until its token says that it may change something. */
export function callerOf({ role, scopes }: Pick<Principal, 'role' | 'scopes'>): Required<Caller> {
  return { role, readOnly: !scopes.includes(WRITE_SCOPE) };
}
