import type { Invocation } from '../invocation.ts';
import { warning } from '../output.ts';
import type { SimulatedApp } from '../state.ts';
import { captureBuild, type Deploy, exitOf, runDeploy } from './deploy.ts';
import { receive } from './receive.ts';

/** Builds the app again from its deploy branch, as ps:rebuild and the end of apps:clone do; returns the exit code. */
export async function rebuild(call: Invocation, app: SimulatedApp): Promise<number> {
  return app.repository === undefined ? 0 : rebuildAs(call, app, 'git-hook');
}

/** ps:rebuild: prints the errors of the build a second time when it fails. */
export async function rebuildAs(call: Invocation, app: SimulatedApp, source: string): Promise<number> {
  const deploy = captureBuild(call, app, source);
  return runDeploy(deploy, () => repeatErrors(deploy, () => receive(deploy, undefined, true)));
}

/**
 * Runs the child of a Go command: when it fails the command ends with 1 and prints what the child wrote to standard
 * error once more as its own error (CallPlugnTrigger and LogFailWithError of plugins/common).
 */
export async function repeatErrors(deploy: Deploy, work: () => Promise<number>): Promise<number> {
  const inner = await exitOf(work);
  if (inner === 0) return 0;
  if (deploy.errors() !== '') deploy.err(warning(deploy.errors()));
  return 1;
}
