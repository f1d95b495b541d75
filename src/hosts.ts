import type { Logger } from 'pino';
import type { BackupJobs } from './application/backup-jobs.ts';
import type { Deployments } from './application/deployments.ts';
import type { Locks } from './application/locks.ts';
import type { Reach } from './application/outside.ts';
import type { AuditLog, Clock, CommandCatalogue, DokkuClient, StateStore } from './application/ports.ts';
import type { Secrets } from './application/secrets.ts';
import { backupConnection, backupContext, readConnection } from './backups.ts';
import { expand, type Loaded } from './config/load.ts';
import { type HostConfig, HostConfigSchema } from './config/schema.ts';
import { isSecret } from './domain/application/config.ts';
import type { ApplicationRepository, ConfigRepository } from './domain/application/repository.ts';
import { DomainError } from './domain/errors.ts';
import type { InfrastructureRepository } from './domain/infrastructure/repository.ts';
import type { ServiceRepository } from './domain/service/repository.ts';
import { DokkuApplicationRepository } from './infrastructure/dokku/application-repository.ts';
import { createDokkuClient } from './infrastructure/dokku/client.ts';
import { DokkuConfigRepository } from './infrastructure/dokku/config-repository.ts';
import { DokkuInfrastructureRepository } from './infrastructure/dokku/infrastructure-repository.ts';
import { MaskingClient } from './infrastructure/dokku/masking-client.ts';
import { DokkuServiceRepository } from './infrastructure/dokku/service-repository.ts';
import { createReach } from './infrastructure/http/reach.ts';
import { keepBackup } from './infrastructure/keeper/backup-keeper.ts';
import { kindOf } from './infrastructure/keeper/job-folder.ts';
import { runKeeper } from './infrastructure/keeper/keeper.ts';
import { KeeperBackups } from './infrastructure/keeper/keeper-backups.ts';
import { KeeperDeployments } from './infrastructure/keeper/keeper-deployments.ts';
import { sealedLedger } from './infrastructure/keeper/sealed-ledger.ts';
import { spawnKeeperOf } from './infrastructure/keeper/spawn-keeper.ts';
import { createVault } from './infrastructure/local/vault.ts';
import { DemoTransport } from './infrastructure/simulator/demo-transport.ts';
import type { SimulatedHost } from './infrastructure/simulator/host.ts';
import { createSshTransport } from './infrastructure/ssh/transport.ts';
import type { Transport } from './infrastructure/transport.ts';

/** What belongs to one host; made when it is first asked for, connected with its first command. */
export interface HostConnection {
  readonly client: DokkuClient;
  readonly apps: ApplicationRepository;
  readonly config: ConfigRepository;
  readonly infrastructure: InfrastructureRepository;
  readonly reach: Reach;
  readonly services: ServiceRepository;
  readonly deployments: Deployments;
  readonly backupJobs: BackupJobs;
  /** Makes a view that remembers for itself forget an app, or all. */
  readonly forget?: (app?: string) => void;
}

export interface HostsOptions {
  readonly loaded: Loaded;
  readonly demo: boolean;
  readonly clock: Clock;
  readonly catalogue: CommandCatalogue;
  readonly state: StateStore;
  readonly locks: Locks;
  readonly audit: AuditLog;
  readonly secretsOf: (host: string) => Secrets;
  readonly logger: Logger;
  /** Instead of SSH and the simulator; keepers then run in this process. */
  readonly transport?: (host: string) => Transport;
}

/** The configured hosts, each opened once. */
export class Hosts {
  readonly names: readonly string[];
  readonly #options: HostsOptions;
  readonly #open = new Map<string, HostConnection>();
  readonly #deployments: Deployments;
  readonly #ledger: StateStore;
  readonly #backupJobs: BackupJobs;
  #demo: Promise<SimulatedHost> | undefined;

