import type { Logger } from 'pino';
import type { Deployments } from './application/deployments.ts';
import type { Clock, CommandCatalogue, DokkuClient, StateStore } from './application/ports.ts';
import type { Secrets } from './application/secrets.ts';
import { expand, type Loaded } from './config/load.ts';
import type { HostConfig } from './config/schema.ts';
import type { ApplicationRepository, ConfigRepository } from './domain/application/repository.ts';
import { DomainError } from './domain/errors.ts';
import { DokkuApplicationRepository } from './infrastructure/dokku/application-repository.ts';
import { createDokkuClient } from './infrastructure/dokku/client.ts';
import { DokkuConfigRepository } from './infrastructure/dokku/config-repository.ts';
import { createSshTransport } from './infrastructure/ssh/transport.ts';
import type { Transport } from './infrastructure/transport.ts';

/** What belongs to one host; made when it is first asked for, connected with its first command. */
export interface HostConnection {
  readonly client: DokkuClient;
  readonly apps: ApplicationRepository;
  readonly config: ConfigRepository;
  readonly deployments: Deployments;
}

export interface HostsOptions {
  readonly loaded: Loaded;
  readonly demo: boolean;
  readonly clock: Clock;
  readonly catalogue: CommandCatalogue;
  readonly state: StateStore;
  readonly secretsOf: (host: string) => Secrets;
  readonly logger: Logger;
}

/** The configured hosts, each opened once. */
export class Hosts {
  readonly names: readonly string[];
  readonly #options: HostsOptions;
  readonly #open = new Map<string, HostConnection>();

  constructor(options: HostsOptions) {
    this.#options = options;
    this.names = options.demo ? ['demo'] : Object.keys(options.loaded.config.dokku.hosts);
  }

  /** Faults: HOST_NOT_CONFIGURED, INVALID_ARGUMENT for a destination that ssh could misread. */
  get(name: string): HostConnection {
    const known = this.#open.get(name);
    if (known !== undefined) return known;
    const { clock, catalogue } = this.#options;
    const transport = this.#transport(name);
    const client = createDokkuClient({ host: name, transport, catalogue, clock });
    const made: HostConnection = {
      client,
      apps: new DokkuApplicationRepository(client, clock),
      config: learning(new DokkuConfigRepository(client), this.#options.secretsOf(name)),
      deployments: this.#deployments(name, client),
    };
    this.#open.set(name, made);
    return made;
  }

  /** Ends all connections; long work goes on in its keeper. */
  async close(): Promise<void> {
    await Promise.all([...this.#open.values()].map(({ client }) => client.close()));
  }

  #transport(name: string): Transport {
    const { loaded, demo, logger } = this.#options;
    if (demo) throw new DomainError('HOST_NOT_CONFIGURED', { host: name });
    const host = loaded.config.dokku.hosts[name];
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

  #deployments(_name: string, _client: DokkuClient): Deployments {
    return {} as Deployments;
  }
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
      secrets.learn(values.values());
      return values;
    },
  };
}
