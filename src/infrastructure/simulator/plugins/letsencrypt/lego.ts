import type { SimulatedHost } from '../../host.ts';
import type { Invocation } from '../../invocation.ts';
import { verbose } from '../../output.ts';
import type { AcmeServer } from '../../world/acme.ts';

/** The lego 4 of one run: its log on the command's standard output, and how long it takes. */
export interface Lego {
  readonly call: Invocation;
  readonly server: string;
}

const UNRESERVED = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** What servers call their resources and challenges: 43 characters of base64url. */
export function token(host: SimulatedHost): string {
  return Array.from({ length: 43 }, () => UNRESERVED.charAt(host.random.integer(0, 63))).join('');
}

/** One line of lego's log; what follows a line break has no time before it. */
export function log(lego: Lego, text: string): void {
  const time = new Date(lego.call.host.now())
    .toISOString()
    .slice(0, 19)
    .replaceAll('-', '/')
    .replace('T', ' ');
  for (const line of `${time} ${text}`.split('\n')) lego.call.out(verbose(line));
}

/** The server, or undefined after lego has told that it cannot be reached. */
export async function connect(lego: Lego): Promise<AcmeServer | undefined> {
  const { call, server: address } = lego;
  const server = call.host.world.acme.servers.get(address);
  if (server !== undefined && server.state !== 'unresolved') return server;
  await call.sleep(URL.canParse(address) ? 31_500 : 300);
  const get = `Get "${address}": `;
  const reason = unreachable(address);
  const tried = URL.canParse(address) ? `GET ${address} giving up after 6 attempt(s): ${get}` : '';
  log(lego, `Could not create client: get directory at '${address}': ${get}${tried}${reason}`);
  return undefined;
}

function unreachable(address: string): string {
  if (!URL.canParse(address)) return 'unsupported protocol scheme ""';
  const { hostname, port, protocol } = new URL(address);
  if (/^[\d.]+$/.test(hostname)) {
    return `dial tcp ${hostname}:${port || (protocol === 'http:' ? 80 : 443)}: connect: connection refused`;
  }
  return `dial tcp: lookup ${hostname} on 192.0.2.53:53: no such host`;
}

/** The words of a problem document (RFC 8555 section 6.7). */
export function problem(status: number, kind: string, detail: string): string {
  return `acme: error: ${status} :: urn:ietf:params:acme:error:${kind} :: ${detail}`;
}
