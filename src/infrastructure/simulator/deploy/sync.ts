import type { Invocation } from '../invocation.ts';
import { info, verbose } from '../output.ts';
import type { SimulatedApp } from '../state.ts';
import { captureBuild, type Deploy, runDeploy } from './deploy.ts';
import { receive } from './receive.ts';
import { branchTip, cloneInto, fetchInto, reach, resolve } from './repository.ts';

/** What git:sync was asked for. */
export interface SyncRequest {
  readonly address: string;
  readonly ref: string;
  readonly build: 'no' | 'always' | 'if-changes';
  readonly skipDeployBranch: boolean;
}

/** git:sync: clones or fetches a repository and builds what came, if it was asked to (cmd-git-sync of plugins/git). */
export async function syncRepository(
  call: Invocation,
  app: SimulatedApp,
  request: SyncRequest,
): Promise<number> {
  const deploy = captureBuild(call, app, 'git:sync');
  return runDeploy(deploy, () => sync(deploy, request));
}

async function sync(deploy: Deploy, { address, ref, build, skipDeployBranch }: SyncRequest): Promise<number> {
  const { app, host } = deploy;
  const before = branchTip(host, app);
  await deploy.sleep(180);
  const remote = reach(host, address);
  if (before === '') {
    if (!deploy.flags.quiet) deploy.out(info(`Cloning ${app.name} from ${address}#${ref}`));
    await deploy.sleep(500);
    if (typeof remote === 'string') {
      deploy.out(
        `Cloning into '/tmp/dokku-${host.random.integer(1000, 32_000)}-fn-git-clone.${host.random.base36(6)}'...\n`,
      );
      deploy.out(remote);
      return 128;
    }
    cloneInto(deploy, remote, ref, skipDeployBranch);
    await deploy.sleep(300);
  } else {
    deploy.out(verbose(`Fetching remote code for ${app.name} from ${address}#${ref}`));
    await deploy.sleep(60);
    if (typeof remote === 'string') {
      deploy.err(remote);
      return 128;
    }
    fetchInto(deploy, remote, ref);
  }
  const tip = branchTip(host, app);
  if (build === 'no') return 0;
  if (build === 'if-changes' && tip === before) {
    deploy.out(verbose('Skipping build as no changes were detected'));
    return 0;
  }
  const sha = ref === '' || app.repository === undefined ? tip : (resolve(app.repository, ref) ?? tip);
  const exit = await receive(deploy, sha);
  if (exit === 0) {
    app.source.deploySource = 'git-sync';
    app.source.deployMetadata = `${address}#${sha}`;
  }
  return exit;
}
