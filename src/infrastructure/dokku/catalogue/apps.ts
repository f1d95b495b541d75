import { entries, type Row, report, set } from './entry.ts';

const apps: readonly Row[] = [
  ['apps', 'read', 'List the apps (an old name of apps:list)', { output: 'lines' }],
  [
    'apps:clone [--skip-deploy] [--ignore-existing] <old-app> <new-app>',
    'reversible',
    'Copy an app with its settings and its config',
    { longRunning: true },
  ],
  ['apps:create <app>', 'reversible', 'Create an empty app', { longRunning: true }],
  [
    'apps:destroy [--force] <app>',
    'destructive',
    'Remove an app with its settings, config and images',
    { longRunning: true },
  ],
  [
    'apps:exists <app>',
    'read',
    'Tell by the exit code whether an app exists',
    { output: 'none', answers: { 20: 'the app does not exist' } },
  ],
  ['apps:list [--format stdout|json]', 'read', 'List the apps', { output: 'lines', jsonSince: '0.38.21' }],
  ['apps:lock <app>', 'reversible', 'Put a lock mark on an app; it does not stop deploys'],
  [
    'apps:locked <app>',
    'read',
    'Tell whether an app has a lock mark',
    { answers: { 1: 'there is no lock' } },
  ],
  [
    'apps:rename [--skip-deploy] <old-app> <new-app>',
    'disruptive',
    'Rename an app and redeploy it',
    { longRunning: true },
  ],
  report('apps', '0.23.1'),
  set('apps', { since: '0.38.0' }),
  ['apps:unlock <app>', 'disruptive', 'Remove the lock mark of an app, also while a deploy runs'],
];

const appJson: readonly Row[] = [report('app-json', '0.23.1'), set('app-json')];

const builds: readonly Row[] = [
  ['builds:cancel <app>', 'disruptive', 'Stop the running build or deploy of an app', { since: '0.38.0' }],
  [
    'builds:info <app> <build> [--format stdout|json]',
    'read',
    'Show one build record',
    { since: '0.38.0', jsonSince: '0.38.0', output: 'report' },
  ],
  [
    'builds:list [<app>] [--format stdout|json] [--kind build|deploy] [--status running|succeeded|failed|canceled|abandoned]',
    'read',
    'List the build records of an app, or what runs on the host',
    { since: '0.38.0', jsonSince: '0.38.0' },
  ],
  [
    'builds:output <app> [<build>]',
    'read',
    'Show the output of a build; follows one that runs',
    { since: '0.38.0', longRunning: true, output: 'stream' },
  ],
  [
    'builds:prune (<app>|--all-apps)',
    'destructive',
    'Delete build records beyond the retention',
    { since: '0.38.0' },
  ],
  report('builds', '0.38.0', { since: '0.38.0' }),
  set('builds', { since: '0.38.0' }),
];

const standard: readonly Row[] = [
  ['cleanup [<app>]', 'disruptive', 'Remove stopped containers and dangling images', { longRunning: true }],
  [
    'deploy <app> [<image-tag>] [<process>]',
    'disruptive',
    'Deploy an image that is already built',
    { longRunning: true, refused: 'Dokku uses it internally: use ps:restart or ps:rebuild' },
  ],
  ['help [--all]', 'read', 'List the commands'],
  [
    'report [<app>|--all]',
    'read',
    'Show memory, disks, versions and plugins of the host, or every report of an app',
    { longRunning: true },
  ],
  ['urls <app>', 'read', 'Show the URLs of an app', { output: 'lines' }],
  ['version', 'read', 'Show the version of Dokku'],
];

const url: readonly Row[] = [['url <app>', 'read', 'Show the first URL of an app', { output: 'lines' }]];

/** Apps, their builds and what Dokku offers without a plugin name. */
export const appCommands = [
  ...entries('apps', apps),
  ...entries('app-json', appJson),
  ...entries('builds', builds),
  ...entries('core', standard),
  ...entries('url', url),
];
