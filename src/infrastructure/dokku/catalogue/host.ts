import { asRoot, entries, type Row, report, set } from './entry.ts';

const events: readonly Row[] = [
  ['events [-t]', 'read', 'Show the last events; -t follows them', { longRunning: true, output: 'stream' }],
  ['events:list', 'read', 'List the events that are logged', { output: 'lines' }],
  ['events:off', 'reversible', 'Stop logging events'],
  ['events:on', 'reversible', 'Log events'],
];

const sshKeys: readonly Row[] = [
  [
    'ssh-keys:add <name> [<path>]',
    'reversible',
    'Add a public key that may command Dokku',
    { ...asRoot, stdin: true },
  ],
  [
    'ssh-keys:list [--format text|json] [<name>]',
    'read',
    'List the public keys that may command Dokku',
    { jsonSince: '0.22.3' },
  ],
  ['ssh-keys:remove (<name>|--fingerprint <fingerprint>)', 'destructive', 'Remove a public key', asRoot],
];

const plugin: readonly Row[] = [
  ['plugin:disable <name>', 'disruptive', 'Disable a plugin', asRoot],
  ['plugin:enable <name>', 'reversible', 'Enable a plugin', asRoot],
  [
    'plugin:install [--core] [--committish <committish>] [--name <name>] [--skip-install-trigger] [<git-url>]',
    'disruptive',
    'Install a plugin',
    { ...asRoot, longRunning: true },
  ],
  [
    'plugin:install-dependencies [--core]',
    'disruptive',
    'Install what the plugins need',
    { ...asRoot, longRunning: true },
  ],
  ['plugin:installed <name>', 'read', 'Tell whether a plugin is installed', asRoot],
  [
    'plugin:list [--format stdout|json]',
    'read',
    'List the plugins with their versions',
    { jsonSince: '0.38.22' },
  ],
  ['plugin:trigger <word>...', 'disruptive', 'Call a hook of the plugins', asRoot],
  ['plugin:uninstall <name>', 'destructive', 'Remove a plugin', asRoot],
  ['plugin:update [<name>] [<committish>]', 'disruptive', 'Update plugins', { ...asRoot, longRunning: true }],
];

const shell: readonly Row[] = [
  [
    'shell',
    'disruptive',
    'A prompt for Dokku commands',
    { refused: 'It needs a terminal: send the commands one by one' },
  ],
];

const trace: readonly Row[] = [
  ['trace:off', 'reversible', 'Stop tracing every command'],
  [
    'trace:on',
    'disruptive',
    'Trace every command of everybody',
    { refused: 'It writes secrets into the output of every later command of everybody' },
  ],
];

const scheduler: readonly Row[] = [report('scheduler', '0.23.1'), set('scheduler')];

const dockerLocal: readonly Row[] = [
  report('scheduler-docker-local', '0.38.0'),
  set('scheduler-docker-local'),
];

/** The host itself: events, keys, plugins, schedulers. */
export const hostCommands = [
  ...entries('events', events),
  ...entries('ssh-keys', sshKeys),
  ...entries('plugin', plugin),
  ...entries('shell', shell),
  ...entries('trace', trace),
  ...entries('scheduler', scheduler),
  ...entries('scheduler-docker-local', dockerLocal),
];
