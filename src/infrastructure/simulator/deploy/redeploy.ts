import type { Invocation } from '../invocation.ts';
import { warning } from '../output.ts';
import type { SimulatedApp } from '../state.ts';
import { captureBuild, exitOf, plainDeploy, runDeploy } from './deploy.ts';
import { standingManifest } from './manifest.ts';
import { releaseAndDeploy } from './receive.ts';
import { type Rollout, rollOut } from './rollout.ts';

/**
 * Starts the app's containers again from its latest image and returns the exit code. `config-redeploy` and `deploy`
 * run the release tasks first, as Dokku's release-and-deploy trigger does, and leave a record of that source;
 * `ps:restart` only starts the containers and leaves none.
 */
export async function redeploy(
  call: Invocation,
  app: SimulatedApp,
  kind: 'config-redeploy' | 'deploy' | 'ps:restart',
): Promise<number> {
  if (kind === 'ps:restart') return startAgain(call, app);
  const deploy = captureBuild(call, app, kind);
  const image = app.source.latestImage;
  return runDeploy(deploy, async () => {
    await deploy.sleep(250);
    if (image === undefined) return 0;
    return releaseAndDeploy(deploy, standingManifest(app, image));
  });
}

/** The deploy trigger: all processes, or those of one type, from the latest image. */
export async function startAgain(call: Invocation, app: SimulatedApp, rollout: Rollout = {}): Promise<number> {
  const image = app.source.latestImage;
  if (image === undefined) {
    call.err(warning(`App image (dokku/${app.name}:latest) not found`));
    return 1;
  }
  return exitOf(async () => {
    await rollOut(plainDeploy(call, app), standingManifest(app, image), rollout);
    return 0;
  });
}
