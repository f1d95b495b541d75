import type { Clock, CommandCatalogue, DokkuClient } from '../../application/ports.ts';
import type { PlannedCommand } from '../../domain/application/repository.ts';
import { DomainError, ValidationError } from '../../domain/errors.ts';
import { ServiceName, ServiceType } from '../../domain/names.ts';
import { nearest } from '../../domain/nearest.ts';
import { countOf, datastoreOf, installCommand, officialDatastores } from '../../domain/service/database.ts';
import type { LinkOptions, ServiceRepository } from '../../domain/service/repository.ts';
import {
  keyOf,
  type Service,
  type ServiceKey,
  type ServiceOptions,
  type ServicePlugin,
  type ServiceSummary,
} from '../../domain/service/service.ts';
import { Remembered } from './remembered.ts';
import {
  cloneService,
  createService,
  destroyService,
  linkService,
  simple,
  unlinkService,
  upgradeService,
} from './service-changes.ts';
import { parseServiceInfo, parseServiceNames } from './service-info.ts';
import { readPlugins } from './service-plugins.ts';
import { ServiceSamples } from './service-samples.ts';

/** Milliseconds for which the names of services are remembered. */
const namesMs = 5_000;

/**
 * Data services of one host. The plugins are known from the list of plugins, which is read once per connection; names
 * cost one command per plugin, facts one per service (75-150 and 190-350 ms on a real host).
 */
export class DokkuServiceRepository implements ServiceRepository {
  readonly #client: DokkuClient;
  readonly #catalogue: CommandCatalogue;
  readonly #names: Remembered<readonly string[]>;
  readonly #details: Remembered<Service>;
  readonly #samples: ServiceSamples;

  constructor(client: DokkuClient, catalogue: CommandCatalogue, clock: Pick<Clock, 'now'>) {
    this.#client = client;
    this.#catalogue = catalogue;
    this.#names = new Remembered('service names', clock, namesMs);
    this.#details = new Remembered('service facts', clock, 0);
    this.#samples = new ServiceSamples(clock, (key, signal) => this.#read(key, signal));
  }

