import type { Command } from 'commander';
import { open } from '../compose.ts';
import { ValidationError } from '../domain/errors.ts';
import { serveOverStdio } from '../mcp/transports/stdio.ts';
import { common, flags } from './options.ts';

/** `serve` (also what runs without a command): the MCP server on standard input and output. Nothing connects before the first call. */
export function serveCommand(program: Command): void {
  common(program.command('serve', { isDefault: true }))
    .description('MCP over stdio, for MCP clients (default)')
    .allowExcessArguments()
    .action(async (_options, command: Command) => {
      const [unknown] = command.args;
      if (unknown !== undefined) {
        throw new ValidationError('command', `there is no "${unknown}"`, {
          wayOut: 'dokku-mcp --help lists the commands.',
        });
      }
      const { product, log } = open(flags(command), process.env);
      const stop = new AbortController();
      // Nothing is sampled, and nothing connects, unless the configuration sets a schedule.
      product.monitor(stop.signal).catch((error: unknown) => log('monitor', error));
      await serveOverStdio(product, log);
      stop.abort();
    });
}
