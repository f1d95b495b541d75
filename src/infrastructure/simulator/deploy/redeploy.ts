import type { Invocation } from '../invocation.ts';
import type { SimulatedApp } from '../state.ts';

/** Starts the app's containers again from its latest image, as Dokku's release-and-deploy trigger does; returns the exit code. */
export async function redeploy(
  call: Invocation,
  app: SimulatedApp,
  kind: 'config-redeploy' | 'deploy' | 'ps:restart',
): Promise<number> {
  await call.sleep(kind === 'ps:restart' ? 44_000 : 50_000);
  app.restore = true;
  return 0;
}
