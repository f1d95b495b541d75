import { byBytes } from '../access.ts';
import type { SimulatedHost } from '../host.ts';
import type { SimulatedApp, SimulatedMount } from '../state.ts';

export const EVERY_PROCESS = '_default_';

export const phasesOf = (mount: SimulatedMount): readonly string[] => mount.phases ?? ['deploy', 'run'];
export const processOf = (mount: SimulatedMount): string => mount.processType ?? EVERY_PROCESS;

/** The parts of `host:container[:options]`; `ro` among the options stands for itself (ParseMountPath). */
export function parseMount(text: string): Omit<SimulatedMount, 'entryName'> {
  const [hostPath = '', containerPath = '', ...rest] = text.split(':');
  const tokens = rest.join(':').split(',');
  const options = tokens.filter((token) => token !== 'ro').join(',');
  return {
    hostPath,
    containerPath,
    ...(options === '' ? {} : { options }),
    ...(tokens.includes('ro') ? { readonly: true } : {}),
  };
}

/** Why a `host:container` text is refused (VerifyPaths of plugins/storage/storage.go). */
export function mountFault(text: string): string | undefined {
  if (text.startsWith('/')) {
    return /^\/.*:\//.test(text) ? undefined : 'Storage path must be two valid paths divided by colon.';
  }
  return /^[a-zA-Z0-9][a-zA-Z0-9_.-]+:\//.test(text)
    ? undefined
    : 'Volume name must be two characters or more. Volume name must not contain invalid characters. Storage path must be two valid paths divided by colon.';
}

/** Why an attachment is refused (Attachment.Validate of plugins/storage/attachment.go). */
export function attachmentFault(mount: SimulatedMount): string | undefined {
  if (!mount.containerPath.startsWith('/')) {
    return `attachment container path ${JSON.stringify(mount.containerPath)} must be absolute`;
  }
  if (phasesOf(mount).length === 0) return 'attachment must specify at least one phase';
  const odd = phasesOf(mount).find((phase) => phase !== 'deploy' && phase !== 'run');
  return odd === undefined
    ? undefined
    : `attachment phase ${JSON.stringify(odd)} is not supported (must be "deploy" or "run")`;
}

/** The same entry at the same place for the same process. */
export function sameMount(a: SimulatedMount, b: SimulatedMount): boolean {
  return a.entryName === b.entryName && a.containerPath === b.containerPath && processOf(a) === processOf(b);
}

/** The mounts of a phase in the order in which Dokku shows them: by the entry's name, then by path. */
export function mountsOf(app: SimulatedApp, phase: string): SimulatedMount[] {
  return app.mounts
    .filter((mount) => phasesOf(mount).includes(phase))
    .sort((a, b) => byBytes(a.entryName, b.entryName) || byBytes(a.containerPath, b.containerPath));
}

/** `host:container[:options]` */
export function formatMount(mount: SimulatedMount): string {
  const options = [mount.readonly === true ? 'ro' : '', mount.options ?? ''].filter((part) => part !== '');
  return [mount.hostPath, mount.containerPath, ...(options.length > 0 ? [options.join(',')] : [])].join(':');
}

/** The names of the apps that mount an entry. */
export function appsUsing(host: SimulatedHost, entryName: string): string[] {
  return host
    .appNames()
    .filter((name) => host.apps.get(name)?.mounts.some((mount) => mount.entryName === entryName) === true);
}
