import { z } from 'zod';
import { READ_SCOPE, WRITE_SCOPE } from '../application/principal.ts';

const ROLE = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/;
const role = z.string().regex(ROLE, 'is a name: letters, digits and . _ @ -');
const seconds = (usual: number, most: number) => z.int().min(1).max(most).default(usual);

/** How the server is reached over HTTP. */
export const HttpSchema = z.strictObject({
  enabled: z.boolean().default(false).describe('Serve over HTTP instead of standard input and output'),
  listen: z
    .string()
    .regex(/^(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\]):\d{1,5}$/, 'is like 127.0.0.1:7780 or [::1]:7780')
    .default('127.0.0.1:7780')
    .describe('Address and port; the environment variable PORT takes the place of the port'),
  url: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Where clients reach it, like https://mcp.example.com/mcp. Default: what it listens on'),
  allowed_hosts: z
    .array(z.string().regex(/^[A-Za-z0-9[][A-Za-z0-9.:[\]-]*$/, 'is a host name without scheme and port'))
    .default([])
    .describe('Names that requests may be sent to, besides localhost and the one of url'),
  allowed_origins: z
    .array(z.string().regex(/^https?:\/\/[^/\s@]+$/, 'is like https://app.example.com'))
    .default([])
    .describe('Web pages that may call it, besides those of this machine'),
  tls_by_proxy: z
    .boolean()
    .default(false)
    .describe('A proxy before this server ends TLS. Only then may it listen where other machines reach it'),
  header_seconds: seconds(10, 300).describe('How long a client may take to send its headers'),
  request_seconds: seconds(30, 600).describe('How long a client may take to send a whole request'),
  drain_seconds: seconds(25, 3_600).describe('How long calls may go on when the server is told to end'),
  max_sessions: z
    .int()
    .min(1)
    .max(10_000)
    .default(256)
    .describe('Most sessions of clients of the era of 2025 at once'),
  session_minutes: z.int().min(1).max(1_440).default(30).describe('A session that is idle so long is closed'),
});

/** A token that does not change, kept as its hash. */
export const TokenSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'is a name: letters, digits and . _ -')
    .describe('Who has it, for the audit'),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'is the SHA-256 of the token: 64 lower case hexadecimal digits')
    .describe('Hash of the token; dokku-mcp token new makes both'),
  role: role.describe('Role that the policy knows it by'),
  scopes: z
    .array(z.enum([READ_SCOPE, WRITE_SCOPE]))
    .min(1)
    .default([READ_SCOPE])
    .describe('What it is good for'),
});

/** Tokens of an authorization server. */
export const JwtSchema = z
  .strictObject({
    issuer: z.url({ protocol: /^https?$/ }).describe('The iss of its tokens, character by character'),
    audience: z.string().min(1).describe('The aud that a token for this server has'),
    jwks_url: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe('Where its keys are'),
    jwks_file: z.string().min(1).optional().describe('Or the file that they stand in'),
    algorithms: z
      .array(z.enum(['RS256', 'ES256', 'EdDSA']))
      .min(1)
      .default(['RS256', 'ES256', 'EdDSA'])
      .describe('Signatures that count'),
    role: role.optional().describe('Role of a token that role_claim gives none. Default: it is refused'),
    role_claim: z.string().min(1).optional().describe('Claim that names groups, a text or a list of texts'),
    roles: z
      .record(z.string(), role)
      .default({})
      .describe('Role for each value of role_claim; the first counts'),
    revoked: z.array(z.string().min(1)).default([]).describe('jti of tokens that are good no longer'),
  })
  .refine(({ jwks_url, jwks_file }) => (jwks_url === undefined) !== (jwks_file === undefined), {
    path: ['jwks_url'],
    message: 'give jwks_url or jwks_file, one of them',
  })
  .refine(({ jwks_url }) => jwks_url === undefined || isSafe(jwks_url), {
    path: ['jwks_url'],
    message: 'is https, or http on this machine: whoever can change the keys can make tokens',
  })
  .refine(({ role: all, role_claim }) => all !== undefined || role_claim !== undefined, {
    path: ['role'],
    message: 'give role, or role_claim with roles: no token has a role otherwise',
  });

function isSafe(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}
