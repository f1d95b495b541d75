import type { Invocation } from '../invocation.ts';
import type { SimulatedApp } from '../state.ts';
import { redeploy } from './redeploy.ts';

/** Builds the app again from its deploy branch, as ps:rebuild and the end of apps:clone do; returns the exit code. */
export async function rebuild(call: Invocation, app: SimulatedApp): Promise<number> {
  return redeploy(call, app, 'deploy');
}
