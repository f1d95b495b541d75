/** Where Dokku keeps what apps may mount (`DOKKU_LIB_ROOT/data/storage`). */
export const STORAGE_ROOT = '/var/lib/dokku/data/storage';

/** Options of a bind mount that change nothing on the host: no propagation of mounts back to it. */
const MOUNT_OPTIONS: ReadonlySet<string> = new Set([
  'ro',
  'rw',
  'z',
  'Z',
  'nocopy',
  'consistent',
  'cached',
  'delegated',
]);

/**
 * Why a `host:container[:options]` mount would open the host to the app; undefined when it does not. Dokku itself takes
 * any host path, the root of the file system and docker's socket among them (measured on 0.38.27).
 */
export function reasonAgainstMount(mount: string): string | undefined {
  const parts = mount.split(':');
  const [from = '', to, options, ...more] = parts;
  if (to === undefined) return from.includes('/') ? reasonAgainstPath(from) : undefined;
  if (more.length > 0) return 'a mount has at most three parts: /host/path:/container/path:options';
  const wrong = reasonAgainstPath(from);
  if (wrong !== undefined) return wrong;
  return options === undefined ? undefined : reasonAgainstOptions(options);
}

/** Why a directory of the host may not be mounted; it has to lie below the storage root once `.` and `..` are gone. */
export function reasonAgainstPath(path: string): string | undefined {
  return isBelow(path, STORAGE_ROOT)
    ? undefined
    : `only storage entries (storage:create, then --container-dir) and directories below ${STORAGE_ROOT}/ may be mounted`;
}

/** Why the options of a mount are refused; undefined when they are all harmless. */
export function reasonAgainstOptions(options: string): string | undefined {
  const wrong = options.split(',').find((option) => !MOUNT_OPTIONS.has(option));
  return wrong === undefined ? undefined : `a mount takes only the options ${[...MOUNT_OPTIONS].join(', ')}`;
}

/** True when an absolute path lies below another one, after `.`, `..` and empty parts are resolved. */
export function isBelow(path: string, root: string): boolean {
  if (!path.startsWith('/')) return false;
  const kept: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') kept.pop();
    else if (part !== '' && part !== '.') kept.push(part);
  }
  return `/${kept.join('/')}`.startsWith(`${root}/`);
}

/** True when a relative path stays in the directory that it starts from. */
export function staysInside(path: string): boolean {
  return !path.startsWith('/') && !path.split('/').includes('..');
}
