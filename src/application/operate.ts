import type { AcceptedChanges } from './accepted.ts';
import type { Context } from './context.ts';
import type { Executor } from './executor.ts';
import type { Call, Outcome } from './pipeline.ts';

/**
 * The innermost part of the pipeline: a query runs, a change goes to the executor. Before the first call of a host, what
 * an earlier process left open there is closed.
 */
export function operate(executor: Executor, accepted: AcceptedChanges, open: (call: Call) => Context) {
  return async (call: Call): Promise<Outcome> => {
    const context = open(call);
    await accepted.ready(context);
    if (call.operation.kind === 'change') return await executor.run(call.operation, call, context);
    return { answer: await call.operation.run(call.input, context) };
  };
}
