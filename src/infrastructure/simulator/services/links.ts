import { requireAppOfShell } from '../access.ts';
import { EnvFileFault } from '../config/env-file.ts';
import { readEnvironment } from '../config/environment.ts';
import type { SimulatedHost } from '../host.ts';
import { Exit, type Invocation } from '../invocation.ts';
import { fail, info, verbose, warning } from '../output.ts';
import type { SimulatedApp } from '../state.ts';
import { scriptOf, serviceFlags } from './arguments.ts';
import type { DatastorePlugin } from './plugin.ts';
import { dsnOf, hostnameOf, requireService, servicesOf, type Target } from './target.ts';

const COLOURS =
  'AQUA BLACK BLUE FUCHSIA GRAY GREEN LIME MAROON NAVY OLIVE PURPLE RED SILVER TEAL WHITE YELLOW'.split(' ');
const NO_NAME = 'Please specify a valid name for the service';

/** Both names, in the order in which they are checked: link and linked look for the app first. */
function pair(call: Invocation, plugin: DatastorePlugin, appFirst: boolean): [Target, SimulatedApp] {
  const [name = '', given = ''] = call.args;
  const app = given === '' ? (call.flags.app ?? '') : given;
  if (name === '') fail(call, NO_NAME);
  if (app === '') fail(call, 'Please specify an app to run the command on');
  if (!appFirst) requireService(call, plugin, name);
  const found = verifyApp(call, app);
  return [requireService(call, plugin, name), found];
}

/** verify_app_name: the common plugin's program takes a word with hyphens for a flag of its own. */
function verifyApp(call: Invocation, name: string): SimulatedApp {
  if (name.startsWith('-') && name.length > 1) {
    const unknown = name.startsWith('--')
      ? `unknown flag: ${name.split('=', 1)[0]}`
      : `unknown shorthand flag: '${name.charAt(1)}' in ${name}`;
    call.err(
      `Usage of /var/lib/dokku/core-plugins/available/common/common:\n      --global   --global: Whether global or app-specific\n      --quiet    --quiet: set DOKKU_QUIET_OUTPUT=1\n${unknown}\n`,
    );
  }
  return requireAppOfShell(call, name);
}

/** The variables as config_all prints them, a line each, sorted. */
function configLines(host: SimulatedHost, app: SimulatedApp): string[] {
  const variables = readEnvironment(host, app);
  if (variables instanceof EnvFileFault) return [];
  return [...variables].map(([key, value]) => `${key}:  ${value}`).sort();
}

const keyOf = (line: string): string => line.split(':', 1)[0] ?? '';

/** The service's DSN for this app, which may have set its own scheme. */
function urlFor(target: Target, app: SimulatedApp): string {
  return dsnOf(target, app.config.get(`${target.plugin.variable}_DATABASE_SCHEME`) || target.plugin.scheme);
}

function alternativeAlias(plugin: DatastorePlugin, lines: readonly string[]): string {
  const aliases = COLOURS.map((colour) => `DOKKU_${plugin.variable}_${colour}`);
  return aliases.find((alias) => !lines.some((line) => line.includes(`${alias}_URL`))) ?? '';
}

/** Adds or removes docker's `--link`; with `--app` the docker-options plugin takes the app for a phase. */
async function dockerLink(call: Invocation, target: Target, app: SimulatedApp, verb: string): Promise<void> {
  if (call.flags.app !== undefined) fail(call, 'Phase(s) must be one of [build deploy run]');
  const { containerName } = target;
  const option = `--link ${containerName}:${hostnameOf(containerName)}`;
  const exit = await call.run(`docker-options:${verb}`, [app.name, 'build,deploy,run', ...option.split(' ')]);
  if (exit !== 0) throw new Exit(exit);
}

async function config(call: Invocation, command: string, restart: boolean, args: string[]): Promise<void> {
  const exit = await call.run(`config:${command}`, restart ? args : ['--no-restart', ...args]);
  if (exit !== 0) throw new Exit(exit);
  if (!restart) call.out(verbose('Skipping restart of linked app'));
}

