import type { Invocation } from '../invocation.ts';
import { warning } from '../output.ts';
import type { SimulatedApp } from '../state.ts';

/** What every part of a deploy says that reads an environment which can no longer be read, before it goes on without. */
export function poisonWarning(call: Pick<Invocation, 'err'> & { readonly app: SimulatedApp }): void {
  if (call.app.poisoned === undefined) return;
  call.err(warning(call.app.poisoned));
}
