import { computed } from '../access.ts';
import { setVariables } from '../config/environment.ts';
import { info, title, verbose } from '../output.ts';
import { appUrls } from '../urls.ts';
import { buildImage } from './build-image.ts';
import { finishBuild } from './builds.ts';
import { childExit, type Deploy, exitOf, withDeployLock } from './deploy.ts';
import { builtManifest, type Manifest } from './manifest.ts';
import { poisonWarning } from './poison.ts';
import { branchTip, nothingToBuild, revisionVariable } from './repository.ts';
import { rollOut } from './rollout.ts';
import { release } from './tasks.ts';

/**
 * Builds and deploys a commit of the app's repository under its deploy lock (git_receive_app of plugins/git/functions);
 * without a commit the tip of the deploy branch. Returns the exit code.
 */
export async function receive(deploy: Deploy, sha: string | undefined, wrapped = false): Promise<number> {
  if (deploy.app.repository === undefined) return 0;
  return withDeployLock(deploy, async () => {
    const { app, host } = deploy;
    await deploy.sleep(80);
    if (sha !== undefined) {
      const variable = revisionVariable(host, app);
      if (variable !== undefined && !setVariables(host, app, { [variable]: sha })) poisonWarning(deploy);
    }
    const commit = sha ?? branchTip(host, app);
    if (commit === '') deploy.out(nothingToBuild(host, app));
    const revision = app.repository?.commits.get(commit);
    if (revision === undefined) return 1;
    await deploy.sleep(3400);
    const image = await buildImage(deploy, revision);
    const manifest = builtManifest(image, revision);
    return childExit(() => releaseAndDeploy(deploy, manifest, wrapped));
  });
}

/** Runs the release tasks of an image and deploys it (release_and_deploy of plugins/common/functions). */
export async function releaseAndDeploy(deploy: Deploy, manifest: Manifest, wrapped = false): Promise<number> {
  const { app, host } = deploy;
  deploy.out(info(`Releasing ${app.name}...`));
  await deploy.sleep(160);
  let exit = (await release(deploy, manifest)) ? 0 : 1;
  await deploy.sleep(200);
  if (exit === 0 && computed(host, 'ps', app, 'skip-deploy') === 'true') {
    deploy.out(info('Skipping deployment'));
  } else if (exit === 0) {
    deploy.out(info(`Deploying ${app.name} via the docker-local scheduler...`));
    exit = await exitOf(async () => {
      await rollOut(deploy, manifest, { wrapped });
      return 0;
    });
    if (exit === 0) {
      deploy.out(title('Application deployed:'));
      await deploy.sleep(1500);
      for (const url of appUrls(host, app)) deploy.out(verbose(url));
    }
  }
  deploy.out('\n');
  if (deploy.build !== undefined) finishBuild(host, app, deploy.build, exit);
  return exit;
}
