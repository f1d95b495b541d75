import { requireAppOfShell } from '../../access.ts';
import type { Installable } from '../../installed.ts';
import type { Handler, Invocation } from '../../invocation.ts';
import { fail, info, verbose, warning } from '../../output.ts';
import { validateNginx } from '../../proxy/validation.ts';
import type { SimulatedApp } from '../../state.ts';
import { deprecated } from '../deprecated.ts';
import { shellHelp } from '../help.ts';
import { readInclude, removeInclude } from '../include.ts';
import { shellReport } from '../shell-report.ts';
import { allowedIps, FILE, setAllowedIps, writeHttpAuth } from './file.ts';

const isEnabled = (app: SimulatedApp): boolean => readInclude(app, FILE) !== undefined;

/** nginx is asked whether it takes the new file, then reloaded. */
async function reload(call: Invocation, app: SimulatedApp): Promise<void> {
  await call.sleep(120);
  validateNginx(call, app.name);
  await call.sleep(80);
}

function addUser(app: SimulatedApp, user: string): void {
  app.authUsers = [...(app.authUsers ?? []).filter((name) => name !== user), user];
}

const enable: Handler = async (call) => {
  await call.sleep(50);
  const [name, user = '', password = ''] = call.args;
  const app = requireAppOfShell(call, name);
  if (isEnabled(app)) {
    call.out(
      info('Authentication already enabled, use http-auth:add-user or http-auth:remove-user to modify users'),
    );
    return 0;
  }
  call.out(info(`Enabling HTTP auth for ${app.name}...`));
  // The file is written before the first user is known, so that it asks for none.
  writeHttpAuth(call.host, app);
  if (user !== '' && password !== '') addUser(app, user);
  else call.err(warning('Skipping user initialization'));
  await reload(call, app);
  call.out(verbose('Done'));
  return 0;
};

const disable: Handler = async (call) => {
  await call.sleep(50);
  const app = requireAppOfShell(call, call.args[0]);
  if (!isEnabled(app)) {
    call.out(info('Authentication already disabled'));
    return 0;
  }
  call.out(info(`Disabling HTTP auth for ${app.name}...`));
  removeInclude(app, FILE);
  await reload(call, app);
  call.out(verbose('Done'));
  return 0;
};

const addUserCommand: Handler = async (call) => {
  await call.sleep(55);
  const [name, user = '', password = ''] = call.args;
  const app = requireAppOfShell(call, name);
  if (!isEnabled(app)) fail(call, 'Authentication is disabled');
  if (user === '' || password === '') fail(call, 'Missing username');
  call.out(info(`Adding ${user} to basic auth list`));
  addUser(app, user);
  await reload(call, app);
  return 0;
};

const removeUser: Handler = async (call) => {
  await call.sleep(55);
  const [name, user = ''] = call.args;
  const app = requireAppOfShell(call, name);
  if (!isEnabled(app)) fail(call, 'Authentication is disabled');
  if (user === '') fail(call, 'Missing username');
  call.out(info(`Removing ${user} from basic auth list`));
  app.authUsers = (app.authUsers ?? []).filter((other) => other !== user);
  await reload(call, app);
  return 0;
};

const addIp: Handler = async (call) => {
  await call.sleep(50);
  const [name, address = ''] = call.args;
  if (address === '') fail(call, 'Missing ip address');
  const app = requireAppOfShell(call, name);
  call.out(info(`Adding ${address} to allowed ip list`));
  const known = allowedIps(call.host, app);
  if (known.includes(address)) return 0;
  setAllowedIps(call.host, app, [...known, address]);
  writeHttpAuth(call.host, app);
  await reload(call, app);
  return 0;
};

const removeIp: Handler = async (call) => {
  await call.sleep(50);
  const [name, address = ''] = call.args;
  const app = requireAppOfShell(call, name);
  if (address === '') fail(call, 'Missing ip address');
  call.out(info(`Removing ${address} from allowed ip list`));
  const known = allowedIps(call.host, app);
  if (!known.includes(address)) {
    call.err('Property not found, nothing was removed\n');
    return 1;
  }
  setAllowedIps(
    call.host,
    app,
    known.filter((other) => other !== address),
  );
  writeHttpAuth(call.host, app);
  await reload(call, app);
  return 0;
};

const showConfig: Handler = async (call) => {
  await call.sleep(50);
  const app = requireAppOfShell(call, call.args[0]);
  const text = readInclude(app, FILE);
  if (text === undefined) fail(call, `No nginx.conf exists for ${app.name}`);
  call.out(text);
  return 0;
};

const report = shellReport({
  plugin: 'http-auth',
  rows: ({ host }, app) => [
    ['http-auth-enabled', String(isEnabled(app))],
    ['http-auth-allowed-ips', allowedIps(host, app).join(' ')],
    ['http-auth-users', (app.authUsers ?? []).join(' ')],
  ],
  mayBeEmpty: new Set(['http-auth-allowed-ips']),
  cost: { base: 95, perApp: 30 },
});

const description = 'Manage the http-auth proxy';
const help = shellHelp('http-auth', description, [
  'http-auth:add-user <app> <user> <password>, Add basic auth user to app',
  'http-auth:add-allowed-ip <app> <address>, add allowed ip to basic auth bypass for an app',
  'http-auth:disable <app>, Disable HTTP auth for app',
  'http-auth:enable <app> [<user>] [<password>], Enable HTTP auth for app',
  'http-auth:remove-allowed-ip <app> <address>, remove allowed ip from basic auth bypass for an app',
  'http-auth:remove-user <app> <user>, Remove basic auth user from app',
  'http-auth:report [<app>] [<flag>], Displays an http-auth report for one or more apps',
  'http-auth:show-config <app>, Display app http-auth config',
]);

/** dokku-http-auth 0.10.0: a password or an address before an app's sites. `--app` does not reach it. */
export const httpAuth: Installable = {
  plugin: {
    name: 'http-auth',
    version: '0.10.0',
    description: 'HTTP authentication for apps',
    enabled: true,
    sourceUrl: 'https://github.com/dokku/dokku-http-auth.git',
    committish: '9018722e8a7c80073e2b1257967ad4718f6f3da6',
    branch: 'master',
  },
  summaries: [['http-auth', description]],
  report,
  commands: {
    'http-auth': help,
    'http-auth:add-allowed-ip': addIp,
    'http-auth:add-user': addUserCommand,
    'http-auth:default': help,
    'http-auth:disable': disable,
    'http-auth:enable': enable,
    'http-auth:help': help,
    'http-auth:off': deprecated(disable, 'http-auth:disable'),
    'http-auth:on': deprecated(enable, 'http-auth:enable'),
    'http-auth:remove-allowed-ip': removeIp,
    'http-auth:remove-user': removeUser,
    'http-auth:report': report,
    'http-auth:show-config': showConfig,
  },
};
