import type { Installable } from '../../installed.ts';
import { shellHelp } from '../help.ts';
import { active, cleanup, cronJob, disable, enableCommand, list, set } from './commands.ts';
import { autoRenew } from './renew.ts';
import { report, reportWithoutSecrets } from './report.ts';
import { revoke } from './revoke.ts';

const description = 'Manage the letsencrypt integration';
const help = shellHelp('letsencrypt', description, [
  'letsencrypt:active <app>, Verify if letsencrypt is active for an app',
  'letsencrypt:auto-renew [<app>], Auto-renew app if renewal is necessary',
  'letsencrypt:cleanup <app>, Remove stale certificate directories for app',
  'letsencrypt:cron-job [--add|--remove], Add, remove, or display the status of the auto-renewal cron job.',
  'letsencrypt:disable <app>, Disable letsencrypt for an app',
  'letsencrypt:enable <app> [--force], Enable or renew letsencrypt for an app (skipped when a valid certificate already exists unless --force is set)',
  'letsencrypt:help, Display letsencrypt help',
  'letsencrypt:list, List letsencrypt-secured apps with certificate expiry times',
  'letsencrypt:report [<app>|--global] [<flag>] [--format json], Display a letsencrypt report for one or more apps',
  'letsencrypt:revoke <app>, Revoke letsencrypt certificate for app',
  'letsencrypt:set <app> <property> (<value>), Set or clear a letsencrypt property for an app',
]);

/** dokku-letsencrypt 0.25.1: certificates from an ACME server, through lego. */
export const letsencrypt: Installable = {
  plugin: {
    name: 'letsencrypt',
    version: '0.25.1',
    description: "Automated installation of let's encrypt TLS certificates",
    enabled: true,
    sourceUrl: 'https://github.com/dokku/dokku-letsencrypt.git',
    committish: 'bd8987d8a5ef4c019ba5c68ee2395e35b631abe5',
    branch: 'master',
  },
  summaries: [['letsencrypt', description]],
  report: reportWithoutSecrets,
  commands: {
    letsencrypt: help,
    'letsencrypt:active': active,
    'letsencrypt:auto-renew': autoRenew,
    'letsencrypt:cleanup': cleanup,
    'letsencrypt:cron-job': cronJob,
    'letsencrypt:default': help,
    'letsencrypt:disable': disable,
    'letsencrypt:enable': enableCommand,
    'letsencrypt:help': help,
    'letsencrypt:list': list,
    'letsencrypt:report': report,
    'letsencrypt:revoke': revoke,
    'letsencrypt:set': set,
  },
};
