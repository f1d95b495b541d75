import type { PlannedCommand } from '../../domain/application/repository.ts';
import type { Phase } from '../../domain/infrastructure/network.ts';
import type { CertificateFiles, MountWanted } from '../../domain/infrastructure/repository.ts';
import type { Mount } from '../../domain/infrastructure/storage.ts';
import { certificateArchive } from './certificate-archive.ts';

/* Commands that change the host beside its apps; nothing here sends one. */

export function createNetworkCommands(name: string): readonly PlannedCommand[] {
  return [{ name: 'network:create', args: [name] }];
}

export function destroyNetworkCommands(name: string): readonly PlannedCommand[] {
  return [{ name: 'network:destroy', args: [name], flags: ['force'] }];
}

export function attachCommands(
  app: string,
  phase: Phase,
  networks: readonly string[],
): readonly PlannedCommand[] {
  return [{ name: 'network:set', args: [app, phase, ...networks] }];
}

/** The tar travels on standard input; the key, and each of its lines, is masked wherever it could show. */
export function installCertificateCommands(
  app: string,
  files: CertificateFiles,
  replaces: boolean,
): readonly PlannedCommand[] {
  return [
    {
      name: replaces ? 'certs:update' : 'certs:add',
      args: [app],
      stdin: certificateArchive(files),
      secrets: [files.key.trim()],
    },
  ];
}

export function removeCertificateCommands(app: string): readonly PlannedCommand[] {
  return [{ name: 'certs:remove', args: [app] }];
}

export function createEntryCommands(name: string, chown: string | undefined): readonly PlannedCommand[] {
  return [{ name: 'storage:create', args: [...(chown === undefined ? [] : ['--chown', chown]), name] }];
}

export function ensureDirectoryCommands(name: string, chown: string | undefined): readonly PlannedCommand[] {
  return [
    { name: 'storage:ensure-directory', args: [...(chown === undefined ? [] : ['--chown', chown]), name] },
  ];
}

/** The files stay: only the entry is forgotten. */
export function destroyEntryCommands(name: string): readonly PlannedCommand[] {
  return [{ name: 'storage:destroy', args: [name], flags: ['force'] }];
}

/** A named entry takes flags; a directory of the host the colon form. */
export function mountCommands({
  app,
  source,
  containerDir,
  readonly,
}: MountWanted): readonly PlannedCommand[] {
  return source.startsWith('/')
    ? [{ name: 'storage:mount', args: [app, `${source}:${containerDir}${readonly === true ? ':ro' : ''}`] }]
    : [
        {
          name: 'storage:mount',
          args: [
            '--container-dir',
            containerDir,
            ...(readonly === true ? ['--volume-readonly'] : []),
            app,
            source,
          ],
        },
      ];
}

/** Mounts of the old kind are named by both paths, entries by their name (and directory, if mounted twice). */
export function unmountCommands({
  app,
  entry,
  hostPath,
  containerPath,
}: Pick<Mount, 'app' | 'entry' | 'hostPath' | 'containerPath'>): readonly PlannedCommand[] {
  const named = entry !== '' && !entry.startsWith('legacy-');
  return [
    {
      name: 'storage:unmount',
      args: named ? ['--container-dir', containerPath, app, entry] : [app, `${hostPath}:${containerPath}`],
    },
  ];
}
