import type { Command } from 'commander';
import { table } from '../application/text.ts';
import { open } from '../compose.ts';
import { createTools } from '../mcp/tool-factory.ts';
import { common, flags, print } from './options.ts';

/** `tools`: what a model is given, with --all also what it finds by command_search; needs no host. */
export function toolsCommand(program: Command): void {
  common(program.command('tools'))
    .description('what a client is given')
    .option('--json', 'names, descriptions and schemas')
    .option('--all', 'also those that command_search finds')
    .action((options: { json?: boolean; all?: boolean }, command: Command) => {
      const { product } = open(flags(command), process.env, { level: 'warn' });
      const tools = createTools(product).filter(
        ({ operation }) => options.all === true || operation.listed !== false,
      );
      if (options.json === true) {
        const shown = tools.map(({ name, title, description, annotations, inputJson, outputJson }) => ({
          name,
          title,
          description,
          annotations,
          inputSchema: inputJson,
          outputSchema: outputJson,
        }));
        print(JSON.stringify({ tools: shown }, null, 2));
        return;
      }
      print(
        table(
          ['tool', 'kind', 'what it does'],
          tools.map(({ name, title, operation }) => [name, kind(operation), title]),
        ),
      );
    });
}

function kind(operation: Parameters<typeof createTools>[0]['operations'][number]): string {
  return operation.kind === 'query' ? 'reads' : operation.effect;
}
