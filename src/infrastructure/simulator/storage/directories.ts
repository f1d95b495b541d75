import type { SimulatedHost } from '../host.ts';
import type { Invocation } from '../invocation.ts';
import { fail, verbose } from '../output.ts';
import type { SimulatedStorageEntry } from '../state.ts';
import { defaultHostPath, setting } from './entries.ts';

const SYSTEM = [
  '/',
  '/etc',
  '/home',
  '/home/dokku',
  '/mnt',
  '/opt',
  '/srv',
  '/tmp',
  '/usr',
  '/var',
  '/var/lib',
];
const OWN = ['/home/dokku', '/tmp', '/var/lib/dokku/data/storage'];

/** True when the directory is there: made by a storage command, or one of the system's. */
export function directoryExists(host: SimulatedHost, path: string): boolean {
  const clean = path.replace(/(.)\/+$/, '$1');
  if (SYSTEM.includes(clean) || OWN.some((own) => own === clean || own.startsWith(`${clean}/`))) return true;
  return [...host.directories].some((known) => known === clean || known.startsWith(`${clean}/`));
}

/** Makes a directory with all above it; returns why the dokku user may not. */
function makeDirectory(host: SimulatedHost, path: string): string | undefined {
  const parts = path.split('/').filter((part) => part !== '');
  for (let depth = 1; depth <= parts.length; depth++) {
    const place = `/${parts.slice(0, depth).join('/')}`;
    if (directoryExists(host, place)) continue;
    if (!OWN.some((own) => place.startsWith(`${own}/`))) return `mkdir ${place}: permission denied`;
    host.directories.add(`/${parts.join('/')}`);
    return undefined;
  }
  return undefined;
}

/** Makes the directory of a docker-local entry and gives it the mode and owner that the entry asks for. */
export function ensureDirectory(call: Invocation, entry: SimulatedStorageEntry): void {
  const chown = setting(entry, 'chown');
  const mode = setting(entry, 'mode');
  const wantsChown = chown !== '' && chown !== 'false';
  if (wantsChown) requireDefaultPath(call, entry, '--chown');
  if (mode !== '') requireDefaultPath(call, entry, '--mode');
  if (!entry.hostPath.startsWith('/')) return;
  if (!directoryExists(call.host, entry.hostPath)) {
    const fault = makeDirectory(call.host, entry.hostPath);
    if (fault !== undefined) fail(call, `unable to create ${entry.hostPath}: ${fault}`);
    call.out(verbose(`Created ${entry.hostPath}`));
  }
  if (mode !== '') call.out(verbose(`Setting directory mode to ${mode}`));
  if (!wantsChown) return;
  const owner = ownerId(call, chown);
  call.out(verbose(`Setting directory ownership to ${owner}:${owner}`));
}

/** Ends the command for an entry at a place of its own, where Dokku may change nothing. */
export function requireDefaultPath(call: Invocation, entry: SimulatedStorageEntry, flag: string): void {
  const path = defaultHostPath(entry.name);
  if (entry.hostPath === path) return;
  fail(
    call,
    `${flag} is only supported when the storage entry uses the default host path (${path}); omit ${flag} and manage ${entry.hostPath} manually`,
  );
}

const OWNERS: Readonly<Record<string, string>> = {
  herokuish: '32767',
  heroku: '1000',
  packeto: '2000',
  paketo: '2000',
  root: '0',
  false: 'false',
};

/** The user id behind a --chown value, `false` for none (ResolveChownID of plugins/storage/subcommands.go). */
export function ownerId(call: Invocation, chown: string): string {
  if (chown === 'packeto') {
    call.out(
      verbose(
        "Detected deprecated chown flag 'packeto'. Using 'paketo' instead. Please update your configuration.",
      ),
    );
  }
  const known = Object.hasOwn(OWNERS, chown) ? OWNERS[chown] : undefined;
  if (known !== undefined) return known;
  if (!/^\d+$/.test(chown) || Number(chown) > 65_535) fail(call, 'Unsupported chown permissions');
  return String(Number(chown));
}
