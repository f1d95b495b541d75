import type { Command } from 'commander';
import { open } from '../compose.ts';
import { serveOverStdio } from '../mcp/transports/stdio.ts';
import { common, flags } from './options.ts';

/** `serve` (also what runs without a command): the MCP server on standard input and output. Nothing connects before the first call. */
export function serveCommand(program: Command): void {
  common(program.command('serve', { isDefault: true }))
    .description('serve MCP over stdio (what an MCP client starts)')
    .action(async (_options, command: Command) => {
      const { product, log } = open(flags(command), process.env);
      await serveOverStdio(product, log);
    });
}
