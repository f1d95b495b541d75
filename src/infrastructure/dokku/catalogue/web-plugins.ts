import { entries, type Row } from './entry.ts';

/*
 * The official plugins around the proxy: letsencrypt 0.25.1, maintenance 0.10.1, http-auth 0.10.0, redirect 0.9.1. A host
 * has them or not; without one Dokku does not know its commands, which comes back as UNSUPPORTED with the way to install it.
 */

const letsencrypt: readonly Row[] = [
  ['letsencrypt:active <app>', 'read', "Tell whether an app has a certificate of Let's Encrypt"],
  [
    'letsencrypt:auto-renew [<app>]',
    'reversible',
    "Renew the certificates of Let's Encrypt that end soon",
    { longRunning: true },
  ],
  ['letsencrypt:cleanup <app>', 'disruptive', "Remove old files of Let's Encrypt of an app"],
  [
    'letsencrypt:cron-job [--add|--remove]',
    'read',
    'Show whether certificates are renewed daily; --add and --remove change it',
  ],
  [
    'letsencrypt:disable <app>',
    'destructive',
    'Remove the certificate of an app, whoever issued it',
    { longRunning: true },
  ],
  [
    // Its --force cannot be sent: Dokku takes that word for its own flag, and nothing tells that the plugin sees it.
    'letsencrypt:enable (<app>|--all)',
    'reversible',
    "Get or renew a certificate from Let's Encrypt (TLS, HTTPS) for all domains of an app",
    { longRunning: true },
  ],
  ['letsencrypt:list', 'read', "List the apps with certificates of Let's Encrypt and when these end"],
  [
    'letsencrypt:report [<app>|--global] [--format stdout|json] [--<property>]',
    'read-secret',
    "Show the settings of Let's Encrypt, keys of DNS providers among them",
    { output: 'report', jsonSince: '0.34.0', answers: { 1: 'the value is not set' } },
  ],
  [
    'letsencrypt:revoke <app>',
    'destructive',
    "Revoke the certificate of Let's Encrypt of an app",
    { longRunning: true },
  ],
  [
    'letsencrypt:set (<app>|--global) <property> [<value>]',
    'reversible',
    "Set or clear a property of Let's Encrypt: email, server, graceperiod, dns-provider, dns-provider-KEY",
    { secretOutput: true },
  ],
];

const maintenance: readonly Row[] = [
  [
    'maintenance:custom-page <app>',
    'reversible',
    'Take the maintenance page of an app from a tar file on standard input (maintenance.html)',
    { stdin: true, exitCodes: { 2: 'no usable tar file came' } },
  ],
  ['maintenance:custom-page-export <app>', 'read', 'Send the maintenance page of an app as a tar file'],
  ['maintenance:custom-page-remove <app>', 'disruptive', 'Go back to the ordinary maintenance page'],
  ['maintenance:disable <app>', 'reversible', 'Serve an app again instead of its maintenance page'],
  [
    'maintenance:enable <app>',
    'disruptive',
    'Show a maintenance page instead of an app; it stays over restarts and deploys',
  ],
  [
    'maintenance:report [<app>|--global] [--format stdout|json] [--<property>]',
    'read',
    'Show which apps show their maintenance page',
    { output: 'report', jsonSince: '0.34.0', answers: { 1: 'the value is not set' } },
  ],
];

const httpAuth: readonly Row[] = [
  [
    'http-auth:add-allowed-ip <app> <allowed-address>',
    'disruptive',
    'Let an address in without a password; this switches the protection on for everybody else',
  ],
  [
    'http-auth:add-user <app> <user> <password>',
    'reversible',
    'Let a user in; overwrites the password of a user that exists',
  ],
  ['http-auth:disable <app>', 'disruptive', 'Serve an app to everybody, without a password'],
  [
    'http-auth:enable <app> [<user>] [<password>]',
    'disruptive',
    'Ask for a user and a password (basic auth) before an app. Without a user before, disable and enable once more: the first time protects nothing',
  ],
  [
    'http-auth:remove-allowed-ip <app> <stored-address>',
    'reversible',
    'Ask an address for the password too; the protection stays on',
  ],
  ['http-auth:remove-user <app> <stored-user>', 'disruptive', 'Let a user in no longer'],
  ['http-auth:report [<app>] [--<property>]', 'read', 'Show which apps ask for a password, and the users'],
  ['http-auth:show-config <app>', 'read', 'Show the nginx configuration of the password protection'],
];

const redirect: readonly Row[] = [
  ['redirect <app>', 'read', 'List the redirects of an app'],
  [
    'redirect:set <app> <source-domain> <dest-domain> [301|302|303|307|308]',
    'reversible',
    'Redirect one domain to another, as www to the bare name',
    { longRunning: true },
  ],
  ['redirect:unset <app> <stored-domain>', 'disruptive', 'Remove a redirect', { longRunning: true }],
];

export const webPluginCommands = [
  ...entries('letsencrypt', letsencrypt),
  ...entries('maintenance', maintenance),
  ...entries('http-auth', httpAuth),
  ...entries('redirect', redirect),
];
