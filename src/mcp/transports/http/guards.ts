import type { IncomingMessage } from 'node:http';
import type { Refusal } from './answer.ts';

/** What the guards let pass. */
export interface Allowed {
  /** Host names in lower case, without port. */
  readonly hosts: ReadonlySet<string>;
  /** Origins of web pages, as browsers write them. */
  readonly origins: ReadonlySet<string>;
}

export const LOOPBACK: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];
/** Bytes of the largest body. */
export const LARGEST_BODY = 1024 * 1024;

const JSON_TYPE = /^application\/json[ \t]*(?:;[ \t]*charset[ \t]*=[ \t]*"?utf-8"?[ \t]*)?$/i;
const LOCAL_ORIGIN = /^https?:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/;

type Guard = (req: IncomingMessage, allowed: Allowed) => Refusal | undefined;

/** A request says once where it goes, and asks for a path: two answers to one question are how proxies are fooled. */
export const plainTarget: Guard = ({ url = '', rawHeaders }) => {
  const names = rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
  const twice = ['host', 'authorization', 'content-length', 'content-type', 'transfer-encoding'].find(
    (name) => names.indexOf(name) !== names.lastIndexOf(name),
  );
  if (twice !== undefined) return bad(`the header ${twice} stands there more than once`);
  return url.startsWith('/') ? undefined : bad('the request does not name a path of this server');
};

/** Protects against DNS rebinding: a web page whose name was pointed at this machine does not know our names. */
export const knownHost: Guard = ({ headers: { host = '' } }, { hosts }) => {
  const [, name = ''] = /^([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/.exec(host) ?? [];
  return hosts.has(name.toLowerCase())
    ? undefined
    : { status: 403, error: 'forbidden_host', message: 'the Host header names no host of this server' };
};

/** Only programs and known pages: a request of a web page says where it comes from. */
export const knownOrigin: Guard = ({ headers: { origin } }, { origins }) =>
  origin === undefined || LOCAL_ORIGIN.test(origin) || origins.has(origin)
    ? undefined
    : { status: 403, error: 'forbidden_origin', message: 'this Origin may not call this server' };

/** A method that the path takes. */
export function knownMethod({ method = '' }: IncomingMessage, allow: readonly string[]): Refusal | undefined {
  if (allow.includes(method)) return undefined;
  const message = `this path takes ${allow.join(', ')}`;
  return { status: 405, error: 'method_not_allowed', message, headers: { allow: allow.join(', ') } };
}

/** Nothing but JSON in UTF-8: what a form of a web page can send without asking is no JSON. */
export const jsonOnly: Guard = ({ headers: { 'content-type': type } }) =>
  type !== undefined && JSON_TYPE.test(type)
    ? undefined
    : unsupported('the Content-Type is application/json, with charset utf-8 or none');

/** Nothing is unpacked, so that a small request stays small. */
export const notPacked: Guard = ({ headers }) => {
  const encoding = headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  const transfer = headers['transfer-encoding']?.trim().toLowerCase() ?? 'chunked';
  return encoding === 'identity' && transfer === 'chunked'
    ? undefined
    : unsupported('a body is taken as it is, without Content-Encoding');
};

/** What says itself that it is too large is refused before a byte of it is read. */
export const notTooLarge: Guard = ({ headers }) =>
  Number(headers['content-length'] ?? 0) <= LARGEST_BODY ? undefined : tooLarge();

export function tooLarge(): Refusal {
  return { status: 413, error: 'content_too_large', message: `a body has at most ${LARGEST_BODY} bytes` };
}

/** The first refusal of these guards, in their order. */
export function firstRefusal(
  guards: readonly Guard[],
  req: IncomingMessage,
  allowed: Allowed,
): Refusal | undefined {
  for (const guard of guards) {
    const refusal = guard(req, allowed);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

function bad(message: string): Refusal {
  return { status: 400, error: 'invalid_request', message };
}

function unsupported(message: string): Refusal {
  return { status: 415, error: 'unsupported_media_type', message };
}
