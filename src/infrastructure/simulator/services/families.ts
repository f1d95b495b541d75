import type { Installable } from '../installed.ts';
import type { Handler, Invocation } from '../invocation.ts';
import { fail, info, title, warning } from '../output.ts';
import { exposeService, unexposeService } from './ambassador.ts';
import * as backups from './backups.ts';
import { pauseService, quietly, removeContainer, startService } from './container.ts';
import { clone, create, destroy, upgrade } from './creation.ts';
import { pluginHelp, subcommandHelp } from './help/render.ts';
import { printFact, printInfo } from './info.ts';
import { connect, enter, logs } from './inside.ts';
import { appLinks, link, linked, promote, unlink } from './links.ts';
import type { DatastorePlugin } from './plugin.ts';
import { requireService, servicesOf } from './target.ts';
import { exportService, importService } from './transfer.ts';

type Subcommand = (call: Invocation, plugin: DatastorePlugin) => number | Promise<number>;

const networkKeys = ['initial-network', 'post-create-network', 'post-start-network'];

const list: Subcommand = async (call, plugin) => {
  await call.sleep(80);
  const services = servicesOf(call.host, plugin.name);
  if (services.length === 0) {
    call.err(warning(`There are no ${plugin.title} services`));
    return 0;
  }
  quietly(call, title(`${plugin.title} services`));
  for (const { name } of services) call.out(`${name}\n`);
  return 0;
};

const exists: Subcommand = async (call, plugin) => {
  await call.sleep(80);
  const { name } = requireService(call, plugin, call.args[0]);
  call.out(info(`Service ${name} exists`));
  return 0;
};

const show: Subcommand = async (call, plugin) => {
  await call.sleep(80);
  const target = requireService(call, plugin, call.args[0]);
  await call.sleep(110);
  const flag = call.args[1] ?? '';
  return flag === '' ? printInfo(call, target) : printFact(call, target, flag);
};

const links: Subcommand = async (call, plugin) => {
  await call.sleep(85);
  for (const app of requireService(call, plugin, call.args[0]).service.links) call.out(`${app}\n`);
  return 0;
};

const set: Subcommand = async (call, plugin) => {
  await call.sleep(95);
  const { service } = requireService(call, plugin, call.args[0], 'SERVICE must not be empty');
  const [, key = '', value = ''] = call.args;
  if (key === '') fail(call, 'No key specified');
  if (!networkKeys.includes(key)) {
    fail(call, `Invalid key specified, valid keys include: ${networkKeys.join(', ')}`);
  }
  quietly(call, title(value === '' ? `Unsetting ${key}` : `Setting ${key} to ${value}`));
  if (value === '') service.properties.delete(key);
  else service.properties.set(key, value);
  return 0;
};

const start: Subcommand = async (call, plugin) => {
  await call.sleep(90);
  await startService(call, requireService(call, plugin, call.args[0]));
  return 0;
};

const stop: Subcommand = async (call, plugin) => {
  await call.sleep(90);
  await removeContainer(call, requireService(call, plugin, call.args[0]));
  return 0;
};

const pause: Subcommand = async (call, plugin) => {
  await call.sleep(90);
  await pauseService(call, requireService(call, plugin, call.args[0]));
  return 0;
};

const restart: Subcommand = async (call, plugin) => {
  await call.sleep(90);
  const target = requireService(call, plugin, call.args[0]);
  await pauseService(call, target);
  await startService(call, target);
  call.out(info('Please call dokku ps:restart on all linked apps'));
  return 0;
};

const expose: Subcommand = async (call, plugin) => {
  await call.sleep(110);
  const target = requireService(call, plugin, call.args[0]);
  return exposeService(call, target, call.args.slice(1), () => startService(call, target, true));
};

const unexpose: Subcommand = async (call, plugin) => {
  await call.sleep(110);
  return unexposeService(call, requireService(call, plugin, call.args[0]));
};

const subcommands: Readonly<Record<string, Subcommand>> = {
  'app-links': appLinks,
  backup: backups.backup,
  'backup-auth': backups.backupAuth,
  'backup-deauth': backups.backupDeauth,
  'backup-schedule': backups.backupSchedule,
  'backup-schedule-cat': backups.backupScheduleCat,
  'backup-set-encryption': backups.setEncryption('encryptionKey', 'Please specify a GPG backup passphrase'),
  'backup-set-public-key-encryption': backups.setEncryption(
    'publicKeyId',
    'Please specify a valid GPG Public Key ID (or fingerprint)',
  ),
  'backup-unschedule': backups.backupUnschedule,
  'backup-unset-encryption': backups.unsetEncryption('encryptionKey', 'ENCRYPTION_KEY'),
  'backup-unset-public-key-encryption': backups.unsetEncryption('publicKeyId', 'ENCRYPT_WITH_PUBLIC_KEY_ID'),
  clone,
  connect,
  create,
  destroy,
  enter,
  exists,
  export: exportService,
  expose,
  import: importService,
  info: show,
  link,
  linked,
  links,
  list,
  logs,
  pause,
  promote,
  restart,
  set,
  start,
  stop,
  unexpose,
  unlink,
  upgrade,
};

/** The bare name, `:help` and `:default`, whose first argument names a subcommand. */
function help(plugin: DatastorePlugin): Handler {
  return async (call) => {
    const [subcommand = ''] = call.args;
    await call.sleep(subcommand === '' ? 1200 : 250);
    if (subcommand === '' || subcommand === '--all') {
      call.out(pluginHelp(plugin));
      return 0;
    }
    if (plugin.unimplemented.includes(subcommand)) return 1;
    const text = subcommandHelp(plugin, subcommand);
    if (text === undefined) {
      const path = `/var/lib/dokku/plugins/enabled/${plugin.name}/subcommands/${subcommand}`;
      call.err(`cat: ${path}: No such file or directory\n`);
      return 1;
    }
    call.out(text);
    return 0;
  };
}

function handlerOf(plugin: DatastorePlugin, name: string, run: Subcommand): Handler {
  return async (call) => {
    if (!plugin.unimplemented.includes(name)) return run(call, plugin);
    await call.sleep(80);
    fail(call, 'Not yet implemented');
  };
}

/** The plugin with its 35 subcommands, as a host can be given it. */
export function installableDatastore(plugin: DatastorePlugin): Installable {
  const { name, title: shown, pluginVersion } = plugin;
  const shownHelp = help(plugin);
  return {
    plugin: {
      name,
      version: pluginVersion,
      description: `dokku ${name} service plugin`,
      enabled: true,
      sourceUrl: `https://github.com/dokku/dokku-${name}.git`,
      committish: '',
      branch: 'master',
    },
    summaries: [[name, `Plugin for managing ${shown} services`]],
    commands: {
      [name]: shownHelp,
      [`${name}:help`]: shownHelp,
      [`${name}:default`]: shownHelp,
      ...Object.fromEntries(
        Object.entries(subcommands).map(([subcommand, run]) => [
          `${name}:${subcommand}`,
          handlerOf(plugin, subcommand, run),
        ]),
      ),
    },
  };
}
