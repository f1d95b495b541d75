import { Exit, type Invocation } from '../invocation.ts';
import { info, verbose } from '../output.ts';
import type { SimulatedApp } from '../state.ts';
import type { Revision } from '../world/revision.ts';
import { captureBuild, type Deploy, runDeploy } from './deploy.ts';
import { commitAndReceive } from './from-image.ts';

/** What git:from-archive was asked for. */
export interface ArchiveRequest {
  /** An address, or `--` for standard input. */
  readonly address: string;
  readonly type: string;
}

/** git:from-archive: a commit with an archive's content, built and deployed (plugins/git/git-from-archive). */
export async function deployArchive(
  call: Invocation,
  app: SimulatedApp,
  request: ArchiveRequest,
): Promise<number> {
  const deploy = captureBuild(call, app, 'git:from-archive');
  return runDeploy(deploy, async () => {
    const revision = await fetchArchive(deploy, request);
    const exit = await commitAndReceive(deploy, (parent) => ({
      ...revision,
      sha: deploy.host.random.hex(40),
      ...(parent === '' ? {} : { parent }),
    }));
    if (exit === 0) {
      app.source.deploySource = request.type;
      app.source.deployMetadata = request.address;
    }
    return exit;
  });
}

/** The content of an archive: every archive of the simulated world holds the tip of a repository that it is named after. */
async function fetchArchive(deploy: Deploy, { address, type }: ArchiveRequest): Promise<Revision> {
  await deploy.sleep(150);
  if (address === '--') {
    deploy.out(info(`Fetching ${type} file from stdin`));
    deploy.out(`${deploy.stdin.length}\n`);
  } else {
    deploy.out(info(`Downloading ${type} file from ${address}`));
  }
  await deploy.sleep(100);
  const revision = address === '--' ? fromStdin(deploy, type) : download(deploy, address);
  deploy.out(info('Generating build context'));
  if (type === 'tar') deploy.out(verbose('Striping 0 worth of directories from tarball'));
  if (type === 'tar.gz') deploy.out(verbose('Extracting gzipped tarball'));
  if (type === 'zip') deploy.out(verbose('Extracting zipball'));
  await deploy.sleep(120);
  deploy.out(verbose('Moving unarchived files and folders into place'));
  return revision;
}

function fromStdin(deploy: Deploy, type: string): Revision {
  if (deploy.stdin.length < 512) {
    deploy.out(info('Generating build context'));
    deploy.err(
      type === 'tar' ? 'tar: This does not look like a tar archive\n' : 'gzip: stdin: not in gzip format\n',
    );
    throw new Exit(2);
  }
  return anyRevision(deploy);
}

function download(deploy: Deploy, address: string): Revision {
  const { world } = deploy.host;
  for (const [url, repository] of world.repositories) {
    if (!address.startsWith(`${url.replace(/\.git$/, '')}/`) || !url.startsWith('http')) continue;
    const ref = /([^/]+?)\.(?:tar\.gz|tgz|tar|zip)$/.exec(address)?.[1] ?? '';
    const sha = repository.branches[ref] ?? repository.tags[ref];
    const revision = repository.commits.find((commit) => commit.sha === sha);
    if (revision !== undefined) return revision;
  }
  const [, host = address, port = ''] = /^[a-z]+:\/\/([^/:]+)(?::(\d+))?/.exec(address) ?? [];
  if (!/^[a-z]+:\/\//.test(address) || !isAddress(host)) {
    deploy.err(`curl: (6) Could not resolve host: ${host.split('/')[0]}\n\n`);
    throw new Exit(6);
  }
  const shown = port || (address.startsWith('https') ? '443' : '80');
  deploy.err(
    `curl: (7) Failed to connect to ${host} port ${shown} after 0 ms: Couldn't connect to server\n\n`,
  );
  throw new Exit(7);
}

const isAddress = (host: string): boolean => /^\d+(\.\d+){3}$/.test(host) || host === 'localhost';

function anyRevision(deploy: Deploy): Revision {
  const [first] = [...deploy.host.world.repositories.values()].flatMap(({ commits }) => commits);
  if (first === undefined) throw new Exit(1);
  return first;
}
