import { ValidationError } from '../domain/errors.ts';
import type { Tool } from './tool-factory.ts';

/** A call as it is meant: the tool whose operation runs, and the input for its schema. */
export interface Meant {
  readonly tool: Tool;
  readonly input: unknown;
  /** The answer goes back through another tool, whose schema wants it as `result` beside the name. */
  readonly wrapped: boolean;
}

/** The tools that are run by name, by their names. */
export function unlistedOf(tools: readonly Tool[]): ReadonlyMap<string, Tool> {
  return new Map(
    tools.filter(({ operation }) => operation.listed === false).map((tool) => [tool.name, tool]),
  );
}

/**
 * Finds the unlisted tool that command_query or command_execute was asked to run, so that policy, plan, consent and audit
 * see that very operation. Everything else is meant as it was called. Faults: INVALID_ARGUMENT for a tool that the other
 * of the two runs, and for one without its input.
 */
export function meantBy(called: Tool, input: unknown, unlisted: ReadonlyMap<string, Tool>): Meant {
  const asIs = { tool: called, input, wrapped: false };
  if (called.name !== 'command_query' && called.name !== 'command_execute') return asIs;
  if (typeof input !== 'object' || input === null || !('name' in input)) return asIs;
  const tool = unlisted.get(String(input.name));
  if (tool === undefined) return asIs;
  const runner = tool.operation.kind === 'query' ? 'command_query' : 'command_execute';
  if (runner !== called.name) {
    throw new ValidationError('name', `${tool.name} is run by ${runner}`, {
      wayOut: `Call ${runner} with the same arguments.`,
    });
  }
  const { name: _, input: own = {}, ...around } = input as { name: unknown; input?: unknown };
  const { mode, host, ...rest } = around as Record<string, unknown>;
  const extra = Object.entries(rest).find(([, value]) => !(Array.isArray(value) && value.length === 0));
  if (extra !== undefined) {
    throw new ValidationError(extra[0], `${tool.name} takes its arguments as input`, {
      wayOut: 'command_search shows what it takes.',
    });
  }
  if (typeof own !== 'object' || own === null || Array.isArray(own)) {
    throw new ValidationError('input', 'is not an object', {
      wayOut: 'command_search shows what it takes.',
    });
  }
  const told = { ...(mode === undefined ? {} : { mode }), ...(host === undefined ? {} : { host }) };
  return { tool, input: { ...own, ...told }, wrapped: true };
}
