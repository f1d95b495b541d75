import { computed, property, requireAppOfShell, setProperty } from '../access.ts';
import { deployArchive } from '../deploy/archive.ts';
import { captureBuild, runDeploy } from '../deploy/deploy.ts';
import { commitImage, deployImage } from '../deploy/from-image.ts';
import { branchTip, repositoryOf } from '../deploy/repository.ts';
import { syncRepository } from '../deploy/sync.ts';
import type { Family, Handler, Invocation } from '../invocation.ts';
import { fail, info, warning } from '../output.ts';
import { propertyHandler } from '../properties.ts';
import { type ReportKeys, reportHandler } from '../report.ts';
import { findImage } from '../world.ts';
import { gitAccess } from './git-access.ts';

interface Words {
  readonly words: readonly string[];
  readonly flags: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, string>;
}

/** The words of a shell plugin's command without its flags, which may stand anywhere. */
function split(call: Invocation, flags: readonly string[], valued: readonly string[] = []): Words {
  const words: string[] = [];
  const found = new Set<string>();
  const values = new Map<string, string>();
  for (let index = 0; index < call.args.length; index++) {
    const word = call.args[index] ?? '';
    if (flags.includes(word)) {
      found.add(word);
    } else if (valued.includes(word)) {
      index++;
      values.set(word, call.args[index] ?? '');
    } else {
      words.push(word);
    }
  }
  return { words, flags: found, values };
}

const fromImage: Handler = async (call) => {
  await call.sleep(50);
  const { words, flags, values } = split(call, ['--force'], ['--build-dir']);
  const app = requireAppOfShell(call, words[0]);
  const reference = words[1] ?? '';
  if (reference === '') fail(call, 'Please specify a docker image');
  const force = flags.has('--force') || call.flags.force;
  return deployImage(call, app, { reference, force, buildDirectory: values.get('--build-dir') ?? '' });
};

const loadImage: Handler = async (call) => {
  await call.sleep(50);
  const { words, values } = split(call, [], ['--build-dir']);
  const app = requireAppOfShell(call, words[0]);
  const reference = words[1] ?? '';
  if (reference === '') fail(call, 'Please specify a docker image');
  if (call.tty) fail(call, 'Expecting tar archive containing docker image on STDIN');
  const deploy = captureBuild(call, app, 'git:load-image');
  return runDeploy(deploy, async () => {
    await deploy.sleep(200);
    if (call.stdin.length < 512) {
      const place = `/var/lib/docker/tmp/docker-import-${call.host.random.integer(1_000_000_000, 4_000_000_000)}`;
      deploy.err(`open ${place}/repositories: no such file or directory\n`);
      return 1;
    }
    deploy.out(`Loaded image: ${reference}\n`);
    if (findImage(call.host.world, reference) === undefined) {
      deploy.err(warning(`Loaded image tarball but the specified docker image was not found: ${reference}`));
      return 1;
    }
    return commitImage(deploy, { reference, force: false, buildDirectory: values.get('--build-dir') ?? '' });
  });
};

const fromArchive: Handler = async (call) => {
  await call.sleep(50);
  const { words, values } = split(call, [], ['--archive-type']);
  const app = requireAppOfShell(call, words[0]);
  const address = words[1] ?? '';
  if (address === '') fail(call, 'Please specify an archive url or -- to fetch the archive from stdin');
  return deployArchive(call, app, { address, type: values.get('--archive-type') ?? 'tar' });
};

const sync: Handler = async (call) => {
  await call.sleep(50);
  const { words, flags } = split(call, ['--build', '--build-if-changes', '--skip-deploy-branch']);
  const app = requireAppOfShell(call, words[0]);
  const address = words[1] ?? '';
  if (address === '') fail(call, 'Missing GIT_REMOTE parameter');
  const last = call.args.findLast((word) => word === '--build' || word === '--build-if-changes');
  return syncRepository(call, app, {
    address,
    ref: words[2] ?? '',
    build: last === undefined ? 'no' : last === '--build' ? 'always' : 'if-changes',
    skipDeployBranch: flags.has('--skip-deploy-branch'),
  });
};

const initialize: Handler = async (call) => {
  await call.sleep(60);
  const app = requireAppOfShell(call, call.args[0]);
  if (!call.flags.quiet) call.out(info(`Initializing git repository for ${app.name}`));
  repositoryOf(call.host, app);
  return 0;
};

const status: Handler = async (call) => {
  await call.sleep(55);
  requireAppOfShell(call, call.args[0]);
  call.err('fatal: this operation must be run in a work tree\n');
  return 128;
};

const unlock: Handler = async (call) => {
  await call.sleep(50);
  call.err(
    '/var/lib/dokku/plugins/enabled/git/subcommands/unlock: line 6: cmd-git-unlock: command not found\n',
  );
  return 127;
};

const KEYS = [
  'archive-max-files',
  'archive-max-size',
  'deploy-branch',
  'keep-git-dir',
  'rev-env-var',
  'source-image',
];

const set = propertyHandler({
  plugin: 'git',
  style: 'shell',
  keys: KEYS,
  globalKeys: KEYS,
  cost: 50,
  changed: (call, { target, key, value }) => {
    if (key === 'rev-env-var')
      setProperty(call.host, 'git', target, 'rev-env-var-off', value === '' ? 'true' : '');
    if (target !== '--global' && key === 'source-image') target.source.sourceImage = value;
  },
});

const DEFAULTS: Readonly<Record<string, string>> = {
  'archive-max-files': '10000',
  'archive-max-size': '1073741824',
  'deploy-branch': 'master',
  'keep-git-dir': 'false',
};

const report = reportHandler({
  type: 'git',
  legacyPrefix: false,
  cost: { base: 38, perApp: 3 },
  app: (app, { host }): ReportKeys => {
    const keys: Record<string, string> = {};
    for (const [key, initial] of Object.entries(DEFAULTS)) {
      keys[`git-computed-${key}`] = computed(host, 'git', app, key, initial);
      keys[`git-global-${key}`] = property(host, 'git', '--global', key);
    }
    const tip = branchTip(host, app);
    const head = app.repository?.refs.get(`refs/heads/${app.repository.head}`) ?? '';
    return {
      ...keys,
      'git-deploy-branch': property(host, 'git', app, 'deploy-branch'),
      'git-keep-git-dir': property(host, 'git', app, 'keep-git-dir'),
      'git-last-updated-at': tip === '' ? '' : String(Math.floor((app.repository?.updatedAt ?? 0) / 1000)),
      'git-rev-env-var':
        property(host, 'git', app, 'rev-env-var-off') === 'true'
          ? ''
          : property(host, 'git', app, 'rev-env-var') || 'GIT_REV',
      'git-sha': head || 'HEAD',
      'git-source-image': property(host, 'git', app, 'source-image'),
    };
  },
  global: ({ host }): ReportKeys => {
    const keys: Record<string, string> = {};
    for (const [key, initial] of Object.entries(DEFAULTS)) {
      keys[`git-computed-${key}`] = computed(host, 'git', '--global', key, initial);
      keys[`git-global-${key}`] = property(host, 'git', '--global', key);
    }
    return keys;
  },
});

/** The git plugin (plugins/git of Dokku 0.38.27). */
export const git: Family = {
  commands: {
    ...gitAccess,
    'git:from-archive': fromArchive,
    'git:from-image': fromImage,
    'git:initialize': initialize,
    'git:load-image': loadImage,
    'git:report': report,
    'git:set': set,
    'git:status': status,
    'git:sync': sync,
    'git:unlock': unlock,
  },
};
