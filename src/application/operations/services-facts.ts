import { z } from 'zod';
import { DomainError } from '../../domain/errors.ts';
import { conditionOf } from '../../domain/service/condition.ts';
import { datastoreOf } from '../../domain/service/database.ts';
import { type Link, linkOf } from '../../domain/service/links.ts';
import type { Service, ServiceKey } from '../../domain/service/service.ts';
import type { Context } from '../context.ts';

/** What every answer says of a service. */
export const ServiceFact = z.object({
  type: z.string(),
  service: z.string(),
  state: z.string(),
  version: z.string().optional(),
  links: z.array(z.string()),
  used_by_others: z.boolean().optional(),
  exposed: z.array(z.string()),
  problem: z.string().optional(),
  remedy: z.string().optional(),
});
export type ServiceFact = z.output<typeof ServiceFact>;

export function factOf(service: Service): ServiceFact {
  const { type, name, version, links, usedByOthers, exposed } = service;
  const { state, problem, remedy } = conditionOf(service);
  return {
    type,
    service: name,
    state,
    ...(version === undefined ? {} : { version }),
    links: [...links],
    ...(usedByOthers === true ? { used_by_others: true } : {}),
    exposed: [...exposed],
    ...(problem === undefined ? {} : { problem }),
    ...(remedy === undefined ? {} : { remedy }),
  };
}

/** Who uses the service, for a person: `others` stands for the linked apps that may not be shown. */
export function usersOf({ links, usedByOthers }: Pick<Service, 'links' | 'usedByOthers'>): readonly string[] {
  return usedByOthers === true ? [...links, 'others'] : links;
}

/** Most apps whose variables are read for one answer. */
const MOST_APPS = 20;

/** The links of a service with the variables that each app got, which are names; their values are not shown. */
export async function linksOf(service: Service, context: Context): Promise<readonly Link[]> {
  const apps = service.links.slice(0, MOST_APPS);
  return await Promise.all(apps.map((app) => readLink(service, app, context)));
}

/** How one app is tied to a service, whether or not it stands in the list of links. */
export async function readLink(service: Service, app: string, context: Context): Promise<Link> {
  const config = await context.config.getAll(app, context.signal).catch((error: unknown) => {
    if (error instanceof DomainError && error.code !== 'CANCELLED') return undefined;
    throw error;
  });
  return linkOf(service, app, config, datastoreOf(service.type).variable);
}

/** The service that the arguments of a call name. */
export function keyIn({ type, service }: { readonly type: string; readonly service: string }): ServiceKey {
  return { type, name: service };
}

export function title({ type, name }: ServiceKey): string {
  return `${type} service ${name}`;
}
