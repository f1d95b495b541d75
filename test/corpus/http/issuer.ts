import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

type Keys = Awaited<ReturnType<typeof generateKeyPair>>;

export const AUDIENCE = 'https://mcp.example.com/mcp';

/** An authorization server with its keys on this machine. */
export interface Issuer {
  readonly url: string;
  readonly jwksUrl: string;
  /** The public key as the file that anyone may have. */
  readonly publicJwk: Awaited<ReturnType<typeof exportJWK>>;
  /** A token that is right in everything, but for what is said otherwise; `undefined` takes a claim away. */
  token(claims?: Readonly<Record<string, unknown>>, header?: Readonly<Record<string, unknown>>): Promise<string>;
  /** How often its keys were asked for. */
  asked(): number;
  stop(): Promise<void>;
}

export async function startIssuer(): Promise<Issuer> {
  const own: Keys = await generateKeyPair('RS256', { extractable: true });
  const publicJwk = { ...(await exportJWK(own.publicKey)), kid: 'one', alg: 'RS256', use: 'sig' };
  let count = 0;
  const server: Server = createServer((_req, res) => {
    count += 1;
    res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ keys: [publicJwk] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    jwksUrl: `${url}/keys`,
    publicJwk,
    asked: () => count,
    token: async (claims = {}, header = {}) => {
      const now = Math.floor(Date.now() / 1000);
      const usual = {
        iss: url,
        aud: AUDIENCE,
        sub: 'alice',
        client_id: 'editor',
        jti: `jti-${now}-${count}`,
        scope: 'dokku:read dokku:write',
        groups: ['operators'],
        iat: now,
        exp: now + 300,
      };
      const whole = Object.fromEntries(
        Object.entries({ ...usual, ...claims }).filter(([, value]) => value !== undefined),
      );
      return await new SignJWT(whole)
        .setProtectedHeader({ alg: 'RS256', kid: 'one', typ: 'at+jwt', ...header })
        .sign(own.privateKey);
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Writes the keys where a server reads them as a file. */
export function writeKeys(path: string, { publicJwk }: Issuer): void {
  writeFileSync(path, JSON.stringify({ keys: [publicJwk] }));
}
