import type { Command } from 'commander';
import { open } from '../compose.ts';
import { listenOn, refuseOpenDoors } from '../config/http.ts';
import type { Config } from '../config/schema.ts';
import { ValidationError } from '../domain/errors.ts';
import type { HttpOptions } from '../mcp/transports/http.ts';
import { serveOverStdio } from '../mcp/transports/stdio.ts';
import { flags, serving } from './options.ts';

/**
 * `serve` (also what runs without a command): the MCP server on standard input and output, or over HTTP. Nothing connects
 * to a host before the first call.
 */
export function serveCommand(program: Command): void {
  serving(program.command('serve', { isDefault: true }))
    .description('MCP over stdio (default) or HTTP')
    .allowExcessArguments()
    .action(async (_options, command: Command) => {
      const [unknown] = command.args;
      if (unknown !== undefined) {
        throw new ValidationError('command', `there is no "${unknown}"`, {
          wayOut: 'dokku-mcp --help lists the commands.',
        });
      }
      const { product, loaded, log, note } = open(flags(command), process.env);
      const { config } = loaded;
      if (config.mcp.http.enabled) refuseOpenDoors(config);
      const stop = new AbortController();
      // Nothing is sampled, and nothing connects, unless the configuration sets a schedule.
      product.monitor(stop.signal).catch((error: unknown) => log('monitor', error));
      if (!config.mcp.http.enabled) await serveOverStdio(product, log);
      else {
        // Loaded only where it is wanted: over stdio a client waits for the start.
        const { serveOverHttp } = await import('../mcp/transports/http.ts');
        const { openAuthenticator } = await import('../authentication.ts');
        const ready = (url: string): void => note({ event: 'listening', url });
        const authenticator = openAuthenticator(loaded);
        await serveOverHttp(httpOptions(config), { product, authenticator, log, note, ready });
      }
      stop.abort();
    });
}

function httpOptions({ mcp: { http }, security: { jwt } }: Config): HttpOptions {
  return {
    ...listenOn(http),
    ...(http.url === undefined ? {} : { url: http.url }),
    allowedHosts: http.allowed_hosts,
    allowedOrigins: http.allowed_origins,
    ...(jwt === undefined ? {} : { issuer: jwt.issuer }),
    headerMs: http.header_seconds * 1000,
    requestMs: http.request_seconds * 1000,
    drainMs: http.drain_seconds * 1000,
    sessions: { most: http.max_sessions, idleMs: http.session_minutes * 60_000 },
  };
}
