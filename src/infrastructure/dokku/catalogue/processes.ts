import { entries, innerExit, type Row, report, set } from './entry.ts';

const ps: readonly Row[] = [
  [
    'ps:inspect <app>',
    'read-secret',
    "Show docker's inspection of the containers of an app; values of DOKKU_* variables are shown",
    { output: 'json', exitCodes: { 1: 'the app has no containers' } },
  ],
  [
    'ps:rebuild [--parallel <number>] (<app>|--all)',
    'disruptive',
    'Build and deploy an app again from its source',
    { longRunning: true },
  ],
  report('ps', '0.23.1'),
  [
    'ps:restart [--parallel <number>] (<app>|--all) [<process>]',
    'disruptive',
    'Restart an app or one of its processes',
    { longRunning: true },
  ],
  [
    'ps:restore [--parallel <number>] [<app>|--all]',
    'disruptive',
    'Start the apps that ran before a reboot',
    { longRunning: true },
  ],
  [
    'ps:retire [<app>]',
    'disruptive',
    'Remove old containers and images now',
    { longRunning: true, exitCodes: { 137: 'another retirement runs' } },
  ],
  [
    'ps:scale [--skip-deploy] [--format stdout|json] <app> [<process=count>...]',
    'disruptive',
    'Show how many instances of each process run, or change that',
    { longRunning: true, jsonSince: '0.38.21' },
  ],
  set('ps'),
  [
    'ps:start [--parallel <number>] (<app>|--all)',
    'disruptive',
    'Start an app, with its release tasks',
    { longRunning: true },
  ],
  [
    'ps:stop [--parallel <number>] (<app>|--all)',
    'disruptive',
    'Stop an app; it stays down over reboots',
    { longRunning: true },
  ],
];

const run: readonly Row[] = [
  [
    'run [--env <key=value>]... [--no-tty] [--ttl-seconds <number>] <app> <word>...',
    'disruptive',
    'Run a command in a new container of an app',
    { longRunning: true, exitCodes: innerExit },
  ],
  [
    'run:detached [--env <key=value>]... [--no-tty] [--ttl-seconds <number>] <app> <word>...',
    'disruptive',
    'Run a command in a new container of an app and do not wait for it',
  ],
  [
    'run:list [--format stdout|json] <app>',
    'read',
    'List the containers that run started',
    { jsonSince: '0.29.0' },
  ],
  [
    'run:logs [--num <number>] [--tail] [--quiet] (<app>|--container <container>)',
    'read',
    'Show the output of containers that run started',
    { since: '0.29.0', longRunning: true, output: 'stream' },
  ],
  ['run:retire [<app>]', 'disruptive', 'Stop the containers that have run for too long', { since: '0.37.0' }],
  [
    'run:stop (<app>|--container <container>)',
    'disruptive',
    'Stop containers that run started',
    { since: '0.29.0' },
  ],
];

const enter: readonly Row[] = [
  [
    'enter <app> [<process>|--container-id <container>] -- <word>...',
    'disruptive',
    'Run a command in a container that runs',
    { longRunning: true, exitCodes: innerExit },
  ],
];

const cron: readonly Row[] = [
  [
    'cron:list (<app>|--global) [--format stdout|json]',
    'read',
    'List the scheduled tasks of an app',
    { jsonSince: '0.31.0' },
  ],
  report('cron', '0.23.1'),
  ['cron:resume <app> <cron-id>', 'reversible', 'Let a suspended task run again', { since: '0.37.0' }],
  [
    'cron:run <app> <cron-id> [--detach] [--ttl-seconds <number>]',
    'disruptive',
    'Run a scheduled task now',
    { since: '0.31.0', longRunning: true, exitCodes: innerExit },
  ],
  set('cron', { since: '0.33.8' }),
  ['cron:suspend <app> <cron-id>', 'reversible', 'Keep a task from running', { since: '0.37.0' }],
];

const logs: readonly Row[] = [
  [
    'logs [--tail] [--num <number>] [--quiet] [--ps <process>] <app>',
    'read',
    'Show the output of an app',
    { longRunning: true, output: 'stream' },
  ],
  ['logs:failed (<app>|--all)', 'read', 'Show the output of containers that failed in a deploy'],
  report('logs', '0.23.1', { secretOutput: true }),
  set('logs'),
  [
    'logs:vector-logs [--num <number>] [--tail]',
    'read',
    'Show the log of the log shipper',
    { longRunning: true, output: 'stream' },
  ],
  [
    'logs:vector-start [--vector-image <image>]',
    'reversible',
    'Start the log shipper',
    { longRunning: true },
  ],
  ['logs:vector-stop', 'disruptive', 'Stop the log shipper'],
];

/** What runs: processes, one-off commands, scheduled tasks and their output. */
export const processCommands = [
  ...entries('ps', ps),
  ...entries('run', run),
  ...entries('enter', enter),
  ...entries('cron', cron),
  ...entries('logs', logs),
];
