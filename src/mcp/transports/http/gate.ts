import type { IncomingMessage } from 'node:http';
import type { Operation } from '../../../application/operation.ts';
import {
  type Authenticator,
  type Principal,
  READ_SCOPE,
  WRITE_SCOPE,
} from '../../../application/principal.ts';
import type { Product } from '../../../application/product.ts';
import type { Refusal } from './answer.ts';

export type Passed = { readonly principal: Principal } | { readonly refusal: Refusal };

const BEARER = /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i;
/** Tokens in the address end in logs and histories (RFC 6750, 2.3), so one that comes there counts for nothing. */
const IN_QUERY = /[?&](?:access_token|token|id_token)=/i;

/** Lets pass who has a good token in the one place where it belongs, and the scope to read. */
export async function authenticate(
  { url = '', headers }: IncomingMessage,
  authenticator: Authenticator,
  metadata: string | undefined,
): Promise<Passed> {
  if (IN_QUERY.test(url))
    return { refusal: unauthorized('a token belongs in the Authorization header', metadata) };
  const [, token] = BEARER.exec(headers.authorization ?? '') ?? [];
  if (token === undefined) return { refusal: unauthorized('a bearer token is needed', metadata) };
  const known = await authenticator.authenticate(token);
  if ('refused' in known) {
    if (known.refused === 'invalid')
      return { refusal: unauthorized(known.reason, metadata, 'invalid_token') };
    const headers = { 'retry-after': '5' };
    return { refusal: { status: 503, error: 'temporarily_unavailable', message: known.reason, headers } };
  }
  const { principal } = known;
  if (!principal.scopes.includes(READ_SCOPE)) return { refusal: insufficient([READ_SCOPE], metadata) };
  return { principal };
}

/** The change that a message asks for and that the scopes of the token do not cover. */
export function beyondScope(
  message: object,
  { scopes }: Principal,
  { operations }: Pick<Product, 'operations'>,
): Operation | undefined {
  if (scopes.includes(WRITE_SCOPE)) return undefined;
  const { method, params } = message as {
    readonly method?: unknown;
    readonly params?: { readonly name?: unknown };
  };
  if (method !== 'tools/call') return undefined;
  return operations.find(({ name, kind }) => name === params?.name && kind === 'change');
}

/** 403 as RFC 6750 has it: which scopes a token for this needs. */
export function insufficient(scopes: readonly string[], metadata: string | undefined): Refusal {
  const scope = scopes.join(' ');
  const message = `the token needs the scope ${scope}`;
  return {
    status: 403,
    error: 'insufficient_scope',
    message,
    headers: {
      'www-authenticate': challenge(
        { error: 'insufficient_scope', error_description: message, scope },
        metadata,
      ),
    },
  };
}

function unauthorized(message: string, metadata: string | undefined, error?: 'invalid_token'): Refusal {
  const told = error === undefined ? { scope: READ_SCOPE } : { error, error_description: message };
  return {
    status: 401,
    error: error ?? 'unauthorized',
    message,
    headers: { 'www-authenticate': challenge(told, metadata) },
  };
}

function challenge(parameters: Readonly<Record<string, string>>, metadata: string | undefined): string {
  const all = { ...parameters, ...(metadata === undefined ? {} : { resource_metadata: metadata }) };
  return `Bearer ${Object.entries(all)
    .map(([name, value]) => `${name}="${value}"`)
    .join(', ')}`;
}