  constructor(options: HostsOptions) {
    this.#options = options;
    this.names = options.demo ? ['demo'] : Object.keys(options.loaded.config.dokku.hosts);
    const { clock, audit, loaded } = options;
    this.#ledger = sealedLedger(options.state, createVault(loaded.stateDir));
    const spawnKeeper =
      options.demo || options.transport !== undefined
        ? (folder: string) => this.#keepHere(folder)
        : spawnKeeperOf([entryFile()]);
    const jobs = { folder: loaded.stateDir, audit, clock, spawnKeeper };
    this.#deployments = new KeeperDeployments({
      ...jobs,
      store: this.#ledger,
      clientOf: (name) => this.get(name).client,
      connectionOf: (name) => loaded.config.dokku.hosts[name] ?? null,
    });
    this.#backupJobs = new KeeperBackups({
      ...jobs,
      connectionOf: (name) => backupConnection(loaded, name),
      contextOf: (spec) => backupContext(this.get(spec.host), spec, this.#options),
    });
  }

  /** Carries one job to its end in this process: what a keeper does. Faults as `get`. */
  async keep(folder: string): Promise<void> {
    const { clock, audit, locks, secretsOf } = this.#options;
    if ((await kindOf(folder)) === 'backup') {
      return await keepBackup(folder, {
        open: (spec) => {
          const { host, deadlines } = readConnection(spec);
          const client = this.#client(spec.host, host, deadlines);
          const { services } = this.behind(spec.host, client);
          const context = backupContext({ services }, spec, this.#options);
          return { ...context, client, secrets: secretsOf(spec.host) };
        },
        locks,
        audit,
      });
    }
    const open = ({ host, connection }: { host: string; connection?: unknown }) =>
      this.#client(host, connection === null ? undefined : HostConfigSchema.parse(connection));
    await runKeeper(folder, { open, store: this.#ledger, audit, clock });
  }

  /** Faults: HOST_NOT_CONFIGURED, INVALID_ARGUMENT for a destination that ssh could misread. */
  get(name: string): HostConnection {
    const known = this.#open.get(name);
    if (known !== undefined) return known;
    const made = this.behind(name, this.#client(name));
    this.#open.set(name, made);
    return made;
  }

  /** The repositories of a host on another client, which stands in front of its own. */
  behind(name: string, client: DokkuClient): HostConnection {
    const { clock, catalogue, secretsOf, loaded } = this.#options;
    const { destination, addresses } = loaded.config.dokku.hosts[name] ?? {};
    return {
      client,
      apps: new DokkuApplicationRepository(client, clock),
      config: learning(new DokkuConfigRepository(client), secretsOf(name)),
      infrastructure: new DokkuInfrastructureRepository(client, clock),
      reach: createReach({
        ...(destination === undefined ? {} : { destination }),
        ...(addresses === undefined ? {} : { addresses }),
      }),
      services: new DokkuServiceRepository(client, catalogue, clock),
      deployments: this.#deployments,
      backupJobs: this.#backupJobs,
    };
  }

  /** Ends all connections; long work goes on in its keeper. */
  async close(): Promise<void> {
    await Promise.all([...this.#open.values()].map(({ client }) => client.close()));
  }

  #client(
    name: string,
    host: HostConfig | undefined = this.#options.loaded.config.dokku.hosts[name],
    deadlines = this.#options.loaded.config.dokku.deadlines,
  ): DokkuClient {
    const { catalogue, clock, secretsOf } = this.#options;
    const { read_seconds, change_seconds, long_seconds } = deadlines;
    const client = createDokkuClient({
      host: name,
      transport: this.#transport(name, host),
      catalogue,
      clock,
      deadlines: {
        read: read_seconds * 1000,
        change: change_seconds * 1000,
        longRunning: long_seconds * 1000,
      },
    });
    return new MaskingClient(client, { catalogue, clock, secrets: secretsOf(name) });
  }

  #transport(name: string, host: HostConfig | undefined): Transport {
    const { loaded, demo, logger, transport } = this.#options;
    if (transport !== undefined) return transport(name);
    if (demo && name === 'demo') return new DemoTransport(() => this.#openDemo());
    if (host === undefined) {
      throw new DomainError('HOST_NOT_CONFIGURED', {
        ...(name === '' ? {} : { host: name }),
        known: this.names,
      });
    }
    return createSshTransport({
      ...sshTarget(name, host),
      maxChannels: loaded.config.dokku.max_channels,
      mode: host.transport,
      onEvent: (event) => logger.info({ ...event, host: name }, 'ssh'),
    });
  }

  /** The simulator is loaded only where it is wanted; all connections share one host. */
  async #openDemo(): Promise<Transport> {
    const { createDemoHost } = await import('./infrastructure/simulator/demo.ts');
    const { SimulatorTransport } = await import('./infrastructure/simulator/transport.ts');
    this.#demo ??= createDemoHost();
    return new SimulatorTransport(await this.#demo);
  }

  /** A host that lives in this process has its keeper here too. */
  #keepHere(folder: string): void {
    const { logger } = this.#options;
    this.keep(folder).catch((error: unknown) => logger.error({ err: error }, 'keeper'));
  }
}

/** The file that node was started with: a keeper is this program once more. */
function entryFile(): string {
  return process.argv[1] ?? '';
}

function sshTarget(name: string, host: HostConfig) {
  const { destination, port, identity, known_hosts } = host;
  return {
    name,
    destination: destination.includes('@') ? destination : `dokku@${destination}`,
    ...(port === undefined ? {} : { port }),
    ...(identity === undefined ? {} : { identity: expand(identity) }),
    ...(known_hosts === undefined ? {} : { knownHosts: expand(known_hosts) }),
  };
}

/** Every value that is read as configuration is masked from then on in whatever leaves the server. */
function learning(config: ConfigRepository, secrets: Secrets): ConfigRepository {
  return {
    keys: (app, signal) => config.keys(app, signal),
    getAll: async (app, signal) => {
      const values = await config.getAll(app, signal);
      secrets.learnVariables([...values].filter(([key, value]) => isSecret(app, key, value)));
      return values;
    },
  };
}