/** `link <service> <app> [flags]` */
export async function link(call: Invocation, plugin: DatastorePlugin): Promise<number> {
  await call.sleep(150);
  const [target, app] = pair(call, plugin, true);
  const { service } = target;
  const flags = serviceFlags(call, scriptOf(plugin.name, 'link'), call.args.slice(2));
  const lines = configLines(call.host, app);
  const url = urlFor(target, app);
  const given = (flags.get('a') ?? '').toUpperCase().replace(/_URL$/, '');
  let alias = given || plugin.alias;
  const used = lines.some((line) => line.includes(`${alias}_URL`));
  if (given !== '' && used) fail(call, `Specified alias ${alias} already in use`);
  if (used) alias = alternativeAlias(plugin, lines);
  if (alias === '') fail(call, 'Unable to use default or generated URL alias');
  const keys = lines.filter((line) => line.includes(url)).map(keyOf);
  if (keys.length > 0) fail(call, `Already linked as ${keys.join('\n')}`);
  service.links = [...new Set([...service.links, app.name])].sort();
  await dockerLink(call, target, app, 'add');
  await call.sleep(250);
  const query = (flags.get('q') ?? '').replace(/^\?/, '');
  const value = query === '' ? url : `${url}?${query}`;
  const restart = !flags.has('n') && flags.get('R') !== 'false' && !skipsRestart(call);
  await config(call, 'set', restart, [app.name, `${alias}_URL=${value}`]);
  return 0;
}

/** Dokku keeps all long flags of a line in DOKKU_GLOBAL_FLAGS, where the plugins look for this one. */
const skipsRestart = ({ args }: Invocation): boolean => args.some((word) => word.startsWith('--no-restart'));

/** `unlink <service> <app> [flags]`: the service forgets the app also when its variables are gone already. */
export async function unlink(call: Invocation, plugin: DatastorePlugin): Promise<number> {
  await call.sleep(150);
  const [target, app] = pair(call, plugin, false);
  const { service } = target;
  const url = urlFor(target, app);
  const keys = configLines(call.host, app)
    .filter((line) => line.includes(url))
    .map(keyOf);
  service.links = service.links.filter((name) => name !== app.name);
  await dockerLink(call, target, app, 'remove');
  await call.sleep(250);
  if (keys.length === 0) fail(call, `Not linked to app ${app.name}`);
  await config(call, 'unset', !skipsRestart(call), [app.name, ...keys]);
  return 0;
}

/** `promote <service> <app>` */
export async function promote(call: Invocation, plugin: DatastorePlugin): Promise<number> {
  await call.sleep(180);
  const [target, app] = pair(call, plugin, false);
  const primary = `${plugin.alias}_URL`;
  const lines = configLines(call.host, app);
  const valueAt = (key: string): string =>
    lines
      .filter((line) => line.includes(key))
      .map((line) => line.replace(new RegExp(`${key}:\\s*`), ''))
      .join(' ');
  const url = urlFor(target, app);
  const keys = lines.filter((line) => line.includes(url)).map(keyOf);
  if (keys.length === 0) fail(call, `Not linked to app ${app.name}`);
  if (keys.join(' ').includes(primary)) {
    fail(call, `Service ${target.name} already promoted as ${primary}`);
  }
  const previous = valueAt(primary);
  const hasOther = lines.some((line) => line.includes(previous) && !line.includes(primary));
  const kept = previous === '' || hasOther ? [] : [`${alternativeAlias(plugin, lines)}_URL=${previous}`];
  await config(call, 'set', true, [app.name, ...kept, `${primary}=${valueAt(keys[0] ?? '')}`]);
  return 0;
}

/** `linked <service> <app>`: compares the URL in the app's variables, not the list of links. */
export async function linked(call: Invocation, plugin: DatastorePlugin): Promise<number> {
  await call.sleep(110);
  const [target, app] = pair(call, plugin, true);
  await call.sleep(40);
  const url = urlFor(target, app);
  if (!configLines(call.host, app).some((line) => line.includes(url))) {
    call.err(warning(`Service ${target.name} is not linked to ${app.name}`));
    return 1;
  }
  call.out(info(`Service ${target.name} is linked to ${app.name}`));
  return 0;
}

/** `app-links <app>`: every service of the plugin that has the app in its list. */
export async function appLinks(call: Invocation, plugin: DatastorePlugin): Promise<number> {
  await call.sleep(110);
  const name = call.args[0] || (call.flags.app ?? '');
  if (name === '') fail(call, 'Please specify an app to run the command on');
  const app = verifyApp(call, name);
  for (const service of servicesOf(call.host, plugin.name)) {
    if (service.links.includes(app.name)) call.out(`${service.name}\n`);
  }
  return 0;
}
