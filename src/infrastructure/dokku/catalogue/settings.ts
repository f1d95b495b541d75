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
    { answers: { 1: 'the variable is not set' } },
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

/** What an app is given: variables, options, limits and checks. */
export const settingCommands = [
  ...entries('config', config),
  ...entries('docker-options', dockerOptions),
  ...entries('resource', resource),
  ...entries('checks', checks),
];
