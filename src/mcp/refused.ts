import type { CallToolResult, McpServer, ServerContext } from '@modelcontextprotocol/server';
import type { Operation } from '../application/operation.ts';
import type { Call } from '../application/pipeline.ts';
import { accessOf, notAllowed } from '../application/steps/policy.ts';
import { presentFailure } from './present.ts';
import type { Tool } from './tool-factory.ts';
import type { ToolManagerDeps } from './tool-manager.ts';

/** Who calls, for the record. */
export type Asker = Pick<Call, 'actor' | 'client' | 'principal' | 'address' | 'role' | 'readOnly'>;

/**
 * The SDK lists what is registered and answers what is not with a protocol error that no model sees. So the refused
 * tools are registered, to say why they are refused, and left out of the list.
 */
export function registerRefusals(
  server: McpServer,
  deps: ToolManagerDeps,
  askerOf: (context: ServerContext) => Asker,
): void {
  if (deps.refused.size === 0) return;
  for (const operation of deps.refused.values()) {
    server.registerTool(operation.name, {}, (context) => refuse(operation, deps, askerOf(context), context));
  }
  server.server.setRequestHandler('tools/list', () => ({
    tools: deps.tools.map(({ name, title, description, annotations, inputJson, outputJson }) => ({
      name,
      title,
      description,
      annotations,
      inputSchema: { ...inputJson, type: 'object' as const },
      outputSchema: { ...outputJson, type: 'object' as const },
    })),
  }));
}

/** The refused operation that command_query or command_execute was asked to run by its name. */
export function refusedBy(
  called: Tool,
  input: unknown,
  refused: ReadonlyMap<string, Operation>,
): Operation | undefined {
  if (called.name !== 'command_query' && called.name !== 'command_execute') return undefined;
  if (typeof input !== 'object' || input === null || !('name' in input)) return undefined;
  return refused.get(String(input.name));
}

/** Answers with the refusal, after it went on record. */
export async function refuse(
  operation: Operation,
  { product, transport, log }: ToolManagerDeps,
  asker: Asker,
  context: ServerContext,
): Promise<CallToolResult> {
  const error = notAllowed(operation, accessOf(product.access, asker));
  await product.noteRefusal(
    {
      operation,
      input: {},
      host: product.hosts[0] ?? '',
      ...asker,
      transport,
      mode: 'apply',
      signal: context.mcpReq.signal,
      progress: () => undefined,
    },
    error,
  );
  return presentFailure(error, log);
}
