import { createHash } from 'node:crypto';
import { byBytes } from '../access.ts';
import type { SimulatedHost } from '../host.ts';
import type { SimulatedStorageEntry } from '../state.ts';

const ROOT = '/var/lib/dokku/data/storage';
const ACCESS_MODES = ['ReadWriteOnce', 'ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOncePod'];

/** Where an entry lies when nobody says where. */
export const defaultHostPath = (name: string): string => `${ROOT}/${name}`;

export function findEntry(host: SimulatedHost, name: string): SimulatedStorageEntry | undefined {
  return host.storage.find((entry) => entry.name === name);
}

/** All entries in the order of their names. */
export function allEntries(host: SimulatedHost): SimulatedStorageEntry[] {
  return [...host.storage].sort((a, b) => byBytes(a.name, b.name));
}

export function saveEntry(host: SimulatedHost, entry: SimulatedStorageEntry): void {
  const index = host.storage.findIndex(({ name }) => name === entry.name);
  if (index < 0) host.storage.push(entry);
  else host.storage[index] = entry;
}

export const schedulerOf = (entry: SimulatedStorageEntry): string => entry.scheduler ?? 'docker-local';

/** The value of one of storage:set's properties, '' when unset. */
export const setting = (entry: SimulatedStorageEntry, key: string): string => entry.settings?.get(key) ?? '';

/** Why a name cannot be given to an entry (ValidateEntryName of plugins/storage/entry.go). */
export function nameFault(name: string, legacy: boolean): string | undefined {
  if (name === '') return 'storage entry name is required';
  const named = `storage entry name ${JSON.stringify(name)}`;
  if (Buffer.byteLength(name) > 45) {
    return `${named} is too long (max 45 characters); helm release names cap our budget`;
  }
  if (!/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(name)) {
    return `${named} must be a DNS-1123 label (lowercase letters, digits, and dashes; cannot start or end with a dash)`;
  }
  if (!legacy && name.startsWith('legacy-')) return `${named} must not start with reserved prefix "legacy-"`;
  return undefined;
}

/** Why an entry as a whole is refused (Entry.Validate of plugins/storage/entry.go). */
export function entryFault(entry: SimulatedStorageEntry): string | undefined {
  const fault = nameFault(entry.name, entry.name.startsWith('legacy-'));
  if (fault !== undefined) return fault;
  const scheduler = schedulerOf(entry);
  const named = `storage entry ${JSON.stringify(entry.name)}`;
  if (scheduler !== 'docker-local' && scheduler !== 'k3s') {
    return `${named} has unsupported scheduler ${JSON.stringify(scheduler)} (supported: docker-local, k3s)`;
  }
  const policy = setting(entry, 'reclaim-policy');
  if (!['', 'Retain', 'Delete'].includes(policy)) {
    return `${named} has unsupported reclaim policy ${JSON.stringify(policy)}`;
  }
  return scheduler === 'k3s' ? clusterFault(entry, named) : localFault(entry, named);
}

function localFault(entry: SimulatedStorageEntry, named: string): string | undefined {
  const path = entry.hostPath;
  if (path === '') return `${named} (docker-local) is missing host_path`;
  if (!path.startsWith('/') && !/^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/.test(path)) {
    return `${named} host_path must be an absolute path or a docker named volume token, got ${JSON.stringify(path)}`;
  }
  for (const key of ['size', 'storage-class-name', 'access-mode']) {
    if (setting(entry, key) !== '') return `${named} (docker-local) does not accept --${key}`;
  }
  if (setting(entry, 'reclaim-policy') === 'Delete' && path !== defaultHostPath(entry.name)) {
    return `${named} (docker-local) only accepts --reclaim-policy Delete on the default host path (${defaultHostPath(entry.name)})`;
  }
  return undefined;
}

function clusterFault(entry: SimulatedStorageEntry, named: string): string | undefined {
  const path = entry.hostPath;
  const mode = setting(entry, 'access-mode');
  if (setting(entry, 'size') === '') return `${named} (k3s) requires --size`;
  if (setting(entry, 'storage-class-name') !== '' && path !== '') {
    return `${named} (k3s) cannot set both --storage-class-name and a host path; the cluster provisions class-backed volumes`;
  }
  if (mode !== '' && !ACCESS_MODES.includes(mode)) {
    return `${named} has unsupported access mode ${JSON.stringify(mode)}`;
  }
  if (path !== '' && !path.startsWith('/')) {
    return `${named} host_path must be absolute, got ${JSON.stringify(path)}`;
  }
  return setting(entry, 'mode') === '' ? undefined : `${named} (k3s) does not accept --mode`;
}

/** The four-digit form of an octal mode, undefined when it is none. '' stays ''. */
export function directoryMode(mode: string): string | undefined {
  if (mode === '') return '';
  if (!/^[0-7]{3,4}$/.test(mode)) return undefined;
  return mode.padStart(4, '0');
}

/** The entry that a `host:container` mount stands for; its name is a hash of the host's part. */
export function legacyEntry(hostPath: string, now: number): SimulatedStorageEntry {
  const hashed = hostPath.startsWith('/') ? hostPath : `vol:${hostPath}`;
  const name = `legacy-${createHash('sha1').update(hashed).digest('hex').slice(0, 10)}`;
  return { name, hostPath, createdAt: now };
}

/** The entry's file, which storage:info shows: fields that are not set are left out. */
export function entryFields(entry: SimulatedStorageEntry): Record<string, unknown> {
  const fields: [string, unknown][] = [
    ['name', entry.name],
    ['scheduler', schedulerOf(entry)],
    ['host_path', entry.hostPath],
    ['size', setting(entry, 'size')],
    ['access_mode', setting(entry, 'access-mode')],
    ['storage_class', setting(entry, 'storage-class-name')],
    ['namespace', setting(entry, 'namespace')],
    ['chown', setting(entry, 'chown')],
    ['mode', setting(entry, 'mode')],
    ['reclaim_policy', setting(entry, 'reclaim-policy')],
    ['annotations', sorted(entry.annotations)],
    ['labels', sorted(entry.labels)],
    ['schema_version', 1],
  ];
  return Object.fromEntries(fields.filter(([, value]) => value !== '' && value !== undefined));
}

function sorted(map: ReadonlyMap<string, string> | undefined): Record<string, string> | undefined {
  if (map === undefined || map.size === 0) return undefined;
  return Object.fromEntries([...map].sort(([a], [b]) => byBytes(a, b)));
}
