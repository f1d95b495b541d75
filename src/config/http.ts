import { ValidationError } from '../domain/errors.ts';
import type { Config } from './schema.ts';

export interface HttpFlags {
  readonly http?: boolean;
  readonly listen?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** `mcp.http` with what flags and environment say; `PORT` is what platforms like Dokku set. */
export function httpSettings(
  { http, listen }: HttpFlags,
  env: Environment,
  { enabled, ...settings }: Config['mcp']['http'],
  given: boolean | undefined,
) {
  const asked = listen ?? (env.DOKKU_MCP_LISTEN || undefined) ?? settings.listen;
  const port = listen === undefined ? env.PORT || undefined : undefined;
  if (port !== undefined && !/^\d{1,5}$/.test(port)) {
    throw new ValidationError('PORT', 'is a port number', {
      value: port,
      wayOut: 'Correct PORT or leave it out.',
    });
  }
  return {
    ...settings,
    enabled: http ?? given ?? enabled,
    listen: port === undefined ? asked : asked.replace(/:\d+$/, `:${port}`),
  };
}

/** Address and port to listen on. */
export function listenOn({ listen }: Pick<Config['mcp']['http'], 'listen'>): { host: string; port: number } {
  const [, host = '', port = ''] = /^(.*):(\d+)$/.exec(listen) ?? [];
  return { host: host.replace(/^\[|\]$/g, ''), port: Number(port) };
}

/**
 * Refuses what would leave the hosts open. Faults: INVALID_ARGUMENT when nothing says who may call, and for an address
 * that other machines reach where nobody said that TLS ends before it.
 */
export function refuseOpenDoors({ mcp: { http }, security }: Pick<Config, 'mcp' | 'security'>): void {
  if (security.tokens.length === 0 && security.jwt === undefined) {
    throw new ValidationError('security.tokens', 'nothing says who may use this server over HTTP', {
      wayOut: 'dokku-mcp token new NAME makes a token and its entry; or set security.jwt.',
    });
  }
  const { host, port } = listenOn(http);
  if (port > 65_535) throw new ValidationError('mcp.http.listen', 'a port is a number up to 65535');
  if (http.tls_by_proxy || /^(?:127(?:\.\d{1,3}){3}|::1|localhost)$/.test(host)) return;
  throw new ValidationError('mcp.http.listen', `${host} can be reached from other machines, without TLS`, {
    wayOut:
      'Listen on 127.0.0.1; or, where a proxy before this server ends TLS, say so with mcp.http.tls_by_proxy: true.',
  });
}
