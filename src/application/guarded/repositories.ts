import type { ApplicationRepository, ConfigRepository } from '../../domain/application/repository.ts';
import { DomainError } from '../../domain/errors.ts';
import type { Deployments } from '../deployments.ts';
import type { Rights } from '../rights.ts';
import { denied, permits } from './client.ts';

/**
 * Shows only the apps that may be read: lists leave the others out, and a question about one is refused before the
 * host is asked, with the same words whether it exists or not.
 */
export function guardApps(apps: ApplicationRepository, rights: Rights): ApplicationRepository {
  if (rights.open) return apps;
  return {
    async getAll(signal) {
      const { apps: all, at } = await apps.getAll(signal);
      return { apps: all.filter(({ name }) => rights.sees(name)), at };
    },
    names: async (signal) => (await apps.names(signal)).filter((name) => rights.sees(name)),
    async getByName(name, signal) {
      see(rights, name);
      return await apps.getByName(name, signal);
    },
    async settings(name, signal) {
      see(rights, name);
      return await apps.settings(name, signal);
    },
    async builds(name, signal) {
      see(rights, name);
      return await apps.builds(name, signal);
    },
    async buildOutput(name, build, signal) {
      see(rights, name);
      return await apps.buildOutput(name, build, signal);
    },
    create: (name, options) => apps.create(name, options),
    update: (current, desired, settings) => apps.update(current, desired, settings),
    delete: (name) => apps.delete(name),
    invalidate: (app) => apps.invalidate(app),
  };
}

export function guardConfig(config: ConfigRepository, rights: Rights): ConfigRepository {
  if (rights.open) return config;
  return {
    async keys(app, signal) {
      see(rights, app);
      return await config.keys(app, signal);
    },
    async getAll(app, signal) {
      see(rights, app);
      return await config.getAll(app, signal);
    },
  };
}

/** Deploys of hidden apps are not there; what a job sends is judged before it is handed to its keeper. */
export function guardDeployments(deployments: Deployments, rights: Rights): Deployments {
  if (rights.open) return deployments;
  const mine = ({ host, app }: { readonly host: string; readonly app: string }): boolean =>
    host === rights.subject.host && rights.sees(app);
  const own = async (id: string): Promise<void> => {
    const found = await deployments.get(id);
    if (found === undefined || !mine(found)) throw new DomainError('NOT_FOUND', { what: 'deploy', name: id });
  };
  return {
    async start(request) {
      permits(rights, request.command);
      return await deployments.start(request);
    },
    async get(id) {
      const found = await deployments.get(id);
      return found !== undefined && mine(found) ? found : undefined;
    },
    ofAudit: (audit) => deployments.ofAudit(audit),
    settleLeft: (host) => deployments.settleLeft(host),
    busy: (host, app) => deployments.busy(host, app),
    list: async (host, app) => (await deployments.list(host, app)).filter(mine),
    async wait(id, options) {
      await own(id);
      return await deployments.wait(id, options);
    },
    async log(id, cursor, limit) {
      await own(id);
      return await deployments.log(id, cursor, limit);
    },
    async releases(host, app, signal) {
      see(rights, app);
      permits(rights, { name: 'builds:list', args: [app] });
      return await deployments.releases(host, app, signal);
    },
  };
}

function see(rights: Rights, app: string): void {
  if (rights.sees(app)) return;
  throw denied(
    `The app "${app}"`,
    `it is not among the apps that the role "${rights.subject.role}" may read`,
  );
}
