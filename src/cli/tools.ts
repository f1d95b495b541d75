import type { Command } from 'commander';
import { table } from '../application/text.ts';
import { open } from '../compose.ts';
import { createTools } from '../mcp/tool-factory.ts';
import { common, flags, print } from './options.ts';

/** `tools`: what a model is given; needs no host. */
export function toolsCommand(program: Command): void {
  common(program.command('tools'))
    .description('what a client is given')
    .option('--json', 'names, descriptions and schemas')
    .action((options: { json?: boolean }, command: Command) => {
      const { product } = open(flags(command), process.env, { level: 'warn' });
      const tools = createTools(product);
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
