import { byBytes, computed, property, setProperty } from '../access.ts';
import type { SimulatedHost } from '../host.ts';
import { Exit } from '../invocation.ts';
import { info, verbose, warning } from '../output.ts';
import type { SimulatedApp, SimulatedRepository } from '../state.ts';
import type { RemoteRepository } from '../world/repositories.ts';
import type { Revision } from '../world/revision.ts';
import type { Deploy } from './deploy.ts';

/** A repository that is fetched from: the refs it offers and their commits. */
export interface Remote {
  readonly address: string;
  readonly refs: ReadonlyMap<string, string>;
  readonly commits: ReadonlyMap<string, Revision>;
}

/** The branch that Dokku builds (fn-git-computed-deploy-branch). */
export const deployBranch = (host: SimulatedHost, app: SimulatedApp): string =>
  computed(host, 'git', app, 'deploy-branch', 'master');

/** The commit at the tip of the deploy branch, '' when there is none. */
export const branchTip = (host: SimulatedHost, app: SimulatedApp): string =>
  app.repository?.refs.get(`refs/heads/${deployBranch(host, app)}`) ?? '';

/** The app's bare repository, made empty when there is none yet. */
export function repositoryOf(host: SimulatedHost, app: SimulatedApp): SimulatedRepository {
  app.repository ??= { head: 'master', refs: new Map(), commits: new Map(), updatedAt: host.now() };
  return app.repository;
}

/** Points the deploy branch at a commit; '' removes it. */
export function moveBranch(host: SimulatedHost, app: SimulatedApp, sha: string): void {
  const repository = repositoryOf(host, app);
  const name = `refs/heads/${deployBranch(host, app)}`;
  if (sha === '') repository.refs.delete(name);
  else repository.refs.set(name, sha);
  repository.updatedAt = host.now();
  app.source.sha = repository.refs.get(`refs/heads/${repository.head}`) ?? '';
}

/** The commit that a name means in the app's repository: a branch, a tag, a commit or its beginning. */
export function resolve(repository: SimulatedRepository, name: string): string | undefined {
  return (
    repository.refs.get(name) ??
    repository.refs.get(`refs/tags/${name}`) ??
    repository.refs.get(`refs/heads/${name}`) ??
    (name === 'HEAD' ? repository.refs.get(`refs/heads/${repository.head}`) : undefined) ??
    (/^[0-9a-f]{4,40}$/.test(name)
      ? [...repository.commits.keys()].find((sha) => sha.startsWith(name))
      : undefined)
  );
}

/** A repository of the world as git offers it. */
export function remoteOf(address: string, repository: RemoteRepository): Remote {
  const refs = new Map<string, string>();
  for (const [name, sha] of Object.entries(repository.branches)) refs.set(`refs/heads/${name}`, sha);
  for (const [name, sha] of Object.entries(repository.tags)) refs.set(`refs/tags/${name}`, sha);
  return { address, refs, commits: new Map(repository.commits.map((commit) => [commit.sha, commit])) };
}

/**
 * Clones into an app without code (fn-git-clone): a branch of that name becomes the deploy branch, a tag or commit is
 * put under the deploy branch's name.
 */
export function cloneInto(deploy: Deploy, remote: Remote, ref: string, skipDeployBranch: boolean): void {
  const { app, host } = deploy;
  const wanted = ref === '' ? deployBranch(host, app) : ref;
  const isBranch = remote.refs.has(`refs/heads/${wanted}`);
  const sha =
    remote.refs.get(`refs/heads/${wanted}`) ??
    remote.refs.get(`refs/tags/${wanted}`) ??
    commit(remote, wanted);
  if (sha === undefined) {
    deploy.err(`error: pathspec '${wanted}' did not match any file(s) known to git\n`);
    throw new Exit(1);
  }
  if (isBranch && skipDeployBranch) {
    deploy.out(verbose(`Detected branch ${wanted}, skipping deploy-branch setting`));
  } else if (isBranch) {
    deploy.out(verbose(`Detected branch, setting deploy-branch to ${wanted}`));
    setProperty(host, 'git', app, 'deploy-branch', wanted);
  }
  const repository = repositoryOf(host, app);
  const branch = deployBranch(host, app);
  repository.head = branch;
  for (const [name, target] of remote.refs) {
    if (name.startsWith('refs/tags/')) repository.refs.set(name, target);
    else repository.refs.set(name.replace('refs/heads/', 'refs/remotes/origin/'), target);
  }
  if (isBranch) repository.refs.set(`refs/heads/${wanted}`, sha);
  for (const [key, value] of remote.commits) repository.commits.set(key, value);
  moveBranch(host, app, sha);
}

function commit(remote: Remote, name: string): string | undefined {
  if (!/^[0-9a-f]{4,40}$/.test(name)) return undefined;
  return [...remote.commits.keys()].find((sha) => sha.startsWith(name));
}

/**
 * Mirrors all refs of the remote and then points the deploy branch at the wanted commit (fn-git-fetch). The mirror
 * moves every branch, also when the wanted name does not exist.
 */
