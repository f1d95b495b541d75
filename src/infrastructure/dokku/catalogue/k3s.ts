import { asRoot, entries, type Row, report, set } from './entry.ts';

const scope = '[--process-type <process>] [--resource-type <resource>]';
const target = '[--process-type <process>] --resource-type <resource>';
const node =
  '[--role server|worker] [--insecure-allow-unknown-hosts] [--taint-scheduling] [--kubelet-args <argument>]...';

const k3s: readonly Row[] = [
  [
    `scheduler-k3s:annotations:report [<app>|--global] [--format stdout|json] ${scope}`,
    'read',
    'Show the annotations of an app',
    { since: '0.38.14', jsonSince: '0.38.14', output: 'report' },
  ],
  [
    `scheduler-k3s:annotations:set ${target} (<app>|--global) <property> [<value>]`,
    'reversible',
    'Set or clear an annotation',
    { since: '0.33.8' },
  ],
  [
    'scheduler-k3s:autoscaling-auth:report [<app>|--global] [--format stdout|json] [--include-metadata]',
    'read',
    'Show the credentials that autoscaling triggers use; --include-metadata shows their values',
    { since: '0.33.8', jsonSince: '0.33.8', output: 'report' },
  ],
  [
    'scheduler-k3s:autoscaling-auth:set [--metadata <key=value>]... (<app>|--global) <trigger>',
    'reversible',
    'Set or clear the credentials of an autoscaling trigger',
    { since: '0.33.8' },
  ],
  [
    'scheduler-k3s:charts:report [<chart>] [--format stdout|json]',
    'read',
    'Show the values set for charts',
    { since: '0.38.14', jsonSince: '0.38.14', output: 'report' },
  ],
  [
    'scheduler-k3s:charts:set <property> [<value>]',
    'reversible',
    'Set or clear a value of a chart',
    { since: '0.38.14' },
  ],
  [
    `scheduler-k3s:cluster:add [--profile <profile>] [--server-ip <address>] ${node} <ssh-url>`,
    'disruptive',
    'Add a node to the cluster',
    { since: '0.37.0', longRunning: true },
  ],
  [
    'scheduler-k3s:cluster:list [--format stdout|json]',
    'read',
    'List the nodes of the cluster',
    { since: '0.37.0', jsonSince: '0.37.0' },
  ],
  [
    'scheduler-k3s:cluster:remove <node>',
    'destructive',
    'Remove a node from the cluster',
    { since: '0.37.0', longRunning: true },
  ],
  [
    'scheduler-k3s:ensure-charts [--force] [--charts <charts>]',
    'disruptive',
    'Install the charts that Dokku needs',
    { since: '0.35.11', longRunning: true },
  ],
  [
    'scheduler-k3s:initialize [--server-ip <address>] [--ingress-class <class>] [--taint-scheduling] [--kubelet-args <argument>]...',
    'disruptive',
    'Set up a cluster',
    { ...asRoot, since: '0.33.0', longRunning: true },
  ],
  [
    `scheduler-k3s:labels:report [<app>|--global] [--format stdout|json] ${scope}`,
    'read',
    'Show the labels of an app',
    { since: '0.38.14', jsonSince: '0.38.14', output: 'report' },
  ],
  [
    `scheduler-k3s:labels:set ${target} (<app>|--global) <property> [<value>]`,
    'reversible',
    'Set or clear a label',
    { since: '0.33.8' },
  ],
  [
    'scheduler-k3s:node-sysctls:report [--format stdout|json]',
    'read',
    'Show the kernel settings of the nodes',
    { since: '0.38.26', jsonSince: '0.38.26', output: 'report' },
  ],
  [
    'scheduler-k3s:node-sysctls:set [--global|--profile <profile>] <property> [<value>]',
    'disruptive',
    'Set or clear a kernel setting of the nodes',
    { since: '0.38.26' },
  ],
  [
    'scheduler-k3s:preview <app> [--context <number>] [--show-secrets] [--show-secrets-decoded]',
    'read',
    'Show what the next deploy would change',
    { since: '0.38.17', longRunning: true },
  ],
  [`scheduler-k3s:profiles:add ${node} <profile>`, 'reversible', 'Add a node profile', { since: '0.37.0' }],
  [
    'scheduler-k3s:profiles:list [--format stdout|json]',
    'read',
    'List the node profiles',
    { since: '0.37.0', jsonSince: '0.37.0' },
  ],
  ['scheduler-k3s:profiles:remove <profile>', 'destructive', 'Remove a node profile', { since: '0.37.0' }],
  report('scheduler-k3s', '0.33.0', { since: '0.33.0', secretOutput: true }),
  set('scheduler-k3s', { since: '0.33.0' }),
  [
    'scheduler-k3s:show-kubeconfig',
    'read-secret',
    'Show the credentials of the cluster administrator',
    { since: '0.33.0', refused: 'It prints the key to the whole cluster: run it on the host itself' },
  ],
  [
    'scheduler-k3s:uninstall',
    'destructive',
    'Remove the cluster from the host',
    { ...asRoot, since: '0.33.0', longRunning: true },
  ],
];

/** Kubernetes (k3s) as the scheduler. */
export const k3sCommands = entries('scheduler-k3s', k3s);
