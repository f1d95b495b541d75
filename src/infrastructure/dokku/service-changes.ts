import type { PlannedCommand } from '../../domain/application/repository.ts';
import type { LinkOptions } from '../../domain/service/repository.ts';
import type { ServiceKey, ServiceOptions } from '../../domain/service/service.ts';

/*
 * What is sent for each change of a service. Names stand first and flags after them: the plugins take whatever comes
 * first for the name. Only long flags: Dokku's dispatcher loses `-n` (measured).
 */

export function createService(key: ServiceKey, options: ServiceOptions): readonly PlannedCommand[] {
  return [withOptions(`${key.type}:create`, [key.name], options)];
}

export function cloneService(
  key: ServiceKey,
  to: string,
  options: ServiceOptions,
): readonly PlannedCommand[] {
  return [withOptions(`${key.type}:clone`, [key.name, to], options)];
}

/** Never with --restart-apps: with a linked app the plugin stops half way, the new version stored (exit 127, measured). */
export function upgradeService(key: ServiceKey, options: ServiceOptions): readonly PlannedCommand[] {
  return [withOptions(`${key.type}:upgrade`, [key.name], options)];
}

/** The global flag answers the plugin's question; the typed name never travels. */
export function destroyService({ type, name }: ServiceKey): readonly PlannedCommand[] {
  return [{ name: `${type}:destroy`, args: [name], flags: ['force'] }];
}

export function linkService(key: ServiceKey, app: string, options: LinkOptions): readonly PlannedCommand[] {
  const alias = options.alias === undefined ? [] : ['--alias', options.alias];
  return [{ name: `${key.type}:link`, args: [key.name, app, ...alias, ...quietly(options.restart)] }];
}

export function unlinkService(key: ServiceKey, app: string, restart: boolean): readonly PlannedCommand[] {
  return [{ name: `${key.type}:unlink`, args: [key.name, app, ...quietly(restart)] }];
}

/** One word after the verb: promote, start, stop, restart, expose and unexpose. */
export function simple(
  key: ServiceKey,
  verb: string,
  ...words: readonly string[]
): readonly PlannedCommand[] {
  return [{ name: `${key.type}:${verb}`, args: [key.name, ...words] }];
}

function quietly(restart: boolean): readonly string[] {
  return restart ? [] : ['--no-restart'];
}

/** Variables of the container can only travel as an argument: `K=V;K2=V2` (the plugin reads nothing from stdin). */
function withOptions(name: string, words: readonly string[], options: ServiceOptions): PlannedCommand {
  const { image, version, memory, env = new Map<string, string>() } = options;
  const pairs = [...env].map(([key, value]) => `${key}=${value}`);
  const flags = [
    ...(image === undefined ? [] : ['--image', image]),
    ...(version === undefined ? [] : ['--image-version', version]),
    ...(memory === undefined ? [] : ['--memory', String(memory)]),
    ...(pairs.length === 0 ? [] : ['--custom-env', pairs.join(';')]),
  ];
  const secrets = [...env.values()].filter((value) => value !== '');
  return { name, args: [...words, ...flags], ...(secrets.length === 0 ? {} : { secrets }) };
}
