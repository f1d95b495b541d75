import { DomainError } from '../../domain/errors.ts';
import type { ServiceRepository } from '../../domain/service/repository.ts';
import { keyOf, type Service, type ServiceKey, type ServiceSummary } from '../../domain/service/service.ts';
import type { Rights } from '../rights.ts';

/**
 * Names only the apps that may be read. A role that may read the services of the whole host sees all of them, one that
 * hidden apps are linked to marked as used by others: otherwise it would look as if nobody needed it. Every other role
 * has the services that are linked to its apps and to no hidden one; the rest is not there, whether it exists or not. What
 * is sent is for the client to judge.
 */
export function guardServices(
  services: ServiceRepository,
  rights: Pick<Rights, 'open' | 'sees' | 'judge'>,
): ServiceRepository {
  if (rights.open) return services;
  /** Services that were this role's: one that it unlinks itself stays until others link it. */
  const own = new Set<string>();
  const may = (verb: string, type: string, ...args: string[]): boolean =>
    rights.judge({ name: `${type}:${verb}`, args }).verdict !== 'deny';
  const whole = ({ type, name }: ServiceKey): boolean => may('list', type) && may('info', type, name);
  const isOwn = ({ links, ...key }: Service): boolean => {
    if (!links.every((app) => rights.sees(app))) return false;
    if (links.length > 0) own.add(keyOf(key));
    return own.has(keyOf(key));
  };
  const visible = (service: Service): Service | undefined => {
    const links = service.links.filter((app) => rights.sees(app));
    if (!isOwn(service) && !whole(service)) return undefined;
    return links.length === service.links.length ? service : { ...service, links, usedByOthers: true };
  };
  const summarised = ({ facts, ...summary }: ServiceSummary): ServiceSummary[] => {
    const value = facts === undefined ? undefined : visible(facts.value);
    if (facts !== undefined && value !== undefined) return [{ ...summary, facts: { ...facts, value } }];
    return may('list', summary.type) ? [summary] : [];
  };
  const getAll: ServiceRepository['getAll'] = async (options) =>
    (await services.getAll(options)).flatMap(summarised);
  return {
    plugins: (signal) => services.plugins(signal),
    getAll,
    async getByName(key, signal) {
      if (whole(key)) return visible(await services.getByName(key, signal)) ?? notThere(key);
      const found = await services.getByName(key, signal).catch((error: unknown) => {
        // Its nearest names are those of services that may not be shown.
        if (DomainError.is(error, 'NOT_FOUND') && error.details.what === `${key.type} service`)
          return notThere(key);
        throw error;
      });
      return visible(found) ?? notThere(key);
    },
    async names(type, signal) {
      if (may('list', type)) return await services.names(type, signal);
      return (await getAll({ types: [type], ...(signal === undefined ? {} : { signal }) })).map(
        ({ name }) => name,
      );
    },
    answers: (key, signal) => services.answers(key, signal),
    count: (key, signal) => services.count(key, signal),
    logs: (key, lines, signal) => services.logs(key, lines, signal),
    create: (key, options) => services.create(key, options),
    clone: (key, to, options) => services.clone(key, to, options),
    upgrade: (key, options) => services.upgrade(key, options),
    destroy: (key) => services.destroy(key),
    link: (key, app, options) => services.link(key, app, options),
    unlink: (key, app, options) => services.unlink(key, app, options),
    promote: (key, app) => services.promote(key, app),
    control: (key, action) => services.control(key, action),
    expose: (key, port) => services.expose(key, port),
    unexpose: (key) => services.unexpose(key),
    invalidate: () => services.invalidate(),
  };
}

function notThere({ type, name }: ServiceKey): never {
  throw new DomainError('NOT_FOUND', {
    what: `${type} service`,
    name,
    wayOut: 'services_info lists the services that this role may see.',
  });
}
