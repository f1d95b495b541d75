import { requireAppOfShell, requireApps } from '../access.ts';
import { isDeployed } from '../deploy/deploy.ts';
import { redeploy } from '../deploy/redeploy.ts';
import { isInstalled } from '../installed.ts';
import { Exit, type Family, type Handler, type Invocation } from '../invocation.ts';
import { fail, info, warning } from '../output.ts';
import { checkHostnames, withoutDomain } from '../proxy/domain-lists.ts';
import { globalVhostsEnabled, vhostsEnabled } from '../proxy/domains.ts';
import { disableVhosts, enableVhosts, setUpDomains } from '../proxy/vhosts.ts';
import { writeProxyConfig } from '../proxy.ts';
import { type ReportKeys, reportHandler } from '../report.ts';
import type { SimulatedApp } from '../state.ts';

/** The app and the domains of `domains:add`, `:remove` and `:set`. */
function target(call: Invocation): { app: SimulatedApp; names: readonly string[] } {
  const [name = '', first = ''] = call.args;
  if (first === '') {
    // The script has shifted its name away: the app stands where the command should.
    fail(call, `Please specify a domain name. Usage: dokku ${name}  <domain> [<domain> ...]`);
  }
  return { app: requireAppOfShell(call, name), names: call.args.slice(1) };
}

/** Virtual hosts come back with the app's default domains, also in place of what was just added. */
async function bringBackVhosts(call: Invocation, app: SimulatedApp): Promise<void> {
  if (vhostsEnabled(app)) return;
  enableVhosts(call.host, app);
  await writeProxyConfig(call, app);
}

/** The letsencrypt plugin reminds of itself at every new domain. */
async function domainsAdded(call: Invocation, app: SimulatedApp): Promise<void> {
  await writeProxyConfig(call, app);
  if (isInstalled(call.host, 'letsencrypt')) {
    call.err(warning('Please run dokku letsencrypt:enable to add https support to the new domain'));
  }
}

const add: Handler = async (call) => {
  await call.sleep(50);
  const { app, names } = target(call);
  checkHostnames(call, names);
  for (const name of names) {
    if (app.domains.names.includes(name)) {
      call.out(info(`Skipping: ${name} already added to ${app.name}`));
    } else {
      app.domains.names.push(name);
      call.out(info(`Added ${name} to ${app.name}`));
    }
  }
  await bringBackVhosts(call, app);
  await domainsAdded(call, app);
  return 0;
};

const remove: Handler = async (call) => {
  await call.sleep(50);
  const { app, names } = target(call);
  for (const name of names) {
    app.domains.names = withoutDomain(app.domains.names, name);
    call.out(info(`Removed ${name} from ${app.name}`));
  }
  await writeProxyConfig(call, app);
  return 0;
};

const set: Handler = async (call) => {
  await call.sleep(50);
  const { app, names } = target(call);
  checkHostnames(call, names);
  app.domains.names = names.flatMap((name) => name.split(' ')).filter((name) => name !== '');
  call.out(info(`Set ${names.join(' ')} for ${app.name}`));
  await bringBackVhosts(call, app);
  await domainsAdded(call, app);
  return 0;
};

async function clearDomains(call: Invocation, app: SimulatedApp): Promise<void> {
  app.domains.names = [];
  await writeProxyConfig(call, app);
  call.out(info(`Cleared domains in ${app.name}`));
}

const clear: Handler = async (call) => {
  await call.sleep(50);
  const apps = call.args[0] === '--all' ? requireApps(call) : [requireAppOfShell(call, call.args[0])];
  for (const app of apps) await clearDomains(call, app);
  return 0;
};

const reset: Handler = async (call) => {
  await call.sleep(50);
  const app = requireAppOfShell(call, call.args[0]);
  await clearDomains(call, app);
  return finishSetup(call, app, 'Reset');
};

const setup: Handler = async (call) => {
  await call.sleep(50);
  return finishSetup(call, requireAppOfShell(call, call.args[0]), 'Setup');
};

async function finishSetup(call: Invocation, app: SimulatedApp, verb: string): Promise<number> {
  await setUpDomains(call, app);
  await writeProxyConfig(call, app);
  if (!call.flags.quiet) call.out(info(`${verb} domains for ${app.name}`));
  return 0;
}

/** `domains:disable` and `:enable` never check the app: the shell fails at its folder. */
function targets(call: Invocation): SimulatedApp[] {
  const name = call.args[0] ?? '';
  // With --all the script verifies an app of that name first, which there never is.
  if (name === '--all') fail(call, 'App --all does not exist', 20);
  const app = call.host.apps.get(name);
  if (app !== undefined) return [app];
  const path = name === '' ? '/home/dokku//VHOST' : `/home/dokku/${name}/VHOST`;
  if (name === '') fail(call, 'Please specify an app to run the command on');
  call.err(`touch: cannot touch '${path}': No such file or directory\n`);
  throw new Exit(1);
}

const disable: Handler = async (call) => {
  await call.sleep(60);
  for (const app of targets(call)) {
    if (vhostsEnabled(app)) await disableVhosts(call, app, true);
    else call.out(info(`Domains (VHOST) support is already disabled for app (${app.name})`));
  }
  return 0;
};

const enable: Handler = async (call) => {
  await call.sleep(60);
  for (const app of targets(call)) {
    if (vhostsEnabled(app)) {
      call.out(info(`Domains (VHOST) support is already enabled for app (${app.name})`));
      continue;
    }
    enableVhosts(call.host, app);
    await restart(call, app);
  }
  return 0;
};

/** The variable is set with the quiet flag on, so the redeploy that follows is a quiet one. */
async function restart(call: Invocation, app: SimulatedApp): Promise<void> {
  if (!app.restore || !isDeployed(call.host, app)) return;
  call.out(info(`Restarting app ${app.name}`));
  const code = await redeploy({ ...call, flags: { ...call.flags, quiet: true } }, app, 'config-redeploy');
  if (code !== 0) call.err(warning('Failure while restarting app: '));
}

function globalKeys(call: Invocation): ReportKeys {
  const enabled = globalVhostsEnabled(call.host);
  return {
    'domains-global-enabled': String(enabled),
    'domains-global-vhosts': enabled ? call.host.globalDomains.join(' ') : '',
  };
}

function appKeys(app: SimulatedApp, call: Invocation): ReportKeys {
  return {
    'domains-app-enabled': String(vhostsEnabled(app)),
    'domains-app-vhosts': app.domains.names.join(' '),
    ...globalKeys(call),
  };
}

/** plugins/domains: the host names of apps. */
export const domains: Family = {
  commands: {
    'domains:add': add,
    'domains:clear': clear,
    'domains:disable': disable,
    'domains:enable': enable,
    'domains:remove': remove,
    'domains:report': reportHandler({
      type: 'domains',
      legacyPrefix: false,
      app: appKeys,
      global: globalKeys,
      cost: { base: 35, perApp: 72 },
    }),
    'domains:reset': reset,
    'domains:set': set,
    'domains:setup': setup,
  },
};
