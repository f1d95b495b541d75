import type { CommandInfo } from '../../../application/ports.ts';
import { datastoreOf, officialDatastores } from '../../../domain/service/database.ts';
import { entries, type Facts, innerExit, type Row } from './entry.ts';

/** A command of every data service: `X` stands for the plugin. The flags come after what has to be given. */
type Shape = readonly [usage: string, effect: Row[1], description: string, facts?: Facts];

const container =
  '[--image <image>] [--image-version <image-version>] [--custom-env <custom-env>] [--config-options <server-options>] [--shm-size <size>] [--initial-network <network>] [--post-create-network <networks>] [--post-start-network <networks>]';
const made = `${container} [--memory <number>] [--password <password>] [--root-password <password>]`;
const prints: Facts = { secretOutput: true };
const slow: Facts = { secretOutput: true, longRunning: true };

/** What all these plugins have (postgres 1.48.0, redis 1.43.0: recorded; mysql, mongo, rabbitmq: read). */
const shape: readonly Shape[] = [
  ['app-links <app>', 'read', 'List the X services that an app is linked to', { output: 'lines' }],
  ['clone <service> <new-service> MADE', 'reversible', 'Copy a X service with its data into a new one', slow],
  ['create <service> MADE', 'reversible', 'Create a X service', slow],
  ['destroy <service> [--force]', 'destructive', 'Remove a X service with its data; refused while linked'],
  [
    'enter <service> <word>...',
    'disruptive',
    'Run a command in the container of a X service',
    { exitCodes: innerExit, longRunning: true },
  ],
  [
    'exists <service>',
    'read',
    'Tell by the exit code whether a X service exists',
    { answers: { 1: 'it does not exist' } },
  ],
  [
    'expose <service> [<address-port>...]',
    'disruptive',
    'Open a port of the host to a X service, on every address unless one is given',
    prints,
  ],
  ['info <service> INFO', 'read-secret', 'Show a X service; without a flag also its password'],
  [
    'link <service> <app> [--alias <alias>] [--querystring <querystring>] [--no-restart]',
    'disruptive',
    'Link a X service to an app, which is deployed again with a new variable',
    slow,
  ],
  [
    'linked <service> <app>',
    'read',
    'Tell by the exit code whether the variables of an app hold the address of a X service',
    { answers: { 1: 'it is not linked' } },
  ],
  ['links <service>', 'read', 'List the apps that a X service is linked to', { output: 'lines' }],
  ['list', 'read', 'List the X services', { output: 'lines' }],
  ['logs <service> [--num <number>]', 'read', 'Show the log of a X service'],
  ['pause <service>', 'disruptive', 'Stop a X service and keep its container'],
  [
    'promote <service> <app>',
    'disruptive',
    'Make a linked X service the main one of an app, which is deployed again',
    slow,
  ],
  ['restart <service>', 'disruptive', 'Restart a X service; linked apps are not restarted', slow],
  [
    'set <service> initial-network|post-create-network|post-start-network [<networks>]',
    'reversible',
    'Set a network of a X service, or clear it when no value is given',
  ],
  ['start <service>', 'reversible', 'Start a X service', slow],
  ['stop <service>', 'disruptive', 'Stop a X service and remove its container; the data stays'],
  ['unexpose <service>', 'disruptive', 'Close the ports that expose opened'],
  [
    'unlink <service> <app> [--no-restart]',
    'disruptive',
    'Take a X service from an app, which is deployed again without the variable',
    slow,
  ],
  [
    'upgrade <service> CONTAINER',
    'disruptive',
    'Run a X service on another image or version; the new version is stored before it is tried',
    slow,
  ],
];

/** Only where the plugin can move data. */
const dataShape: readonly Shape[] = [
  [
    'backup <service> <bucket> [--use-iam]',
    'reversible',
    'Back a X service up to a bucket of S3',
    { longRunning: true },
  ],
  [
    'backup-auth <service> <access-key-id> <password> [<region>] [<signature-version>] [<endpoint-url>]',
    'reversible',
    'Store the credentials for backups of a X service',
  ],
  ['backup-deauth <service>', 'reversible', 'Remove the credentials for backups of a X service'],
  [
    'backup-schedule <service> <schedule> <bucket> [--use-iam]',
    'reversible',
    'Back a X service up at regular times',
  ],
  ['backup-schedule-cat <service>', 'read', 'Show when a X service is backed up'],
  [
    'backup-set-encryption <service> <password>',
    'reversible',
    'Encrypt backups of a X service with a passphrase',
  ],
  [
    'backup-set-public-key-encryption <service> <public-key-id>',
    'reversible',
    'Encrypt backups of a X service for a public key',
  ],
  ['backup-unschedule <service>', 'reversible', 'Stop the regular backups of a X service'],
  [
    'backup-unset-encryption <service>',
    'reversible',
    'Stop encrypting backups of a X service with a passphrase',
  ],
  [
    'backup-unset-public-key-encryption <service>',
    'reversible',
    'Stop encrypting backups of a X service for a public key',
  ],
  [
    'connect <service>',
    'destructive',
    'Hand standard input to the client program of a X service (SQL, commands)',
    { stdin: true, longRunning: true },
  ],
  [
    'export <service>',
    'read-secret',
    'Write a dump of a X service to standard output',
    { longRunning: true },
  ],
  [
    'import <service>',
    'destructive',
    'Load a dump from standard input into a X service, over what it holds',
    { stdin: true, longRunning: true },
  ],
];

const infoFlags = [
  ...['config-dir', 'config-options', 'data-dir', 'dsn', 'exposed-ports', 'id', 'internal-ip'],
  ...['initial-network', 'links', 'post-create-network', 'post-start-network', 'service-root', 'status'],
];

/** The commands of one plugin of data services. */
export function datastoreCommands(type: string): CommandInfo[] {
  const shapes = datastoreOf(type).movesData ? [...shape, ...dataShape] : shape;
  const words: readonly (readonly [string, string])[] = [
    ['MADE', made],
    ['CONTAINER', container],
    ['INFO', infoFlags.map((flag) => `[--${flag}]`).join(' ')],
  ];
  const rows = shapes.map(([usage, effect, description, facts = {}]): Row => {
    const whole = words.reduce((text, [word, value]) => text.replace(word, value), usage);
    return [`${type}:${whole}`, effect, description.replace('a X', `a ${type}`).replace('X', type), facts];
  });
  const admin: Row = [
    `${type}:connect-admin <service>`,
    'destructive',
    `Hand standard input to the client program of a ${type} service, as its administrator`,
    { stdin: true, longRunning: true },
  ];
  return entries(type, type === 'mongo' ? [...rows, admin] : rows);
}

/** The verbs of the shape, by which a command of a plugin that is not known yet is recognised. */
export const datastoreVerbs: ReadonlySet<string> = new Set(
  [...shape, ...dataShape].map(([usage]) => usage.split(' ', 1)[0] ?? usage),
);

/** The commands of every official plugin of data services. */
export const serviceCommands: readonly CommandInfo[] = officialDatastores.flatMap(datastoreCommands);
