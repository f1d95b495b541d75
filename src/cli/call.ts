import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import type { Call, Confirmation } from '../application/pipeline.ts';
import type { Product } from '../application/product.ts';
import { notAllowed } from '../application/steps/policy.ts';
import { open } from '../compose.ts';
import { DomainError, ValidationError } from '../domain/errors.ts';
import { describePlan, presentOutcome } from '../mcp/present.ts';
import { createTools } from '../mcp/tool-factory.ts';
import { parse } from '../mcp/tool-manager.ts';
import { common, flags, print, warn } from './options.ts';

/** `call`: any tool from a shell, through the same pipeline; consent is typed in the terminal by the person who sits there. */
export function callCommand(program: Command, done: (code: number) => void): void {
  common(program.command('call'))
    .description('call one tool from the shell')
    .argument('<tool>', 'name of a tool, as `dokku-mcp tools` lists it')
    .argument('[json]', 'arguments as JSON', '{}')
    .option('--json', 'print the typed answer instead of the text')
    .action(async (name: string, json: string, options: { json?: boolean }, command: Command) => {
      const { product } = open(flags(command), process.env, { level: 'warn' });
      try {
        const result = await call(product, name, json);
        print(
          options.json === true ? JSON.stringify(result.structuredContent, null, 2) : text(result.content),
        );
        done(0);
      } finally {
        await product.close();
      }
    });
}

async function call(product: Product, name: string, json: string) {
  const tool = createTools(product).find((one) => one.name === name);
  if (tool === undefined) {
    const hidden = product.operations.find((operation) => operation.name === name);
    if (hidden !== undefined) throw notAllowed(hidden, product.access);
    throw new DomainError('NOT_FOUND', { what: 'tool', name, wayOut: 'dokku-mcp tools lists them.' });
  }
  const { mode, host, ...input } = parse(tool.input, readJson(json));
  const request: Call = {
    operation: tool.operation,
    input,
    host: typeof host === 'string' ? host : (product.hosts[0] ?? ''),
    actor: 'cli',
    transport: 'cli',
    mode: mode === 'plan' ? 'plan' : 'apply',
    signal: new AbortController().signal,
    progress: warn,
  };
  try {
    return presentOutcome(tool.operation, await product.run(request));
  } catch (error) {
    if (!DomainError.is(error, 'CONFIRMATION_REQUIRED') || !process.stdin.isTTY) throw error;
    const { plan } = await product.run({ ...request, mode: 'plan' });
    const confirmation = await ask(describePlan(plan), error.details).catch(async (refusal: unknown) => {
      await product.noteRefusal(request, refusal);
      throw refusal;
    });
    return presentOutcome(tool.operation, await product.run({ ...request, confirmation }));
  }
}

/** Only a terminal can answer: a pipe could be filled by whoever started us. */
async function ask(
  plan: string,
  details: { summary: string; typedName?: string; digest: string },
): Promise<Confirmation> {
  warn(plan);
  const { typedName, digest, summary } = details;
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await reader.question(
    typedName === undefined ? 'Carry it out? Type yes: ' : `Type ${typedName} to confirm: `,
  );
  reader.close();
  if (answer !== (typedName ?? 'yes'))
    throw new DomainError('CONFIRMATION_DECLINED', { summary, reason: 'not typed' });
  return { digest, ...(typedName === undefined ? {} : { typedName: answer }) };
}

function readJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new ValidationError(
      'arguments',
      `are not JSON: ${error instanceof Error ? error.message : String(error)}`,
      {
        wayOut: `Quote them for the shell, like '{"app": "shop"}'.`,
      },
    );
  }
}

function text(content: ReturnType<typeof presentOutcome>['content']): string {
  return content.map((part) => (part.type === 'text' ? part.text : '')).join('\n');
}