  async plugins(signal?: AbortSignal): Promise<readonly ServicePlugin[]> {
    const plugins = readPlugins(await this.#client.about(signal));
    for (const { type } of plugins) this.#catalogue.adopt(type);
    return plugins;
  }

  async getAll({
    types,
    signal,
  }: {
    types?: readonly string[];
    signal?: AbortSignal;
  } = {}): Promise<readonly ServiceSummary[]> {
    const lists = await Promise.all(
      (types ?? (await this.#readyTypes(signal))).map(async (one) =>
        (await this.names(one, signal)).map((name) => ({ type: one, name })),
      ),
    );
    return await this.#samples.of(lists.flat(), signal);
  }

  async getByName(key: ServiceKey, signal?: AbortSignal): Promise<Service> {
    check(key);
    await this.#ready(key.type, signal);
    try {
      const service = (await this.#details.get(keyOf(key), (shared) => this.#read(key, shared), signal))
        .value;
      this.#samples.note(service);
      return service;
    } catch (error) {
      throw DomainError.is(error, 'NOT_FOUND') ? await this.#withNearest(key, signal) : error;
    }
  }

  async names(type: string, signal?: AbortSignal): Promise<readonly string[]> {
    await this.#ready(type, signal);
    const load = async (shared: AbortSignal): Promise<readonly string[]> => {
      const command = { name: `${type}:list`, args: [], flags: ['quiet'] as const };
      return parseServiceNames((await this.#client.execute(command, { signal: shared })).stdout);
    };
    return (await this.#names.get(type, load, signal)).value;
  }

  async answers(key: ServiceKey, signal?: AbortSignal): Promise<boolean | undefined> {
    const { probe } = datastoreOf(key.type);
    return probe === undefined ? undefined : (await this.#ask(key, probe.ping, signal)) !== undefined;
  }

  async count(key: ServiceKey, signal?: AbortSignal): Promise<{ count: number; unit: string } | undefined> {
    const { probe } = datastoreOf(key.type);
    if (probe === undefined) return undefined;
    const count = countOf((await this.#ask(key, probe.count, signal)) ?? '');
    return count === undefined ? undefined : { count, unit: probe.unit };
  }

  async logs(key: ServiceKey, lines: number, signal?: AbortSignal): Promise<string> {
    check(key);
    await this.#ready(key.type, signal);
    // --tail would follow for ever.
    const command = { name: `${key.type}:logs`, args: [key.name, '--num', String(lines)] };
    const { stdout, stderr } = await this.#client.execute(command, {
      keepBytes: 1024 * 1024,
      ...(signal === undefined ? {} : { signal }),
    });
    // A server may log to either stream; the plugin's own words stand behind an exclamation mark.
    const server = stderr.split('\n').filter((line) => !/^ ?!\s/.test(line));
    return [stdout.trimEnd(), server.join('\n').trimEnd()].filter((part) => part !== '').join('\n');
  }

  create(key: ServiceKey, options: ServiceOptions): readonly PlannedCommand[] {
    return createService(key, options);
  }

  clone(key: ServiceKey, to: string, options: ServiceOptions): readonly PlannedCommand[] {
    return cloneService(key, to, options);
  }

  upgrade(key: ServiceKey, options: ServiceOptions): readonly PlannedCommand[] {
    return upgradeService(key, options);
  }

  destroy(key: ServiceKey): readonly PlannedCommand[] {
    return destroyService(key);
  }

  link(key: ServiceKey, app: string, options: LinkOptions): readonly PlannedCommand[] {
    return linkService(key, app, options);
  }

  unlink(key: ServiceKey, app: string, { restart }: { restart: boolean }): readonly PlannedCommand[] {
    return unlinkService(key, app, restart);
  }

  promote(key: ServiceKey, app: string): readonly PlannedCommand[] {
    return simple(key, 'promote', app);
  }

  control(key: ServiceKey, action: 'start' | 'stop' | 'restart'): readonly PlannedCommand[] {
    return simple(key, action);
  }

  expose(key: ServiceKey, port?: string): readonly PlannedCommand[] {
    return simple(key, 'expose', ...(port === undefined ? [] : [port]));
  }

  unexpose(key: ServiceKey): readonly PlannedCommand[] {
    return simple(key, 'unexpose');
  }

  invalidate(): void {
    this.#names.forget();
    this.#details.forget();
    this.#samples.forget();
  }

  async #read(key: ServiceKey, signal: AbortSignal): Promise<Service> {
    const { stdout } = await this.#client.execute({ name: `${key.type}:info`, args: [key.name] }, { signal });
    return parseServiceInfo(key, stdout);
  }

  /** The answer to a probe; undefined when the service does not answer. */
  async #ask(key: ServiceKey, stdin: string, signal?: AbortSignal): Promise<string | undefined> {
    check(key);
    const { exit, stdout } = await this.#client.execute(
      { name: `${key.type}:connect`, args: [key.name], stdin },
      { accept: 'any', ...(signal === undefined ? {} : { signal }) },
    );
    return exit === 0 && !/^(?:\(error\) )?(?:ERR|NOAUTH|LOADING)\b/m.test(stdout) ? stdout : undefined;
  }

  async #readyTypes(signal?: AbortSignal): Promise<readonly string[]> {
    return (await this.plugins(signal)).filter(({ enabled }) => enabled).map(({ type }) => type);
  }

  async #ready(type: string, signal?: AbortSignal): Promise<void> {
    const plugins = await this.plugins(signal);
    const found = plugins.find((plugin) => plugin.type === type);
    if (found?.enabled === true) return;
    const installed = plugins.filter(({ enabled }) => enabled).map((plugin) => plugin.type);
    if (found !== undefined) {
      const command = `sudo dokku plugin:enable ${type}`;
      throw new DomainError('PLUGIN_MISSING', {
        plugin: type,
        reason: 'is disabled on this host',
        command,
        installed,
      });
    }
    if (officialDatastores.includes(type)) {
      const reason = 'is not installed on this host';
      throw new DomainError('PLUGIN_MISSING', {
        plugin: type,
        reason,
        command: installCommand(type),
        installed,
      });
    }
    throw new DomainError('NOT_FOUND', {
      what: 'plugin for data services named',
      name: type,
      nearest: nearest(type, [...new Set([...installed, ...officialDatastores])]),
      wayOut: `Ready on this host: ${installed.join(', ') || 'none'}. Known: ${officialDatastores.join(', ')}.`,
    });
  }

  async #withNearest({ type, name }: ServiceKey, signal?: AbortSignal): Promise<DomainError> {
    const names = await this.names(type, signal);
    const near = nearest(name, names);
    return new DomainError('NOT_FOUND', {
      what: `${type} service`,
      name,
      ...(near.length === 0 ? {} : { nearest: near }),
      wayOut: `${type} services on this host: ${names.join(', ') || 'none'}.`,
    });
  }
}

/** The last look before a name travels, whoever asked. */
function check({ type, name }: ServiceKey): void {
  for (const [field, schema, value] of [
    ['type', ServiceType, type],
    ['service', ServiceName, name],
  ] as const) {
    const parsed = schema.safeParse(value);
    if (!parsed.success) throw new ValidationError(field, parsed.error.issues[0]?.message ?? 'is no name');
  }
}
