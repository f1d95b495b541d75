import { goJson, newAppNameFault, property, requireApp } from '../access.ts';
import { confirmDestruction } from '../confirm.ts';
import { rebuild } from '../deploy/rebuild.ts';
import type { Family, Handler, Invocation } from '../invocation.ts';
import { create, destroy, takeOver } from '../lifecycle.ts';
import { fail, info, title, warning } from '../output.ts';
import { type FlagSpec, parseFlags } from '../pflag.ts';
import { propertyHandler } from '../properties.ts';
import { reportHandler } from '../report.ts';
import type { SimulatedApp } from '../state.ts';

const skipDeploy: FlagSpec = { kind: 'bool', usage: '--skip-deploy: skip deploy of the new app' };

const createCommand: Handler = async (call) => {
  await call.sleep(36);
  await create(call, parseFlags(call, {}).arg(0));
  return 0;
};

const destroyCommand: Handler = async (call) => {
  await call.sleep(36);
  const flags = parseFlags(call, {
    force: { kind: 'bool', usage: '--force: force destroy without confirmation' },
  });
  const app = requireApp(call, flags.arg(0));
  if (!flags.has('force') && !call.flags.force) confirmDestruction(call, app.name, 'app');
  await destroy(call, app);
  return 0;
};

const exists: Handler = async (call) => {
  await call.sleep(36);
  requireApp(call, parseFlags(call, {}).arg(0));
  return 0;
};

const list: Handler = async (call) => {
  await call.sleep(36);
  const flags = parseFlags(call, {
    format: { kind: 'string', usage: 'format: [ stdout | json ]', initial: 'stdout' },
  });
  if (flags.text('format') === 'json') {
    call.out(`${goJson(call.host.appNames())}\n`);
    return 0;
  }
  return printList(call);
};

function printList(call: Invocation): number {
  if (!call.flags.quiet) call.out(title('My Apps'));
  if (call.host.apps.size === 0) call.err(warning("You haven't deployed any applications yet"));
  for (const name of call.host.appNames()) call.out(`${name}\n`);
  return 0;
}

const bare: Handler = async (call) => {
  await call.sleep(190);
  return printList(call);
};

const lock: Handler = async (call) => {
  await call.sleep(38);
  requireApp(call, parseFlags(call, {}).arg(0)).locked = true;
  call.out(info('Deploy lock created'));
  return 0;
};

const locked: Handler = async (call) => {
  await call.sleep(38);
  if (!requireApp(call, parseFlags(call, {}).arg(0)).locked) fail(call, 'Deploy lock does not exist');
  if (!call.flags.quiet) call.out('Deploy lock exists\n');
  return 0;
};

const unlock: Handler = async (call) => {
  await call.sleep(38);
  const app = requireApp(call, parseFlags(call, {}).arg(0));
  if (!app.locked) fail(call, 'Unable to remove deploy lock');
  call.err(warning('A deploy may be in progress.'));
  call.err(warning('Removing the app lock will not stop in progress deploys.'));
  app.locked = false;
  call.out(info('Deploy lock removed'));
  return 0;
};

interface Pair {
  readonly from: SimulatedApp;
  readonly name: string;
}

/** The app to copy and the new name, after the checks that clone and rename have in common. */
function pair(call: Invocation, from: string, name: string): Pair {
  if (from === '') fail(call, 'Please specify an app to run the command on');
  if (name === '') fail(call, 'Please specify an new app name');
  const app = requireApp(call, from);
  const fault = newAppNameFault(name);
  if (fault !== undefined) fail(call, fault);
  return { from: app, name };
}

/** A copy is built when the original has code; a failed build is the command's exit code. */
async function build(call: Invocation, app: SimulatedApp, skip: boolean): Promise<number> {
  return skip || app.source.sha === '' ? 0 : rebuild(call, app);
}

const clone: Handler = async (call) => {
  await call.sleep(38);
  const flags = parseFlags(call, {
    'skip-deploy': skipDeploy,
    'ignore-existing': { kind: 'bool', usage: '--ignore-existing: exit 0 if new app already exists' },
  });
  const { from, name } = pair(call, flags.arg(0), flags.arg(1));
  if (call.host.apps.has(name)) {
    call.err(warning('Name is already taken'));
    return flags.has('ignore-existing') ? 0 : 1;
  }
  if (!call.flags.quiet) call.out(info(`Cloning ${from.name} to ${name}`));
  const app = await create(call, name);
  await call.sleep(500);
  takeOver(call, from, app, 'clone');
  return build(call, app, flags.has('skip-deploy'));
};

const rename: Handler = async (call) => {
  await call.sleep(38);
  const flags = parseFlags(call, { 'skip-deploy': skipDeploy });
  const { from, name } = pair(call, flags.arg(0), flags.arg(1));
  if (call.host.apps.has(name)) fail(call, 'Name is already taken');
  if (!call.flags.quiet) call.out(info(`Renaming ${from.name} to ${name}`));
  const app = await create(call, name);
  await call.sleep(500);
  takeOver(call, from, app, 'rename');
  await destroy(call, from);
  return build(call, app, flags.has('skip-deploy'));
};

const report = reportHandler({
  type: 'app',
  legacyPrefix: true,
  app: (app, call) => ({
    'app-created-at': String(Math.floor(app.createdAt / 1000)),
    'app-deploy-source': app.source.deploySource,
    'app-deploy-source-metadata': app.source.deployMetadata,
    'app-dir': `/home/dokku/${app.name}`,
    'app-global-disable-autocreation': property(call.host, 'apps', '--global', 'disable-autocreation'),
    'app-locked': String(app.locked),
  }),
  global: (call) => ({
    'app-global-disable-autocreation': property(call.host, 'apps', '--global', 'disable-autocreation'),
  }),
});

const setProperty = propertyHandler({
  plugin: 'apps',
  style: 'go',
  keys: ['deploy-source', 'deploy-source-metadata', 'disable-autocreation'],
  globalKeys: ['disable-autocreation'],
  changed: (_call, { target, key, value }) => {
    if (target === '--global') return;
    if (key === 'deploy-source') target.source.deploySource = value;
    if (key === 'deploy-source-metadata') target.source.deployMetadata = value;
  },
});

const set: Handler = (call) => {
  const flags = parseFlags(call, { global: { kind: 'bool', usage: '--global: set a global property' } });
  if (!flags.has('global') && flags.arg(1) === 'disable-autocreation') {
    fail(call, 'Property can only be specified globally');
  }
  return setProperty(call);
};

/** The apps plugin (plugins/apps of Dokku 0.38.27). */
export const apps: Family = {
  commands: {
    apps: bare,
    'apps:clone': clone,
    'apps:create': createCommand,
    'apps:destroy': destroyCommand,
    'apps:exists': exists,
    'apps:list': list,
    'apps:lock': lock,
    'apps:locked': locked,
    'apps:rename': rename,
    'apps:report': report,
    'apps:set': set,
    'apps:unlock': unlock,
  },
};
