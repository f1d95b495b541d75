import { entries, type Row, report } from './entry.ts';

const network: readonly Row[] = [
  ['network:create <network>', 'reversible', 'Create a docker network'],
  ['network:destroy [--force] <network>', 'destructive', 'Remove a docker network'],
  [
    'network:exists <network>',
    'read',
    'Tell by the exit code whether a network exists',
    { answers: { 1: 'the network does not exist' } },
  ],
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

/** Docker networks and the files that outlive a container. */
export const storageCommands = [...entries('network', network), ...entries('storage', storage)];
