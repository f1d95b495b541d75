import { DomainError } from '../../domain/errors.ts';
import { conditionOf } from '../../domain/service/condition.ts';
import type { Service, ServiceKey, ServiceOptions } from '../../domain/service/service.ts';
import type { Context } from '../context.ts';
import type { Plan } from '../operation.ts';
import type { Command } from '../ports.ts';
import { keyIn, readLink, title } from './services-facts.ts';
import { type Ask, optionsIn } from './services-input.ts';
import { aroundExposure, followedBy, followers } from './services-state.ts';

export async function planCreate(input: Ask, context: Context): Promise<Plan> {
  const key = keyIn(input);
  await refuseTaken(key, context);
  const options = await optionsIn(input, context);
  return {
    summary: `Create the ${title(key)}`,
    effect: 'reversible',
    commands: context.services.create(key, options),
    consequences: [
      'The plugin makes the password; link hands it to an app. It waits until the service accepts connections (2 to 10 s, longer when the image has to be pulled).',
      ...envSaid(options),
    ],
    facts: { ...key, exists: false },
    inverse: context.services.destroy(key),
  };
}

export async function planClone(input: Ask, context: Context): Promise<Plan> {
  const { services, signal } = context;
  const key = keyIn(input);
  const to: ServiceKey = { type: key.type, name: input.to ?? '' };
  const { state, remedy = '' } = conditionOf(await services.getByName(key, signal));
  if (state !== 'running') {
    throw new DomainError('CONFLICT', {
      reason: `The ${title(key)} does not run (${state}), so its data cannot be copied.`,
      wayOut: remedy,
    });
  }
  await refuseTaken(to, context);
  const options = await optionsIn(input, context);
  return {
    summary: `Copy the ${title(key)} to ${to.name}`,
    effect: 'reversible',
    commands: services.clone(key, to.name, options),
    consequences: [
      `${to.name} gets its own password and a copy of the data; no app is linked to it.`,
      'The plugin says nothing when the copy fails, so what both hold is counted afterwards where that is possible.',
      ...envSaid(options),
    ],
    facts: { ...key, to: to.name },
    inverse: services.destroy(to),
  };
}

export async function planUpgrade(input: Ask, context: Context): Promise<Plan> {
  const { services, signal } = context;
  const key = keyIn(input);
  const service = await services.getByName(key, signal);
  const [image, tag] = imageOf(service.version);
  // A service that does not run has nothing to lose: this is how a failed upgrade is taken back.
  const { state } = conditionOf(service);
  const major = state === 'running' && isMajor(key, tag, input.version);
  const wanted = `${input.image ?? image ?? ''}:${input.version ?? ''}`;
  if (input.version !== undefined && wanted === service.version && state === 'running') {
    throw new DomainError('CONFLICT', {
      reason: `The ${title(key)} runs ${service.version} already.`,
      wayOut: 'Nothing is to be done.',
    });
  }
  const options = await optionsIn(input, context);
  const back: ServiceOptions = {
    ...(input.image === undefined || image === undefined ? {} : { image }),
    ...(tag === undefined ? {} : { version: tag }),
  };
  const plan: Plan = {
    summary: `Upgrade the ${title(key)} from ${service.version ?? 'an unknown version'} to ${input.version ?? "the plugin's own version"}`,
    effect: 'disruptive',
    commands: aroundExposure(service, services.upgrade(key, options), context),
    consequences: [
      'It is stopped and started on the new image (3 to 12 s); its connections break.',
      'The plugin stores the new version before it tries it: after a failure the service is down until it is upgraded back.',
      ...(major
        ? [
            `A new major version of ${key.type} does not read the data of the old one: this will most likely fail. The safe way: clone it with the new version, check the copy, then move the apps.`,
          ]
        : []),
    ],
    facts: { ...key, version: service.version ?? null, links: service.links },
    inverse: tag === undefined ? [] : services.upgrade(key, back),
    needsConsent: major,
  };
  return followedBy(plan, await followers(service, input.restart !== false, context));
}

export async function planDestroy(input: Ask, context: Context): Promise<Plan> {
  const { services, signal } = context;
  const key = keyIn(input);
  const service = await services.getByName(key, signal);
  if (service.usedByOthers === true) {
    throw new DomainError('CONFLICT', {
      reason: `The ${title(key)} is used by others: apps that this role may not read are linked to it, and Dokku removes no linked service.`,
      wayOut: 'Somebody who may change those apps has to unlink them first.',
    });
  }
  if (service.links.length > 0 && input.unlink !== true) {
    throw new DomainError('CONFLICT', {
      reason: `The ${title(key)} is linked to ${service.links.join(', ')}, and Dokku removes no linked service.`,
      wayOut: 'Unlink it first, or call again with options {"unlink": true} to do both in one plan.',
    });
  }
  const held = service.status === 'running' ? await services.count(key, signal) : undefined;
  const unlinks = await Promise.all(service.links.map((app) => unlinkOf(service, app, context)));
  const plan: Plan = {
    summary: `Destroy the ${title(key)} with its data`,
    effect: 'destructive',
    commands: [...unlinks.flat(), ...services.destroy(key)],
    consequences: [
      `Its data is gone for good${held === undefined ? '' : `: it holds ${held.count} ${held.unit}`}. Export it first if it may be needed.`,
      ...(service.links.length === 0
        ? ['No app is linked to it.']
        : [`It is unlinked from ${service.links.join(', ')}: they lose their variables for it.`]),
      ...(service.exposed.length === 0 ? [] : [`Its open port is closed (${service.exposed.join(' ')}).`]),
    ],
    facts: { ...key, links: service.links, status: service.status },
    typedName: key.name,
  };
  return followedBy(plan, await followers(service, input.restart !== false, context));
}

/** Without a restart: the service goes anyway. An app that only stands in the list makes the plugin end with 1. */
async function unlinkOf(service: Service, app: string, context: Context): Promise<readonly Command[]> {
  const { variables, stale } = await readLink(service, app, context);
  const commands = context.services.unlink(service, app, { restart: false });
  return variables.length > stale.length
    ? commands
    : commands.map((command) => ({ ...command, accept: [1] }));
}

async function refuseTaken(key: ServiceKey, { services, signal }: Context): Promise<void> {
  services.invalidate();
  if (!(await services.names(key.type, signal)).includes(key.name)) return;
  const { state, problem, remedy = '' } = conditionOf(await services.getByName(key, signal));
  if (state !== 'broken')
    throw new DomainError('NAME_TAKEN', { what: `${key.type} service`, name: key.name });
  throw new DomainError('CONFLICT', {
    reason: `There is a ${title(key)} already, and it is broken. ${problem ?? ''}`.trim(),
    wayOut: remedy,
  });
}

function envSaid({ env }: ServiceOptions): readonly string[] {
  return env === undefined
    ? []
    : [
        'Values of env travel as an argument of the command: while it runs, users of the host can see them in its process list.',
      ];
}

function imageOf(version: string | undefined): readonly [image?: string, tag?: string] {
  const at = version?.lastIndexOf(':') ?? -1;
  return version === undefined || at === -1 ? [] : [version.slice(0, at), version.slice(at + 1)];
}

/** Servers that write their data in another form with each major version; redis reads older data. */
function isMajor({ type }: ServiceKey, from: string | undefined, to: string | undefined): boolean {
  if (type === 'redis' || type === 'memcached' || from === undefined || to === undefined) return false;
  const [old] = from.match(/\d+/) ?? [];
  const [next] = to.match(/\d+/) ?? [];
  return old !== undefined && next !== undefined && old !== next;
}
