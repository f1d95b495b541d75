import { goStructJson } from '../access.ts';
import { confirmDestruction } from '../confirm.ts';
import type { Family, Handler, Invocation } from '../invocation.ts';
import { fail, info, verbose, warning } from '../output.ts';
import { type FlagSpec, parseFlags } from '../pflag.ts';
import type { SimulatedStorageEntry } from '../state.ts';
import { entryProperties, pairs, refuse, requireEntry, requireMode } from '../storage/arguments.ts';
import { ensureDirectory, ownerId, requireDefaultPath } from '../storage/directories.ts';
import {
  allEntries,
  defaultHostPath,
  entryFault,
  entryFields,
  findEntry,
  nameFault,
  saveEntry,
  schedulerOf,
  setting,
} from '../storage/entries.ts';
import { appsUsing } from '../storage/mounts.ts';

const format: FlagSpec = { kind: 'string', usage: '--format: output format (text, json)', initial: 'text' };

const createFlags: Readonly<Record<string, FlagSpec>> = {
  scheduler: {
    kind: 'string',
    usage: '--scheduler: target scheduler (docker-local, k3s)',
    initial: 'docker-local',
  },
  size: { kind: 'string', usage: '--size: PVC size (k3s only, e.g. 2Gi)' },
  'access-mode': { kind: 'string', usage: '--access-mode: PVC access mode (k3s only)' },
  'storage-class-name': { kind: 'string', usage: '--storage-class-name: PVC storage class (k3s only)' },
  namespace: { kind: 'string', usage: '--namespace: PVC namespace (k3s only)' },
  chown: { kind: 'string', usage: '--chown: chown option (docker-local only)' },
  mode: {
    kind: 'string',
    usage: '--mode: octal permissions for the host directory, such as 0755 (docker-local only)',
  },
  'reclaim-policy': {
    kind: 'string',
    usage: '--reclaim-policy: reclaim policy for the underlying volume (Retain or Delete)',
  },
  annotation: { kind: 'strings', usage: '--annotation key=value: PVC annotation (repeatable)' },
  label: { kind: 'strings', usage: '--label key=value: PVC label (repeatable)' },
};

const create: Handler = async (call) => {
  await call.sleep(46);
  const flags = parseFlags(call, createFlags);
  const annotations = pairs(call, flags, 'annotation');
  const labels = pairs(call, flags, 'label');
  const name = flags.arg(0);
  const fault = nameFault(name, false);
  if (fault !== undefined) fail(call, fault);
  const scheduler = flags.text('scheduler') || 'docker-local';
  const mode = requireMode(call, flags.text('mode'));
  const settings = new Map(entryProperties.map((key) => [key, key === 'mode' ? mode : flags.text(key)]));
  const hostPath = flags.arg(1) || (scheduler === 'docker-local' ? defaultHostPath(name) : '');
  const entry: SimulatedStorageEntry = {
    name,
    hostPath,
    createdAt: call.host.now(),
    scheduler,
    settings,
    annotations,
    labels,
  };
  refuse(call, entryFault(entry));
  const known = findEntry(call.host, name);
  if (known !== undefined) {
    const other = schedulerOf(known);
    if (other !== scheduler) {
      fail(
        call,
        `storage entry ${JSON.stringify(name)} already exists with scheduler ${JSON.stringify(other)}; refusing to redefine`,
      );
    }
    if (!call.flags.quiet) call.out(info(`Storage entry ${name} already exists, leaving in place`));
  }
  if (scheduler === 'docker-local') ensureDirectory(call, entry);
  saveEntry(call.host, entry);
  call.out(info(`Storage entry ${name} created`));
  return 0;
};

const destroy: Handler = async (call) => {
  await call.sleep(48);
  const flags = parseFlags(call, {
    force: { kind: 'bool', usage: '--force: force destroy without confirmation' },
    'destroy-host-dir': {
      kind: 'bool',
      usage: '--destroy-host-dir: also remove the host directory and its contents (docker-local only)',
    },
  });
  const name = flags.arg(0);
  if (name === '') fail(call, 'storage entry name is required');
  const entry = requireEntry(call, name);
  const using = appsUsing(call.host, name);
  if (using.length > 0) {
    fail(call, `storage entry ${JSON.stringify(name)} is still mounted by app(s): ${using.join(', ')}`);
  }
  const removes = removesDirectory(call, entry, flags.has('destroy-host-dir'));
  if (!flags.has('force') && !call.flags.force) {
    if (removes) {
      const text = `Storage entry ${name} is backed by ${entry.hostPath}, which will be removed along with its contents.`;
      call.err(warning(text));
    }
    confirmDestruction(call, name, 'storage entry');
  }
  if (removes) {
    call.host.directories.delete(entry.hostPath);
    call.out(verbose(`Removed ${entry.hostPath}`));
  }
  call.host.storage.splice(call.host.storage.indexOf(entry), 1);
  call.out(info(`Storage entry ${name} destroyed`));
  return 0;
};

