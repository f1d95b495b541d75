import { requireApp } from '../access.ts';
import { Exit, type Family, type Handler, type Invocation } from '../invocation.ts';
import { fail, info, warning } from '../output.ts';
import { type FlagSpec, parseFlags } from '../pflag.ts';
import type { SimulatedStorageEntry } from '../state.ts';
import { entryProperties, pairs, refuse, requireEntry, requireMode } from '../storage/arguments.ts';
import { directoryExists, ensureDirectory } from '../storage/directories.ts';
import { entryFault, saveEntry, schedulerOf, setting } from '../storage/entries.ts';

const set: Handler = async (call) => {
  await call.sleep(46);
  const flags = parseFlags(call, setFlags);
  const changes = entryProperties
    .filter((key) => flags.texts(key).length > 0)
    .map((key) => [key, flags.text(key)]);
  const annotations = pairs(call, flags, 'annotation');
  const labels = pairs(call, flags, 'label');
  const maps = annotations.size + labels.size > 0;
  const named = flags.arg(1);
  if (named !== '' && (changes.length > 0 || maps)) {
    fail(call, 'storage:set accepts either a property and a value or flags, not both');
  }
  if (named === '' && changes.length === 0 && !maps) fail(call, 'No property specified');
  if (changes.length > 0) {
    call.err(warning("Deprecated: please use 'storage:set <name> <property> [<value>]' instead of flags"));
  }
  if (maps) {
    const text =
      "Deprecated: please use 'storage:annotations:set' and 'storage:labels:set' instead of --annotation and --label";
    call.err(warning(text));
  }
  if (named !== '') changes.push([named, flags.arg(2)]);
  const known = requireEntry(call, flags.arg(0));
  const entry = { ...known, settings: new Map(known.settings) };
  for (const [key = '', value = ''] of changes) applySetting(call, entry, key, value);
  if (annotations.size > 0) entry.annotations = annotations;
  if (labels.size > 0) entry.labels = labels;
  refuse(call, entryFault(entry));
  saveEntry(call.host, entry);
  const touches = changes.some(([key]) => key === 'chown' || key === 'mode');
  if (touches && schedulerOf(entry) === 'docker-local') ensureDirectory(call, entry);
  call.out(info(`Storage entry ${entry.name} updated`));
  return 0;
};

const setFlags: Readonly<Record<string, FlagSpec>> = {
  ...Object.fromEntries(
    entryProperties.map((key) => [
      key,
      { kind: 'string', usage: `--${key}: [DEPRECATED] use 'storage:set <name> ${key} <value>'` } as const,
    ]),
  ),
  annotation: {
    kind: 'strings',
    usage: "--annotation key=value: [DEPRECATED] use 'storage:annotations:set'",
  },
  label: { kind: 'strings', usage: "--label key=value: [DEPRECATED] use 'storage:labels:set'" },
};

function applySetting(
  call: Invocation,
  entry: SimulatedStorageEntry & { settings: Map<string, string> },
  key: string,
  value: string,
): void {
  if (!entryProperties.includes(key)) {
    fail(call, `Invalid property specified, valid properties include: ${entryProperties.join(', ')}`);
  }
  if ((key === 'access-mode' || key === 'storage-class-name') && value !== setting(entry, key)) {
    fail(call, `storage:set cannot change ${key} in place; recreate the entry`);
  }
  entry.settings.set(key, key === 'mode' ? requireMode(call, value) : value);
}

const waiting: Handler = async (call) => {
  await call.sleep(50);
  const entry = requireEntry(call, parseFlags(call, {}).arg(0));
  const path = entry.hostPath;
  if (path !== '' && !directoryExists(call.host, path)) {
    fail(call, `storage entry ${JSON.stringify(entry.name)} host path ${path} is not present`);
  }
  return 0;
};

/** Runs a command in a throw-away container; its image is not on the host, and no registry can be reached. */
const exec: Handler = async (call) => {
  await call.sleep(60);
  const flags = parseFlags(call, {
    image: { kind: 'string', usage: '--image: container image to use (default alpine:3)' },
    'as-user': {
      kind: 'string',
      usage: "--as-user: numeric uid to run the exec container as (overrides the entry's chown)",
    },
  });
  if (flags.rest.length === 0) fail(call, 'storage:exec requires a storage entry name');
  requireEntry(call, flags.arg(0));
  const image = flags.text('image') || 'alpine:3';
  const registry = 'registry-1.docker.io';
  call.err(
    `Unable to find image '${image}' locally\ndocker: Error response from daemon: Get "https://${registry}/v2/": dial tcp: lookup ${registry} on 192.0.2.53:53: no such host.\nSee 'docker run --help'.\n`,
  );
  throw new Exit(125);
};

const migrate: Handler = async (call) => {
  await call.sleep(60);
  const flags = parseFlags(call, {
    all: { kind: 'bool', usage: '--all: re-migrate every app on this install' },
  });
  const name = flags.arg(0);
  if (flags.has('all') && name !== '') {
    fail(call, 'storage:migrate accepts either an app name or --all, not both');
  }
  if (!flags.has('all') && name === '') fail(call, 'storage:migrate requires an app name (or --all)');
  if (name !== '') requireApp(call, name);
  else if (call.host.apps.size === 0) return 0;
  call.out(info(name === '' ? `Re-migrated ${call.host.apps.size} app(s)` : `Re-migrated ${name}`));
  return 0;
};

/** What can be done with a storage entry that exists. */
export const storageSettings: Family = {
  commands: {
    'storage:exec': exec,
    'storage:migrate': migrate,
    'storage:set': set,
    'storage:wait': waiting,
  },
};
