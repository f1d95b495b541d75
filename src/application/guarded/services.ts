import type { ServiceRepository } from '../../domain/service/repository.ts';
import type { Service, ServiceSummary } from '../../domain/service/service.ts';
import type { Rights } from '../rights.ts';

/**
 * Names only the apps that may be read. A service that hidden apps are linked to stays, marked as used by others:
 * otherwise it would look as if nobody needed it. What is sent is for the client to judge.
 */
export function guardServices(
  services: ServiceRepository,
  rights: Pick<Rights, 'open' | 'sees'>,
): ServiceRepository {
  if (rights.open) return services;
  const visible = (service: Service): Service => {
    const links = service.links.filter((app) => rights.sees(app));
    return links.length === service.links.length ? service : { ...service, links, usedByOthers: true };
  };
  const summarised = ({ facts, ...summary }: ServiceSummary): ServiceSummary =>
    facts === undefined ? summary : { ...summary, facts: { ...facts, value: visible(facts.value) } };
  return {
    plugins: (signal) => services.plugins(signal),
    getAll: async (options) => (await services.getAll(options)).map(summarised),
    getByName: async (key, signal) => visible(await services.getByName(key, signal)),
    names: (type, signal) => services.names(type, signal),
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
