import { operations } from '../../src/application/operations/index.ts';

interface ToolCall {
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** A call as a model makes it: of a tool that is not listed, through the one that runs it by name. */
export function asListed({ name, args }: ToolCall): ToolCall {
  const operation = operations.find((one) => one.name === name);
  if (operation?.listed !== false) return { name, args };
  const runner = operation.kind === 'query' ? 'command_query' : 'command_execute';
  const { mode, host, ...input } = args;
  const around = { ...(mode === undefined ? {} : { mode }), ...(host === undefined ? {} : { host }) };
  return { name: runner, args: { name, input, ...around } };
}
