import { DomainError } from '../../domain/errors.ts';
import type { Deployments } from '../deployments.ts';

/**
 * The jobs of one actor: those of others are not there, by id as in lists. What they deployed is told all the same by
 * Dokku's own records, to whoever may read the app.
 */
export function jobsOf(deployments: Deployments, actor: string): Deployments {
  const own = async (id: string): Promise<void> => {
    const found = await deployments.get(id);
    if (found?.actor !== actor) throw new DomainError('NOT_FOUND', { what: 'deploy', name: id });
  };
  return {
    start: (request) => deployments.start(request),
    ofAudit: (audit) => deployments.ofAudit(audit),
    settleLeft: (host) => deployments.settleLeft(host),
    releases: (host, app, signal) => deployments.releases(host, app, signal),
    async get(id) {
      const found = await deployments.get(id);
      return found?.actor === actor ? found : undefined;
    },
    list: async (host, app) => (await deployments.list(host, app)).filter((one) => one.actor === actor),
    async wait(id, options) {
      await own(id);
      return await deployments.wait(id, options);
    },
    async log(id, cursor, limit) {
      await own(id);
      return await deployments.log(id, cursor, limit);
    },
  };
}
