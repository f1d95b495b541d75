import type { Command } from 'commander';
import type { Call } from '../application/pipeline.ts';
import { checkKey, checkMode } from '../application/plans.ts';
import type { Product } from '../application/product.ts';
import { notAllowed } from '../application/steps/policy.ts';
import { open } from '../compose.ts';
import { DomainError, ValidationError } from '../domain/errors.ts';
import { describePlan, presentOutcome } from '../mcp/present.ts';
import { createTools } from '../mcp/tool-factory.ts';
import { parse } from '../mcp/tool-manager.ts';
import { meantBy, unlistedOf } from '../mcp/unlisted.ts';
import { ask } from './ask.ts';
import { fromFiles } from './from-files.ts';
import { type Interrupt, onInterrupt } from './interrupt.ts';
import { common, flags, print, warn } from './options.ts';

interface CallOptions {
  readonly json?: boolean;
  readonly file?: readonly string[];
  readonly idempotencyKey?: string;
}

/** `call`: any tool from a shell, through the same pipeline; consent is typed in the terminal by the person who sits there. */
export function callCommand(program: Command, done: (code: number) => void): void {
  common(program.command('call'))
    .description('call one tool from the shell')
    .argument('<tool>', 'name of a tool, as `dokku-mcp tools` lists it')
    .argument('[json]', 'arguments as JSON', '{}')
    .option('--json', 'print the typed answer instead of the text')
    .option('--file <argument=path...>', 'take an argument from a file, as text (- is standard input)')
    .option('--idempotency-key <key>', 'the same call under the same key is carried out once in 24 hours')
    .action(async (name: string, json: string, options: CallOptions, command: Command) => {
      const { product } = open(flags(command), process.env, { level: 'warn' });
      // Only what is sent is seen through: reading standard input ends with the first Ctrl-C.
      let interrupt: Interrupt | undefined;
      try {
        const given = { ...readJson(json), ...fromFiles(options.file ?? []) };
        interrupt = onInterrupt();
        const result = await call(product, name, given, {
          ...(options.idempotencyKey === undefined ? {} : { key: options.idempotencyKey }),
          signal: interrupt.signal,
        });
        print(
          options.json === true ? JSON.stringify(result.structuredContent, null, 2) : text(result.content),
        );
        done(0);
      } finally {
        interrupt?.stop();
        await product.close();
      }
    });
}

interface How {
  readonly key?: string;
  readonly signal: AbortSignal;
}

async function call(product: Product, name: string, given: object, { key, signal }: How) {
  const tools = createTools(product);
  const called = tools.find((one) => one.name === name);
  if (called === undefined) {
    const hidden = product.operations.find((operation) => operation.name === name);
    if (hidden !== undefined) throw notAllowed(hidden, product.access);
    throw new DomainError('NOT_FOUND', { what: 'tool', name, wayOut: 'dokku-mcp tools lists them.' });
  }
  // Findings and errors name calls as a model makes them: those go here as they stand.
  const { tool, input: own } = meantBy(called, given, unlistedOf(tools));
  const { mode = 'apply', host, ...input } = parse(tool.input, own);
  const request: Call = {
    operation: tool.operation,
    input,
    host: typeof host === 'string' ? host : (product.hosts[0] ?? ''),
    actor: 'cli',
    transport: 'cli',
    ...checkMode(String(mode)),
    ...(key === undefined ? {} : { idempotencyKey: checkKey('--idempotency-key', key) }),
    signal,
    progress: warn,
  };
  try {
    return presentOutcome(tool.operation, await product.run(request));
  } catch (error) {
    if (!DomainError.is(error, 'CONFIRMATION_REQUIRED') || !process.stdin.isTTY) throw error;
    const { plan: id, digest, typedName, summary } = error.details;
    const asked = await product.plans.find(id);
    const answer = await ask(describePlan(asked?.shown), typedName, signal);
    if (answer === undefined) {
      const refusal = new DomainError('CONFIRMATION_DECLINED', { summary, reason: 'not typed' });
      await product.noteRefusal(request, refusal);
      throw refusal;
    }
    const confirmation = { digest, plan: id, ...(typedName === undefined ? {} : { typedName: answer }) };
    return presentOutcome(tool.operation, await product.run({ ...request, confirmation }));
  }
}

function readJson(json: string): object {
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
    throw new Error('they are no object');
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
