import type { ToolAnnotations } from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { Change, Operation } from '../application/operation.ts';
import type { Product } from '../application/product.ts';
import { isAllowed } from '../application/steps/policy.ts';
import { jsonSchema } from './schema.ts';

/** An operation as an MCP tool: everything tools/list shows, and the schema that calls are checked with. */
export interface Tool {
  readonly operation: Operation;
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly annotations: ToolAnnotations;
  readonly input: z.ZodObject;
  readonly inputJson: Record<string, unknown>;
  readonly outputJson: Record<string, unknown>;
}

const mode = z
  .string()
  .regex(/^.{1,100}$/s, 'is "apply", "plan" or the token of a plan')
  .default('apply')
  .describe("plan: show only; a plan's token: do that");

/** What every change answers, in both modes. */
export const ChangeAnswer = z.object({
  status: z.enum(['applied', 'planned']),
  summary: z.string(),
  effect: z.string(),
  commands: z.array(z.string()),
  consequences: z.array(z.string()),
  digest: z.string(),
  token: z.string().optional(),
  repeated: z.boolean().optional(),
});

/**
 * Turns the operations that this server allows into tools: schemas are made once, here and not per connection.
 * `host` is an argument only where there is a choice. Which of them are listed is for the caller to say.
 */
export function createTools({
  operations,
  access,
  hosts,
}: Pick<Product, 'operations' | 'access' | 'hosts'>): Tool[] {
  return operations
    .filter((operation) => isAllowed(operation, access, hosts))
    .map((operation) => createTool(operation, hosts));
}

function createTool(operation: Operation, hosts: readonly string[]): Tool {
  const { name, title, description } = operation;
  // Made when they are first asked for: of most tools that are not listed that is never.
  const input = once(() => inputOf(operation, hosts));
  const inputJson = once(() => jsonSchema(input(), 'input'));
  const outputJson = once(() => jsonSchema(outputOf(operation), 'output'));
  return {
    operation,
    name,
    title,
    description,
    annotations: annotations(operation),
    get input() {
      return input();
    },
    get inputJson() {
      return inputJson();
    },
    get outputJson() {
      return outputJson();
    },
  };
}

function once<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

function inputOf(operation: Operation, hosts: readonly string[]): z.ZodObject {
  const host = z
    .enum(hosts as [string, ...string[]])
    .optional()
    .describe(`Default: ${hosts[0]}`);
  return operation.input.extend({
    ...(operation.kind === 'change' ? { mode } : {}),
    ...(hosts.length > 1 ? { host } : {}),
  });
}

function outputOf(operation: Operation): z.ZodObject {
  if (operation.kind === 'query') return operation.output;
  return ChangeAnswer.extend({ result: operation.output.optional() });
}

function annotations(operation: Operation): ToolAnnotations {
  const change: Change | undefined = operation.kind === 'change' ? operation : undefined;
  return {
    readOnlyHint: change === undefined,
    destructiveHint: change?.effect === 'destructive' || change?.effect === 'disruptive',
    idempotentHint: change?.idempotent ?? true,
    openWorldHint: true,
  };
}