export function fetchInto(deploy: Deploy, remote: Remote, ref: string): void {
  const { app, host } = deploy;
  const repository = repositoryOf(host, app);
  const branch = deployBranch(host, app);
  const offered = new Map(
    ref === '' ? [...remote.refs].filter(([name]) => name === `refs/heads/${branch}`) : remote.refs,
  );
  if (ref === '' && offered.size === 0) {
    deploy.err(`fatal: couldn't find remote ref ${branch}\n`);
    throw new Exit(128);
  }
  for (const [sha, revision] of remote.commits) repository.commits.set(sha, revision);
  deploy.err(refChanges(repository, remote.address, offered));
  for (const [name, sha] of offered) repository.refs.set(name, sha);
  app.source.sha = repository.refs.get(`refs/heads/${repository.head}`) ?? '';
  repository.updatedAt = host.now();
  if (ref === '') return;
  const sha = resolve(repository, ref);
  if (sha === undefined) {
    deploy.err(`fatal: ${ref}^{commit}: not a valid SHA1\n`);
    throw new Exit(128);
  }
  moveBranch(host, app, sha);
}

interface RefChange {
  readonly name: string;
  readonly flag: string;
  readonly summary: string;
  readonly remark: string;
}

/** What `git fetch` prints of the refs that change (format_display of builtin/fetch.c). */
function refChanges(
  repository: SimulatedRepository,
  address: string,
  offered: ReadonlyMap<string, string>,
): string {
  const changes: RefChange[] = [];
  for (const [ref, sha] of [...offered].sort(([a], [b]) => byBytes(a, b))) {
    const old = repository.refs.get(ref);
    if (old === sha) continue;
    const name = ref.replace(/^refs\/(heads|tags|remotes)\//, '');
    if (old === undefined) {
      const kind = ref.startsWith('refs/tags/') ? 'tag' : ref.startsWith('refs/heads/') ? 'branch' : 'ref';
      changes.push({ name, flag: '*', summary: `[new ${kind}]`, remark: '' });
    } else if (descends(repository, sha, old)) {
      changes.push({ name, flag: ' ', summary: `${old.slice(0, 7)}..${sha.slice(0, 7)}`, remark: '' });
    } else {
      const summary = `${old.slice(0, 7)}...${sha.slice(0, 7)}`;
      changes.push({ name, flag: '+', summary, remark: '  (forced update)' });
    }
  }
  if (changes.length === 0) return '';
  const width = Math.max(10, ...changes.map(({ name }) => name.length));
  const lines = changes.map(
    ({ name, flag, summary, remark }) =>
      ` ${flag} ${summary.padEnd(17)} ${name.padEnd(width)} -> ${name}${remark}\n`,
  );
  return `From ${address.replace(/\.git$/, '')}\n${lines.join('')}`;
}

function descends(repository: SimulatedRepository, sha: string, ancestor: string): boolean {
  for (let at: string | undefined = sha; at !== undefined; at = repository.commits.get(at)?.parent) {
    if (at === ancestor) return true;
  }
  return false;
}

/** What the deploy branch held before is out of reach of a refused deploy: back to the commit before it. */
export function undoCommit(host: SimulatedHost, app: SimulatedApp, sha: string, hadCode: boolean): void {
  moveBranch(host, app, hadCode ? (app.repository?.commits.get(sha)?.parent ?? sha) : '');
}

/** The warning of a build without a commit (git_build); with the control sequences that git's own output needs. */
export function nothingToBuild(host: SimulatedHost, app: SimulatedApp): string {
  const branch = deployBranch(host, app);
  return `\x1b[1G\x1b[K-----> WARNING: Cannot build from '${branch}' as there are no commits stored at that branch.\n`;
}

/** The variable that holds the revision; undefined after `git:set A rev-env-var` without a value. */
export function revisionVariable(host: SimulatedHost, app: SimulatedApp): string | undefined {
  if (property(host, 'git', app, 'rev-env-var-off') === 'true') return undefined;
  return property(host, 'git', app, 'rev-env-var') || 'GIT_REV';
}

/** Where an address leads: a repository, or what git says when it leads nowhere. */
export function reach(host: SimulatedHost, address: string): Remote | string {
  const repository = host.world.repositories.get(address);
  if (repository !== undefined) return remoteOf(address, repository);
  const url = /^(git|https?|ssh):\/\/([^/]+)(\/.*)?$/.exec(address);
  if (url === null) {
    const hint = 'Please make sure you have the correct access rights\nand the repository exists.\n';
    const scp = /^(?:([^@/]+)@)?([^:/]+):/.exec(address);
    const first =
      scp === null
        ? `fatal: '${address}' does not appear to be a git repository\n`
        : 'Host key verification failed.\n';
    return `${first}fatal: Could not read from remote repository.\n\n${hint}`;
  }
  const [, scheme = '', server = '', place = ''] = url;
  if (scheme === 'git') {
    return server === '127.0.0.1'
      ? `fatal: remote error: access denied or repository not exported: ${place}\n`
      : `fatal: unable to look up ${server} (port 9418) (Name or service not known)\n`;
  }
  if (server === 'github.com') {
    return "fatal: could not read Username for 'https://github.com': terminal prompts disabled\n";
  }
  return `fatal: unable to access '${address.replace(/\/?$/, '/')}': Could not resolve host: ${server}\n`;
}

/** Says that there was nothing to commit. */
export function noChanges(deploy: Deploy): void {
  deploy.err(warning('No changes detected, skipping git commit'));
  deploy.err(warning("Call 'ps:rebuild' on app to rebuild the app from existing source"));
}

/** `-----> Updating git repository with specified build context` */
export const updating = (): string => info('Updating git repository with specified build context');
