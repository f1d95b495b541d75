import { entries, type Row, report, set } from './entry.ts';

const config: readonly Row[] = [
  ['config (<app>|--global)', 'read-secret', 'Show all variables (an old name of config:show)'],
  ['config:bundle [--merged] (<app>|--global)', 'read-secret', 'Send all variables as a tar file'],
  [
    'config:clear [--no-restart] (<app>|--global)',
    'destructive',
    'Remove all variables and restart',
    { longRunning: true },
  ],
  [
    'config:export [--format exports|envfile|docker-args|docker-args-keys|shell|pretty|json|json-list|pack-keys] [--merged] (<app>|--global)',
    'read-secret',
    'Show all variables in a format that programs read',
    { jsonSince: '0.28.0' },
  ],
  [
    'config:get [--quoted] (<app>|--global) <key>',
    'read-secret',
    'Show one variable',
    { exitCodes: { 1: 'the variable is not set' } },
  ],
  [
    'config:import [--format envfile|json] [--no-restart] [--replace] (<app>|--global) [-]',
    'disruptive',
    'Set the variables that are sent on standard input and restart',
    { since: '0.37.0', longRunning: true, secretOutput: true, stdin: true },
  ],
  ['config:keys [--merged] (<app>|--global)', 'read', 'List the names of the variables', { output: 'lines' }],
  [
    'config:set [--encoded] [--no-restart] (<app>|--global) <key=value>...',
    'disruptive',
    'Set variables and restart',
    { longRunning: true, secretOutput: true },
  ],
  ['config:show [--merged] (<app>|--global)', 'read-secret', 'Show all variables'],
  [
    'config:unset [--no-restart] (<app>|--global) <key>...',
    'disruptive',
    'Remove variables and restart',
    { longRunning: true },
  ],
];

const dockerOptions: readonly Row[] = [
  [
    'docker-options:add [--process <process>]... <app> <phases> <option>...',
    'reversible',
    'Add a docker option for the next deploy',
  ],
  [
    'docker-options:clear [--process <process>]... <app> [<phases>]',
    'reversible',
    'Remove all docker options, or those of some phases',
  ],
  [
    'docker-options:list <app> --phase build|deploy|run [--process <process>]',
    'read',
    'List the docker options of a phase',
    { since: '0.38.0', output: 'lines' },
  ],
  [
    'docker-options:remove [--process <process>]... <app> <phases> <option>...',
    'reversible',
    'Remove a docker option',
  ],
  report('docker-options', '0.38.0'),
];

const amounts =
  '[--cpu <amount>] [--memory <amount>] [--memory-swap <amount>] [--network <amount>] [--network-ingress <amount>] [--network-egress <amount>] [--nvidia-gpu <amount>]';

const resource: readonly Row[] = [
  [
    `resource:limit [--process-type <process>] ${amounts} <app>`,
    'reversible',
    'Limit the resources of an app from the next deploy on; without an amount it shows them',
  ],
  ['resource:limit-clear [--process-type <process>] <app>', 'reversible', 'Remove the limits of an app'],
  report('resource', '0.23.1'),
  [
    `resource:reserve [--process-type <process>] ${amounts} <app>`,
    'reversible',
    'Reserve resources for an app from the next deploy on; without an amount it shows them',
  ],
  [
    'resource:reserve-clear [--process-type <process>] <app>',
    'reversible',
    'Remove the reservations of an app',
  ],
];

const checks: readonly Row[] = [
  [
    'checks:disable <app> [<processes>]',
    'reversible',
    'Deploy without health checks, stopping the old containers first: every deploy has downtime',
  ],
  [
    'checks:enable <app> [<processes>]',
    'reversible',
    'Deploy with health checks and without downtime',
    { longRunning: true },
  ],
  report('checks', '0.38.0'),
  [
    'checks:run <app> [<processes>]',
    'reversible',
    'Run the health checks against the containers that run',
    { longRunning: true },
  ],
  set('checks', { since: '0.29.0' }),
  ['checks:skip <app> [<processes>]', 'reversible', 'Deploy without waiting for health checks'],
];

