import { entries, type Row, report, set } from './entry.ts';

const git: readonly Row[] = [
  ['git:allow-host <host>', 'reversible', 'Trust the SSH host key that a git server shows now'],
  [
    'git:auth <host> [<username>] [<password>]',
    'reversible',
    'Store the credentials for a git server, or remove them when no user is given',
    { stdin: true },
  ],
  [
    'git:auth-status <host> [<username>] [<password>]',
    'read',
    'Tell whether the stored credentials match',
    { since: '0.38.0', stdin: true, answers: { 1: 'the stored credentials differ' } },
  ],
  [
    'git:from-archive [--archive-type tar|tar.gz|zip] <app> <archive-url> [<git-username>] [<git-email>]',
    'disruptive',
    'Deploy the archive at a URL',
    { longRunning: true, stdin: true, exitCodes: { 7: 'curl could not reach the URL' } },
  ],
  [
    'git:from-image [--build-dir <directory>] [--force] <app> <image> [<git-username>] [<git-email>]',
    'disruptive',
    'Deploy a Docker image',
    { longRunning: true },
  ],
  [
    'git:generate-deploy-key',
    'reversible',
    'Make the SSH key that Dokku fetches repositories with',
    { since: '0.33.0' },
  ],
  ['git:initialize <app>', 'reversible', 'Make the git repository of an app'],
  [
    'git:load-image [--build-dir <directory>] <app> <image> [<git-username>] [<git-email>]',
    'disruptive',
    'Deploy a Docker image sent as a tar file on standard input',
    { since: '0.30.0', longRunning: true, stdin: true },
  ],
  ['git:public-key', 'read', 'Show the public key that Dokku fetches repositories with'],
  report('git', '0.38.0'),
  set('git'),
  [
    'git:status <app>',
    'read',
    "Show the state of an app's git repository",
    { since: '0.29.0', exitCodes: { 128: 'git failed' } },
  ],
  [
    'git:sync [--build|--build-if-changes] [--skip-deploy-branch] <app> <repository> [<git-ref>]',
    'reversible',
    'Fetch a git repository into an app, and deploy it with --build',
    { longRunning: true, exitCodes: { 128: 'git failed: the repository or the ref was not found' } },
  ],
  [
    'git:unlock <app>',
    'reversible',
    'Removed from Dokku in 0.34',
    { refused: 'Dokku has removed it: use apps:unlock' },
  ],
];

const buildpacks: readonly Row[] = [
  ['buildpacks:add [--index <number>] <app> <buildpack>', 'reversible', 'Add a buildpack'],
  ['buildpacks:clear <app>', 'reversible', 'Remove all buildpacks'],
  [
    'buildpacks:detect <app> [--branch <branch>]',
    'read',
    'Tell which buildpack fits the source of an app',
    { since: '0.37.0', longRunning: true },
  ],
  ['buildpacks:list <app>', 'read', 'List the buildpacks of an app', { output: 'lines' }],
  ['buildpacks:remove [--index <number>] <app> [<buildpack>]', 'reversible', 'Remove one buildpack'],
  report('buildpacks', '0.23.1'),
  [
    'buildpacks:set [--index <number>|--replace] <app> <buildpack>...',
    'reversible',
    'Replace a buildpack at its position, or all of them',
  ],
  [
    'buildpacks:set-property (<app>|--global) <property> [<value>]',
    'reversible',
    'Set a property of buildpacks for an app or globally, or clear it when no value is given',
  ],
];

const repo: readonly Row[] = [
  [
    'repo:gc <app>',
    'reversible',
    'Compact the git repository of an app',
    { longRunning: true, exitCodes: { 128: 'git failed' } },
  ],
  ['repo:purge-cache <app>', 'disruptive', 'Delete the build cache of an app; the next build is slower'],
];

const registry: readonly Row[] = [
  [
    'registry:login [--password-stdin] (<app>|--global) <server> <username> [<password>]',
    'reversible',
    'Log in to a Docker registry',
    { longRunning: true, stdin: true },
  ],
  [
    'registry:logout (<app>|--global) <server>',
    'disruptive',
    'Log out of a Docker registry; images can no longer be pulled',
    { since: '0.37.5' },
  ],
  report('registry', '0.23.1'),
  set('registry'),
];

const builders: readonly (readonly [plugin: string, since?: string])[] = [
  ['builder-dockerfile'],
  ['builder-herokuish', '0.29.0'],
  ['builder-lambda'],
  ['builder-nixpacks', '0.32.0'],
  ['builder-pack'],
  ['builder-railpack', '0.37.0'],
];

/** Where the source of an app comes from and how it is built. */
export const sourceCommands = [
  ...entries('git', git),
  ...entries('repo', repo),
  ...entries('registry', registry),
  ...entries('buildpacks', buildpacks),
  ...entries('builder', [report('builder', '0.23.1'), set('builder')]),
  ...builders.flatMap(([plugin, since]) => {
    const facts = since === undefined ? {} : { since };
    return entries(plugin, [report(plugin, '0.38.0', facts), set(plugin, facts)]);
  }),
];
