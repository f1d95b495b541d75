import type { Context } from '../context.ts';
import type { CommandCatalogue, DokkuClient } from '../ports.ts';
import { denied } from './client.ts';

/**
 * Another host's context for an operation that changes this one, or none: whatever is asked of it, it only reads. Faults
 * of its client besides its own: POLICY_DENIED for a command that is no read.
 */
export function reading(context: Context): Context {
  const { deployments, backupJobs } = context;
  return {
    ...context,
    client: readingClient(context.client, context.catalogue),
    deployments: {
      start: async ({ command }) => {
        throw notHere(command.name, context.host);
      },
      ofAudit: (id) => deployments.ofAudit(id),
      settleLeft: async () => {},
      busy: (host, app) => deployments.busy(host, app),
      get: (id) => deployments.get(id),
      list: (host, app) => deployments.list(host, app),
      wait: (id, options) => deployments.wait(id, options),
      log: (id, from, limit) => deployments.log(id, from, limit),
      releases: (host, app, signal) => deployments.releases(host, app, signal),
    },
    backupJobs: {
      start: async ({ work }) => {
        throw notHere(`${work.type}:${work.action}`, context.host);
      },
      cancel: async () => {
        throw notHere('backup_cancel', context.host);
      },
      ofAudit: (id) => backupJobs.ofAudit(id),
      settleLeft: async () => {},
      get: (id) => backupJobs.get(id),
      list: (host) => backupJobs.list(host),
      wait: (id, options) => backupJobs.wait(id, options),
      log: (id, from, limit) => backupJobs.log(id, from, limit),
    },
  };
}

function readingClient(client: DokkuClient, catalogue: CommandCatalogue): DokkuClient {
  return {
    host: client.host,
    execute: async (command, options) => {
      if (!catalogue.effectOf(command).startsWith('read')) throw notHere(command.name, client.host);
      return await client.execute(command, options);
    },
    about: (signal) => client.about(signal),
    close: async () => {},
  };
}

function notHere(command: string, host: string) {
  return denied(`dokku ${command} on ${host}`, 'this call changes another host and may only read this one');
}
