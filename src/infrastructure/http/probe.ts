import { request as plain } from 'node:http';
import { request as secure } from 'node:https';
import type { TLSSocket } from 'node:tls';
import type { Probe } from '../../domain/infrastructure/reach.ts';
import { cap, sanitizeLine } from '../../domain/sanitize.ts';

const TIMEOUT_MS = 8_000;
const LONGEST_LOCATION = 300;

/**
 * One GET to `address` in the name of the URL's host: status, redirect and certificate, no body. An untrusted
 * certificate is looked at and told, not refused: that is what is asked. Never throws.
 */
export async function probe(url: string, address: string, signal?: AbortSignal): Promise<Probe> {
  const { protocol, hostname, host, port, pathname } = new URL(url);
  const tls = protocol === 'https:';
  return await new Promise<Probe>((resolve) => {
    const request = (tls ? secure : plain)({
      host: address,
      port: port === '' ? (tls ? 443 : 80) : Number(port),
      path: pathname,
      method: 'GET',
      agent: false,
      headers: { host, 'user-agent': 'dokku-mcp' },
      timeout: TIMEOUT_MS,
      ...(tls ? { servername: hostname, rejectUnauthorized: false } : {}),
      ...(signal === undefined ? {} : { signal }),
    });
    // The time of inactivity alone would let a server that drips bytes hold us for ever.
    const deadline = setTimeout(() => request.destroy(new Error('no answer in time')), TIMEOUT_MS);
    const end = (result: Probe): void => {
      clearTimeout(deadline);
      request.destroy();
      resolve(result);
    };
    request.once('response', (response) => {
      const { statusCode, headers, socket } = response;
      const { location } = headers;
      end({
        url,
        ...(statusCode === undefined ? {} : { status: statusCode }),
        ...(location === undefined ? {} : { location: cap(sanitizeLine(location), LONGEST_LOCATION) }),
        ...(tls ? { tls: trust(socket as TLSSocket) } : {}),
      });
    });
    request.once('timeout', () => end({ url, failure: 'no answer in time' }));
    request.on('error', (error) => end({ url, failure: reasonOf(error) }));
    request.end();
  });
}

function trust(socket: TLSSocket): NonNullable<Probe['tls']> {
  const problem = socket.authorizationError as Error | string | null | undefined;
  const until = Date.parse(socket.getPeerCertificate().valid_to ?? '');
  return {
    trusted: socket.authorized,
    ...(socket.authorized || !problem
      ? {}
      : {
          problem:
            typeof problem === 'string' ? problem : 'code' in problem ? String(problem.code) : problem.name,
        }),
    ...(Number.isNaN(until) ? {} : { until }),
  };
}

function reasonOf(error: Error): string {
  const code = 'code' in error ? String(error.code) : '';
  const known: Readonly<Record<string, string>> = {
    ECONNREFUSED: 'nothing listens on that port',
    ECONNRESET: 'the connection was cut',
    ETIMEDOUT: 'no answer in time',
    EHOSTUNREACH: 'the host cannot be reached',
    ENETUNREACH: 'the network cannot be reached',
    EPROTO: 'what answers there is not TLS',
    ABORT_ERR: 'it was cancelled',
  };
  return (
    known[code] ?? (error.message === 'no answer in time' ? error.message : `failed (${code || error.name})`)
  );
}
