import type { Invocation } from '../invocation.ts';
import { warning } from '../output.ts';
import type { SimulatedApp } from '../state.ts';
import { captureBuild, type Deploy, plainDeploy, runDeploy } from './deploy.ts';
import { standingManifest } from './manifest.ts';
import { repeatErrors } from './rebuild.ts';
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

/**
 * The deploy trigger, called by a Go command: all processes, or those of one type, from the latest image. When it
 * fails the command ends with 1 and says once more what was written to standard error.
 */
export async function startAgain(
  call: Invocation,
  app: SimulatedApp,
  rollout: Rollout = {},
): Promise<number> {
  const deploy = plainDeploy(call, app);
  return repeatErrors(deploy, () => deployLatest(deploy, rollout));
}

/** Deploys the image that was built last. */
export async function deployLatest(deploy: Deploy, rollout: Rollout): Promise<number> {
  const image = deploy.app.source.latestImage;
  if (image === undefined) {
    deploy.err(warning(`App image (dokku/${deploy.app.name}:latest) not found`));
    return 1;
  }
  await rollOut(deploy, standingManifest(deploy.app, image), rollout);
  return 0;
}
