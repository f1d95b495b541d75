import type { Handler } from '../invocation.ts';
import { warning } from '../output.ts';

/** The older name of a command, which names the newer one and does the same. */
export function deprecated(handler: Handler, instead: string): Handler {
  return (call) => {
    call.err(warning(`Deprecated: Please use ${instead}`));
    return handler(call);
  };
}
