import type { Application, DesiredApplication } from '../../domain/application/application.ts';
import type { PlannedCommand } from '../../domain/application/repository.ts';
import type { AppSettings } from '../../domain/application/settings.ts';
import { DomainError, ValidationError } from '../../domain/errors.ts';
import { settingCommands } from './setting-changes.ts';

/**
 * Creates an empty app, or a copy of another one with its configuration. A copy is not deployed: its workers would
 * run beside those of the original, on the same databases, before anybody has looked at its variables.
 */
export function createCommands(name: string, cloneOf?: string): readonly PlannedCommand[] {
  return cloneOf === undefined
    ? [{ name: 'apps:create', args: [name] }]
    : [{ name: 'apps:clone', args: ['--skip-deploy', cloneOf, name] }];
}

/** Destroys an app. The global flag `force` answers Dokku's question; the typed name never travels. */
export function deleteCommands(name: string): readonly PlannedCommand[] {
  return [{ name: 'apps:destroy', args: [name], flags: ['force'] }];
}

/**
 * The fewest commands that lead from what is to what is wanted; none when nothing differs. What `desired` does not
 * name stays. None of them starts or restarts a process: what runs follows with the next restart or deploy, which is
 * the caller's to add. Current values are not known here, so all the wanted variables are written; one that is neither
 * wanted nor named in `unset` stays. `settings` are the present ones, where some are wanted.
 *
 * Faults: INVALID_ARGUMENT for a value that would destroy the configuration or for another app's name; CONFLICT when
 * app.json fixes the scale.
 */
export function updateCommands(
  current: Application,
  desired: DesiredApplication,
  settings?: AppSettings,
): readonly PlannedCommand[] {
  if (desired.name !== current.name) {
    throw new ValidationError('name', `the wanted app is ${desired.name}, the present one ${current.name}`, {
      wayOut: 'apps:rename gives an app another name.',
    });
  }
  const domains = domainCommands(current, desired.domains);
  return [
    ...configCommands(current.name, desired.config),
    ...unsetCommands(current.name, desired.unset),
    ...settingCommands(current, desired, settings),
    ...scaleCommands(current, desired.scale),
    ...domains,
    ...portCommands(current, desired.ports, domains.length > 0),
  ];
}

function configCommands(app: string, config: DesiredApplication['config']): readonly PlannedCommand[] {
  const entries = Object.entries(config ?? {});
  if (entries.length === 0) return [];
  for (const [key, value] of entries) refusePoison(key, value);
  return [
    {
      name: 'config:import',
      args: ['--no-restart', '--format', 'json', app, '-'],
      stdin: JSON.stringify(Object.fromEntries(entries)),
      secrets: entries.map(([, value]) => value).filter((value) => value !== '' && !app.includes(value)),
    },
  ];
}

function unsetCommands(app: string, keys: DesiredApplication['unset'] = []): readonly PlannedCommand[] {
  return keys.length === 0 ? [] : [{ name: 'config:unset', args: ['--no-restart', app, ...keys] }];
}

/** Dokku 0.38 stores such a value in a way that it cannot read back, and with it all variables of the app. */
function refusePoison(key: string, value: string): void {
  if (!/["\\]$/.test(value)) return;
  throw new ValidationError(
    key,
    'a value that ends in a double quote or a backslash makes Dokku lose all variables',
    {
      wayOut: 'Store it in another form (base64, or with a trailing blank) and let the app undo that.',
    },
  );
}

function scaleCommands(current: Application, scale: DesiredApplication['scale']): readonly PlannedCommand[] {
  const changes = Object.entries(scale ?? {}).filter(
    ([type, quantity]) => (current.scale.desired[type] ?? 0) !== quantity,
  );
  if (changes.length === 0) return [];
  if (current.scale.fixedByAppJson) {
    throw new DomainError('CONFLICT', {
      reason: `The formation in app.json fixes the scale of "${current.name}".`,
      wayOut: 'Change the formation in app.json and deploy.',
    });
  }
  const counts = changes.map(([type, quantity]) => `${type}=${quantity}`);
  return [{ name: 'ps:scale', args: ['--skip-deploy', current.name, ...counts] }];
}

/**
 * The first domain of an app makes Dokku drop a mapping to port 80 or 443 (pre-enable-vhost of plugins/nginx-vhosts),
 * so ports come after domains, and those that should stay are set again.
 */
function portCommands(
  current: Application,
  wanted: DesiredApplication['ports'],
  domainsChange: boolean,
): readonly PlannedCommand[] {
  const ports = wanted ?? current.ports.mapped;
  const dropped = domainsChange && current.domains.length === 0 && ports.length > 0;
  if (sameSet(ports, current.ports.mapped) && !dropped) return [];
  return ports.length === 0
    ? [{ name: 'ports:clear', args: [current.name] }]
    : [{ name: 'ports:set', args: [current.name, ...new Set(ports)] }];
}

/** One command in any case: each rebuilds the proxy's configuration, which takes 3-5 s. */
function domainCommands(
  current: Application,
  domains: DesiredApplication['domains'],
): readonly PlannedCommand[] {
  if (domains === undefined) return [];
  if (isKnown(current, 'domains') && sameSet(domains, current.domains)) return [];
  const wanted = [...new Set(domains)];
  const added = wanted.filter((domain) => !current.domains.includes(domain));
  const removed = current.domains.filter((domain) => !wanted.includes(domain));
  if (wanted.length === 0) return [{ name: 'domains:clear', args: [current.name] }];
  if (!isKnown(current, 'domains')) return [{ name: 'domains:set', args: [current.name, ...wanted] }];
  if (removed.length === 0) return [{ name: 'domains:add', args: [current.name, ...added] }];
  if (added.length === 0) return [{ name: 'domains:remove', args: [current.name, ...removed] }];
  return [{ name: 'domains:set', args: [current.name, ...wanted] }];
}

/** What was not read may be anything: it is set as a whole. */
function isKnown({ missing }: Application, part: string): boolean {
  return !missing.some((one) => one.part === part);
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return new Set(a).size === new Set(b).size && a.every((value) => b.includes(value));
}
