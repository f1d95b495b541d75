import { property } from '../../access.ts';
import type { Installable } from '../../installed.ts';
import type { Handler, Invocation } from '../../invocation.ts';
import { info, verbose } from '../../output.ts';
import { validateNginx } from '../../proxy/validation.ts';
import type { SimulatedApp } from '../../state.ts';
import { namedApp, withGlobalApp } from '../app-argument.ts';
import { deprecated } from '../deprecated.ts';
import { shellHelp } from '../help.ts';
import { readInclude, removeInclude, writeInclude } from '../include.ts';
import { shellReport } from '../shell-report.ts';
import { exportPage, importPage, removePage } from './page.ts';

const FILE = 'maintenance.conf';
const isEnabled = (app: SimulatedApp): boolean => readInclude(app, FILE) !== undefined;

/** templates/maintenance.conf of the plugin. */
const siteOf = (app: SimulatedApp): string => `location ~* ^(?!/\\.well-known/acme-challenge).*$ {
  root /var/www/dokku-maintenance/${app.name};
  try_files $uri =533;
}

error_page 533 =503 @maintenance;

location @maintenance {
  root /var/www/dokku-maintenance/${app.name};
  rewrite ^(.*)$ /maintenance.html break;
}
`;

async function reload(call: Invocation, app: SimulatedApp): Promise<void> {
  await call.sleep(100);
  validateNginx(call, app.name);
  await call.sleep(80);
}

const enable: Handler = async (call) => {
  await call.sleep(50);
  const app = namedApp(call, withGlobalApp(call)[0]);
  if (isEnabled(app)) {
    call.out(info('Maintenance mode already enabled'));
    return 0;
  }
  call.out(info(`Enabling maintenance mode for ${app.name}...`));
  writeInclude(app, FILE, siteOf(app));
  await reload(call, app);
  call.out(verbose('Done'));
  return 0;
};

const disable: Handler = async (call) => {
  await call.sleep(50);
  const app = namedApp(call, withGlobalApp(call)[0]);
  if (!isEnabled(app)) {
    call.out(info('Maintenance mode already disabled'));
    return 0;
  }
  call.out(info(`Disabling maintenance mode for ${app.name}...`));
  removeInclude(app, FILE);
  await reload(call, app);
  call.out(verbose('Done'));
  return 0;
};

const customPage: Handler = async (call) => {
  await call.sleep(50);
  // This command alone does not take the app from `--app`.
  const app = namedApp(call, call.args[0]);
  await importPage(call, app);
  return 0;
};

const customPageExport: Handler = async (call) => {
  await call.sleep(55);
  exportPage(call, namedApp(call, withGlobalApp(call)[0]));
  return 0;
};

const customPageRemove: Handler = async (call) => {
  await call.sleep(50);
  const app = namedApp(call, withGlobalApp(call)[0]);
  if (!removePage(call, app)) return 0;
  if (isEnabled(app)) await reload(call, app);
  call.out(verbose('Done'));
  return 0;
};

const report = shellReport({
  plugin: 'maintenance',
  rows: ({ host }, app) => [
    ['maintenance-enabled', String(isEnabled(app))],
    ['maintenance-custom-page-sha256', property(host, 'maintenance', app, 'custom-page-sha256')],
  ],
  global: () => [],
  cost: { base: 90, perApp: 45 },
});

const description = 'Manage the maintenance mode for an app';
const help = shellHelp('maintenance', description, [
  'maintenance:custom-page <app>, Imports a tarball from stdin; should contain at least maintenance.html',
  'maintenance:custom-page-export <app>, Exports the current custom page as a tarball to stdout',
  'maintenance:custom-page-remove <app>, Removes a custom maintenance page and resets to the default page',
  'maintenance:disable <app>, Disable app maintenance mode',
  'maintenance:enable <app>, Enable app maintenance mode',
  'maintenance:report [<app>] [<flag>] [--format stdout|json], Displays a maintenance report for one or more apps',
]);

/** dokku-maintenance 0.10.1: a page in place of an app. */
export const maintenance: Installable = {
  plugin: {
    name: 'maintenance',
    version: '0.10.1',
    description: 'Maintenance mode for apps',
    enabled: true,
    sourceUrl: 'https://github.com/dokku/dokku-maintenance.git',
    committish: '83a62f7f1962cbe32d9ec7063b508882c4914dcb',
    branch: 'master',
  },
  summaries: [['maintenance', description]],
  report,
  commands: {
    maintenance: help,
    'maintenance:custom-page': customPage,
    'maintenance:custom-page-export': customPageExport,
    'maintenance:custom-page-remove': customPageRemove,
    'maintenance:default': help,
    'maintenance:disable': disable,
    'maintenance:enable': enable,
    'maintenance:help': help,
    'maintenance:off': deprecated(disable, 'maintenance:disable'),
    'maintenance:on': deprecated(enable, 'maintenance:enable'),
    'maintenance:report': report,
  },
};