const network: readonly Row[] = [
  ['network:create <network>', 'reversible', 'Create a docker network'],
  ['network:destroy [--force] <network>', 'destructive', 'Remove a docker network'],
  ['network:exists <network>', 'read', 'Tell by the exit code whether a network exists'],
  [
    'network:info <network> [--format text|json]',
    'read',
    'Show one network',
    { output: 'report', jsonSince: '0.35.3' },
  ],
  [
    'network:list [--format text|json] [--dokku-managed]',
    'read',
    'List the docker networks',
    { output: 'lines', jsonSince: '0.35.3' },
  ],
  [
    'network:rebuild <app>',
    'reversible',
    'Write the network settings of an app again',
    { longRunning: true },
  ],
  ['network:rebuildall', 'reversible', 'Write the network settings of all apps again', { longRunning: true }],
  report('network', '0.23.1'),
  [
    'network:set (<app>|--global) <property> [<value>...]',
    'reversible',
    'Set a network property, or clear it when no value is given',
  ],
];

const storage: readonly Row[] = [
  [
    'storage:annotations:report [<entry>] [--format stdout|json] [--<property>]',
    'read',
    'Show the annotations of storage entries',
    { since: '0.38.27', jsonSince: '0.38.27', output: 'report' },
  ],
  [
    'storage:annotations:set <entry> <property> [<value>]',
    'reversible',
    'Set or clear an annotation of a storage entry',
    { since: '0.38.27' },
  ],
  [
    'storage:create [--scheduler docker-local|k3s] [--size <size>] [--access-mode <mode>] [--storage-class-name <class>] [--namespace <namespace>] [--chown <option>] [--mode <mode>] [--reclaim-policy Retain|Delete] [--annotation <annotation>]... [--label <label>]... <entry> [<path>]',
    'reversible',
    'Create a named storage entry',
    { since: '0.38.0' },
  ],
  [
    'storage:destroy [--force] [--destroy-host-dir] <entry>',
    'destructive',
    'Remove a named storage entry',
    { since: '0.38.0' },
  ],
  [
    'storage:ensure-directory [--chown herokuish|heroku|paketo|root|false] <directory>',
    'reversible',
    'Create a directory to mount (storage:create replaces it)',
  ],
  [
    'storage:exec [--image <image>] [--as-user <number>] <entry> -- <word>...',
    'disruptive',
    'Run a command in a container that mounts a storage entry',
    { since: '0.38.0', longRunning: true },
  ],
  [
    'storage:info <entry> [--format text|json]',
    'read',
    'Show one storage entry',
    { since: '0.38.0', jsonSince: '0.38.0', output: 'report' },
  ],
  [
    'storage:labels:report [<entry>] [--format stdout|json] [--<property>]',
    'read',
    'Show the labels of storage entries',
    { since: '0.38.27', jsonSince: '0.38.27', output: 'report' },
  ],
  [
    'storage:labels:set <entry> <property> [<value>]',
    'reversible',
    'Set or clear a label of a storage entry',
    { since: '0.38.27' },
  ],
  [
    'storage:list <app> [--format text|json]',
    'read',
    'List the mounts of an app',
    { output: 'lines', jsonSince: '0.29.3' },
  ],
  [
    'storage:list-entries [--scheduler docker-local|k3s] [--format text|json]',
    'read',
    'List the named storage entries',
    { since: '0.38.0', jsonSince: '0.38.0' },
  ],
  [
    'storage:migrate (<app>|--all)',
    'disruptive',
    'Turn mounts of the old kind into attachments',
    { since: '0.38.0' },
  ],
  [
    'storage:mount [--container-dir <directory>] [--phase deploy|run]... [--process-type <process>] [--volume-subpath <path>] [--volume-readonly] [--volume-chown <option>] [--volume-options <options>] <app> <mount>',
    'reversible',
    'Mount a directory or a storage entry from the next deploy on',
  ],
  report('storage', '0.37.5'),
  [
    'storage:set <entry> <property> [<value>]',
    'reversible',
    'Set a property of a storage entry, or clear it when no value is given',
    { since: '0.38.0' },
  ],
  [
    'storage:unmount [--container-dir <directory>] <app> <mount>',
    'disruptive',
    'Remove a mount; from the next deploy on the app does not see its files',
  ],
  [
    'storage:wait <entry>',
    'reversible',
    'Wait until the volume of a storage entry is bound (k3s)',
    { since: '0.38.0', longRunning: true },
  ],
];

/** What an app is given: variables, options, limits, checks, networks and files. */
export const settingCommands = [
  ...entries('config', config),
  ...entries('docker-options', dockerOptions),
  ...entries('resource', resource),
  ...entries('checks', checks),
  ...entries('network', network),
  ...entries('storage', storage),
];
