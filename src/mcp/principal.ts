import type { AuthInfo } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { type Caller, callerOf, type Principal } from '../application/principal.ts';

const Extra = z.object({
  principal: z.object({
    id: z.string(),
    sub: z.string(),
    clientId: z.string(),
    jti: z.string().exactOptional(),
    role: z.string(),
    scopes: z.array(z.string()),
  }),
  address: z.string(),
});

/** Who sent a request, and from where. */
export interface Sender {
  readonly principal: Principal;
  readonly address: string;
}

/** The sender in the shape that the SDK hands on to every handler; the token itself stays out of it. */
export function authInfoOf({ principal, address }: Sender): AuthInfo {
  const { clientId, scopes } = principal;
  return { token: '', clientId, scopes: [...scopes], extra: { principal, address } };
}

/** The sender of a request; undefined over stdio, where whoever started the server calls. */
export function senderOf(authInfo: AuthInfo | undefined): Sender | undefined {
  return authInfo === undefined ? undefined : Extra.parse(authInfo.extra);
}

/** The rights that a request comes with. */
export function rightsOf(authInfo: AuthInfo | undefined): Caller {
  const sender = senderOf(authInfo);
  return sender === undefined ? {} : callerOf(sender.principal);
}
