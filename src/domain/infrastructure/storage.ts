import { STORAGE_ROOT } from './storage-paths.ts';

/** A named storage entry (Dokku 0.38), or one that stands for a mount of the old kind (`legacy-...`). */
export interface StorageEntry {
  readonly name: string;
  readonly scheduler: string;
  readonly hostPath: string;
}

/** Where an app mounts something. */
export interface Mount {
  readonly app: string;
  /** Empty before Dokku 0.38. */
  readonly entry: string;
  readonly hostPath: string;
  readonly containerPath: string;
  readonly readonly: boolean;
  /** `deploy` and `run`. */
  readonly phases: readonly string[];
  /** `_default_` is every process. */
  readonly process: string;
}

/** Named entries that no app mounts. */
export function orphanEntries(
  entries: readonly StorageEntry[],
  mounts: readonly Mount[],
): readonly StorageEntry[] {
  return entries.filter(
    ({ name, hostPath }) =>
      !mounts.some((mount) => mount.entry === name || (hostPath !== '' && mount.hostPath === hostPath)),
  );
}

/** Host paths that several apps mount: their data is shared, wanted or not. */
export function sharedPaths(mounts: readonly Mount[]): ReadonlyMap<string, readonly string[]> {
  const users = new Map<string, Set<string>>();
  for (const { hostPath, app } of mounts) {
    const known = users.get(hostPath) ?? new Set();
    users.set(hostPath, known.add(app));
  }
  return new Map(
    [...users].filter(([, apps]) => apps.size > 1).map(([path, apps]) => [path, [...apps].sort()]),
  );
}

/** Mounts of docker's own volumes: what is neither an entry nor a path of the host is a volume's name to docker. */
export function volumeMounts(mounts: readonly Mount[]): readonly Mount[] {
  return mounts.filter(({ hostPath, entry }) => !hostPath.startsWith('/') && hostPath !== entry);
}

/** True for paths where Dokku keeps persistent storage; others belong to the host itself. */
export function isOrdinaryPath(path: string): boolean {
  return path.startsWith(`${STORAGE_ROOT}/`) || !path.startsWith('/');
}
