import { setProperty } from '../access.ts';
import { Exit, type Invocation } from '../invocation.ts';
import { info, warning } from '../output.ts';
import type { SimulatedApp } from '../state.ts';
import type { Revision } from '../world/revision.ts';
import { canonical, findImage, isLocal, withTag } from '../world.ts';
import { captureBuild, type Deploy, runDeploy } from './deploy.ts';
import { receive } from './receive.ts';
import {
  branchTip,
  cloneInto,
  deployBranch,
  fetchInto,
  noChanges,
  undoCommit,
  updating,
} from './repository.ts';

/** What git:from-image was asked for. */
export interface ImageRequest {
  readonly reference: string;
  /** Pulls the image although it is there. */
  readonly force: boolean;
  /** A folder of the host with a build context; the simulated host has none. */
  readonly buildDirectory: string;
}

/** git:from-image: a commit with a Dockerfile that names the image, built and deployed. */
export async function deployImage(
  call: Invocation,
  app: SimulatedApp,
  request: ImageRequest,
): Promise<number> {
  const deploy = captureBuild(call, app, 'git:from-image');
  return runDeploy(deploy, () => commitImage(deploy, request));
}

/** The git-from-image trigger, which git:load-image ends with too. */
export async function commitImage(deploy: Deploy, request: ImageRequest): Promise<number> {
  const { app, host } = deploy;
  const { reference } = request;
  await deploy.sleep(200);
  deploy.out(info('Generating build context'));
  if (request.buildDirectory !== '') {
    deploy.err(warning('Invalid BUILD_DIR specified for docker build context'));
    throw new Exit(1);
  }
  await deploy.sleep(25);
  if (!isLocal(host.world, reference)) {
    deploy.out(info('Pulling image'));
    await pull(deploy, reference);
  } else if (request.force) {
    deploy.out(info('Force pulling image'));
    await pull(deploy, reference);
  } else {
    deploy.out(info('Image exists on host, skipping pull'));
  }
  setProperty(host, 'git', app, 'source-image', reference);
  app.source.sourceImage = reference;
  const exit = await commitAndReceive(deploy, (parent) => imageRevision(deploy, reference, parent));
  if (exit === 0) {
    app.source.deploySource = 'docker-image';
    app.source.deployMetadata = reference;
  }
  return exit;
}

async function pull(deploy: Deploy, reference: string): Promise<void> {
  const { world } = deploy.host;
  await deploy.sleep(150);
  const full = withTag(reference);
  const fault = pullFault(deploy, full);
  if (fault !== undefined) {
    deploy.err(fault);
    deploy.err(warning(`Failed to pull image: ${reference}`));
    throw new Exit(1);
  }
  const name = canonical(reference)
    .replace(/^docker\.io\//, '')
    .replace(/:[^:/]*$/, '');
  deploy.out(`${full.slice(full.lastIndexOf(':') + 1)}: Pulling from ${name}\n`);
  await deploy.sleep(2500);
  world.local.set(full, deploy.host.random.hex(64));
  deploy.out(`Digest: sha256:${deploy.host.random.hex(64)}\n`);
  deploy.out(`Status: Downloaded newer image for ${full}\n${canonical(reference)}\n`);
}

function pullFault(deploy: Deploy, reference: string): string | undefined {
  const component = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
  const shape = new RegExp(
    `^(?:[A-Za-z0-9.-]+(?::\\d+)?/)?${component}(?:/${component})*:\\w[\\w.-]{0,127}$`,
  );
  if (!shape.test(reference)) {
    const lower = /[A-Z]/.test(reference.replace(/:[^:/]*$/, '')) && shape.test(reference.toLowerCase());
    return `invalid reference format${lower ? `: repository name (${reference.replace(/:[^:/]*$/, '')}) must be lowercase` : ''}\n`;
  }
  const { world } = deploy.host;
  if (world.gone.has(reference)) {
    return `Error response from daemon: manifest for ${reference} not found: manifest unknown: manifest unknown\n`;
  }
  const definition = findImage(world, reference);
  if (definition !== undefined && !definition.local && world.diskFull) {
    return 'failed to register layer: write /app/web: no space left on device\n';
  }
  if (definition !== undefined && !definition.local) return undefined;
  const server = canonical(reference).split('/')[0] ?? '';
  const registry = server === 'docker.io' ? 'registry-1.docker.io' : server;
  return `Error response from daemon: Get "https://${registry}/v2/": dial tcp: lookup ${registry.replace(/:\d+$/, '')} on 192.0.2.53:53: no such host\n`;
}

function imageRevision(deploy: Deploy, reference: string, parent: string): Revision {
  return {
    sha: deploy.host.random.hex(40),
    ...(parent === '' ? {} : { parent }),
    dockerfile: { bytes: 102 + 2 * reference.length, from: reference, steps: [], alternateTag: reference },
  };
}

/**
 * Puts one commit on top of the deploy branch and deploys it; the same content again is refused, a deploy that fails
 * is taken out of the branch again (git-from-directory of plugins/git).
 */
export async function commitAndReceive(deploy: Deploy, make: (parent: string) => Revision): Promise<number> {
  const { app, host } = deploy;
  await deploy.sleep(90);
  deploy.out(updating());
  await deploy.sleep(90);
  const parent = branchTip(host, app);
  const revision = make(parent);
  const before = app.repository?.commits.get(parent);
  if (before !== undefined && sameContent(before, revision)) {
    noChanges(deploy);
    return 1;
  }
  const address = `/tmp/dokku-${host.random.integer(1000, 32_000)}-trigger-git-git-from-directory.${host.random.base36(6)}`;
  const branch = deployBranch(host, app);
  const refs = new Map([[`refs/heads/${branch}`, revision.sha]]);
  if (parent !== '') refs.set(`refs/remotes/origin/${branch}`, parent);
  const remote = { address, refs, commits: new Map([[revision.sha, revision]]) };
  if (parent === '') cloneInto(deploy, remote, branch, false);
  else fetchInto(deploy, remote, revision.sha);
  const exit = await receive(deploy, revision.sha);
  if (exit !== 0) undoCommit(host, app, revision.sha, parent !== '');
  return exit;
}

function sameContent(a: Revision, b: Revision): boolean {
  const content = ({ dockerfile, procfile, appJson }: Revision): string =>
    JSON.stringify([dockerfile, procfile ?? {}, appJson ?? {}]);
  return content(a) === content(b);
}
