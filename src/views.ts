import { guardBackupJobs } from './application/guarded/backup-jobs.ts';
import { guardClient } from './application/guarded/client.ts';
import { guardInfrastructure } from './application/guarded/infrastructure.ts';
import { guardApps, guardConfig, guardDeployments } from './application/guarded/repositories.ts';
import { guardServices } from './application/guarded/services.ts';
import type { CommandCatalogue } from './application/ports.ts';
import type { Caller } from './application/principal.ts';
import { Rights } from './application/rights.ts';
import type { Policy } from './domain/policy/policy.ts';
import type { HostConnection, Hosts } from './hosts.ts';

export interface ViewsOptions {
  readonly hosts: Hosts;
  readonly catalogue: CommandCatalogue;
  readonly policy: Policy;
  readonly readOnly: boolean;
  /** The role of whoever calls without one of their own. */
  readonly role: string;
}

/** Each host as each role may see it: the same connection behind another guard, with memories of its own. */
export class Views {
  readonly #options: ViewsOptions;
  readonly #rights = new Map<string, Rights>();
  readonly #views = new Map<string, HostConnection>();

  constructor(options: ViewsOptions) {
    this.#options = options;
  }

  rights(host: string, caller: Caller = {}): Rights {
    const { catalogue, policy } = this.#options;
    const role = caller.role ?? this.#options.role;
    const readOnly = this.#options.readOnly || caller.readOnly === true;
    const key = JSON.stringify([host, role, readOnly]);
    const rights =
      this.#rights.get(key) ?? new Rights({ policy, catalogue, subject: { role, host, readOnly } });
    this.#rights.set(key, rights);
    return rights;
  }

  /** Faults as `Hosts.get`. The client of the view is that of one tool, where it is named. */
  of(host: string, caller?: Caller, tool?: string): HostConnection {
    const connection = this.#options.hosts.get(host);
    const rights = this.rights(host, caller);
    if (rights.open) return connection;
    const { role, readOnly } = rights.subject;
    const key = JSON.stringify([host, role, readOnly]);
    const view = this.#views.get(key) ?? this.#make(host, connection, rights);
    this.#views.set(key, view);
    const client = guardClient(connection.client, { rights, ...(tool === undefined ? {} : { tool }) });
    return { ...view, client };
  }

  #make(host: string, connection: HostConnection, rights: Rights): HostConnection {
    const { hosts } = this.#options;
    const own = hosts.behind(host, guardClient(connection.client, { rights, filtered: true }));
    const apps = guardApps(own.apps, rights);
    return {
      client: own.client,
      // A change of one role is news for all of them.
      apps: { ...apps, invalidate: (app) => this.#invalidate(host, app) },
      config: guardConfig(own.config, rights),
      infrastructure: guardInfrastructure(own.infrastructure, rights),
      reach: own.reach,
      services: guardServices(own.services, rights),
      deployments: guardDeployments(own.deployments, rights),
      backupJobs: guardBackupJobs(own.backupJobs, rights),
      forget: (app) => {
        own.apps.invalidate(app);
        own.services.invalidate();
      },
    };
  }

  #invalidate(host: string, app: string | undefined): void {
    const { apps, services } = this.#options.hosts.get(host);
    apps.invalidate(app);
    services.invalidate();
    for (const [key, view] of this.#views) {
      const [of] = JSON.parse(key) as [string, string];
      if (of === host) view.forget?.(app);
    }
  }
}