function removesDirectory(call: Invocation, entry: SimulatedStorageEntry, asked: boolean): boolean {
  const scheduler = schedulerOf(entry);
  if (asked && scheduler !== 'docker-local') {
    fail(
      call,
      `--destroy-host-dir only applies to docker-local storage entries; ${JSON.stringify(entry.name)} is scheduler ${JSON.stringify(scheduler)} and follows --reclaim-policy`,
    );
  }
  if (asked) requireDefaultPath(call, entry, '--destroy-host-dir');
  return scheduler === 'docker-local' && (asked || setting(entry, 'reclaim-policy') === 'Delete');
}

const ensure: Handler = async (call) => {
  await call.sleep(44);
  const flags = parseFlags(call, {
    chown: {
      kind: 'string',
      usage: '--chown: chown option (herokuish, heroku, paketo, root, false)',
      initial: 'herokuish',
    },
  });
  const name = flags.arg(0);
  call.err(warning("Deprecated: please use 'storage:create' instead of 'storage:ensure-directory'"));
  if (name === '') fail(call, 'Please specify a directory to create');
  if (!/^[A-Za-z0-9_-]+$/.test(name)) {
    fail(call, 'Directory can only contain the following set of characters: [A-Za-z0-9_-]');
  }
  const owner = ownerId(call, flags.text('chown'));
  const path = defaultHostPath(name);
  call.out(info(`Ensuring ${path} exists`));
  call.host.directories.add(path);
  if (owner !== 'false' && !call.flags.quiet) {
    call.out(verbose(`Setting directory ownership to ${owner}:${owner}`));
  }
  await call.sleep(85);
  if (!call.flags.quiet) call.out(verbose('Directory ready for mounting'));
  return 0;
};

const show: Handler = async (call) => {
  await call.sleep(50);
  const flags = parseFlags(call, { format });
  if (flags.arg(0) === '') fail(call, 'storage entry name is required');
  const entry = requireEntry(call, flags.arg(0));
  if (flags.text('format') === 'json') {
    call.out(`${goStructJson(entryFields(entry), 2)}\n`);
    return 0;
  }
  if (!call.flags.quiet) call.out(info(`Storage entry ${entry.name}`));
  const rows: [string, string][] = [
    ['Scheduler', schedulerOf(entry)],
    ['Host path', entry.hostPath],
    ['Size', setting(entry, 'size')],
    ['Access mode', setting(entry, 'access-mode')],
    ['Storage class', setting(entry, 'storage-class-name')],
    ['Namespace', setting(entry, 'namespace')],
    ['Chown', setting(entry, 'chown')],
    ['Mode', setting(entry, 'mode')],
    ['Reclaim policy', setting(entry, 'reclaim-policy')],
  ];
  for (const [label, value] of rows) {
    if (value !== '') call.out(verbose(`${`${label}:`.padEnd(18)}${value}`));
  }
  return 0;
};

const listEntries: Handler = async (call) => {
  await call.sleep(42);
  const flags = parseFlags(call, {
    scheduler: { kind: 'string', usage: '--scheduler: filter to a single scheduler' },
    format,
  });
  const wanted = flags.text('scheduler');
  const found = allEntries(call.host).filter((entry) => wanted === '' || schedulerOf(entry) === wanted);
  if (flags.text('format') === 'json') {
    call.out(`${goStructJson(found.map(entryFields), 2)}\n`);
    return 0;
  }
  const heading = found.length === 0 ? 'No storage entries registered' : 'Storage entries:';
  if (!call.flags.quiet) call.out(info(heading));
  for (const entry of found) {
    call.out(verbose(`${entry.name}\t${schedulerOf(entry)}\t${entry.hostPath}`));
  }
  return 0;
};

/** plugins/storage: named volumes. */
export const storage: Family = {
  commands: {
    'storage:create': create,
    'storage:destroy': destroy,
    'storage:ensure-directory': ensure,
    'storage:info': show,
    'storage:list-entries': listEntries,
  },
};
