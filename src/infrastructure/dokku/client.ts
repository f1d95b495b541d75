import type {
  Clock,
  Command,
  CommandCatalogue,
  CommandInfo,
  CommandResult,
  DokkuClient,
  Effect,
  ExecuteOptions,
} from '../../application/ports.ts';
import { DomainError, ValidationError } from '../../domain/errors.ts';
import type { HostAbout } from '../../domain/infrastructure/server.ts';
import { nearest } from '../../domain/nearest.ts';
import type { ExecOutcome, Transport } from '../transport.ts';
import { pluginListJsonSince, readPlugins, readVersion } from './about.ts';
import { datastoreVerbs } from './catalogue/services.ts';
import { checkServiceWords } from './catalogue/validate.ts';
import { intoSink, lineReader, stdinOf } from './client-streams.ts';
import { type Deadlines, deadlineOf, deadlines, isRead } from './deadlines.ts';
import { encode } from './encoder.ts';
import { faultOf, isSplitRefused } from './faults.ts';
import { Remembered } from './remembered.ts';
import { parseLines } from './report.ts';
import { resultOf } from './result.ts';
import { readPlugins as readServicePlugins } from './service-plugins.ts';
import { isAtLeast } from './version.ts';

export interface DokkuClientOptions {
  /** The name under which the host is configured. */
  readonly host: string;
  readonly transport: Transport;
  readonly catalogue: CommandCatalogue;
  readonly clock: Clock;
  readonly deadlines?: Deadlines;
}

/** A host may be upgraded while we are connected; the next command after this time asks again. */
const aboutKeptMs = 10 * 60_000;

/**
 * A client for one host: looks every command up in the catalogue (an unknown name is INVALID_ARGUMENT), refuses what
 * the host's version does not have, encodes, sends once, and turns failures into DomainErrors by the table of
 * faults.ts. Reads may be repeated by the transport, changes never. Results hold the host's text unchanged; lines
 * handed to `onLine` and texts in errors are cleaned.
 */
export function createDokkuClient(options: DokkuClientOptions): DokkuClient {
  return new Client(options);
}

class Client implements DokkuClient {
  readonly host: string;
  readonly #transport: Transport;
  readonly #catalogue: CommandCatalogue;
  readonly #version: Remembered<string>;
  readonly #about: Remembered<HostAbout>;
  readonly #names: Remembered<readonly string[]>;
  readonly #deadlines: Deadlines;

  constructor({ host, transport, catalogue, clock, ...more }: DokkuClientOptions) {
    this.host = host;
    this.#transport = transport;
    this.#catalogue = catalogue;
    this.#deadlines = more.deadlines ?? deadlines;
    this.#version = new Remembered('version', clock, aboutKeptMs);
    this.#about = new Remembered('plugin:list', clock, aboutKeptMs);
    this.#names = new Remembered('apps:list', clock, 0);
  }

  async execute(command: Command, options: ExecuteOptions = {}): Promise<CommandResult> {
    const info = await this.#lookUpHere(command.name, options.signal);
    checkServiceWords(info, command.args);
    if (info.refused !== undefined) {
      throw new DomainError('POLICY_DENIED', { what: `dokku ${command.name}`, rule: info.refused });
    }
    const effect = this.#catalogue.effectOf(command);
    const version =
      isRead(effect) && info.since === undefined ? undefined : await this.#knownVersion(options.signal);
    if (version !== undefined && info.since !== undefined && !isAtLeast(version, info.since)) {
      throw new DomainError('UNSUPPORTED', {
        what: `dokku ${command.name}`,
        needs: `Dokku ${info.since} or newer; this host has ${version}`,
      });
    }
    try {
      return await this.#run(command, info, effect, options, version);
    } catch (error) {
      throw DomainError.is(error, 'APP_NOT_FOUND') ? await this.#withNearest(error) : error;
    }
  }

  async about(signal?: AbortSignal): Promise<HostAbout> {
    const load = async (shared: AbortSignal): Promise<HostAbout> => {
      const version = await this.#readVersion(shared);
      const json = isAtLeast(version, pluginListJsonSince) ? ['--format', 'json'] : [];
      const { stdout } = await this.#read({ name: 'plugin:list', args: json }, shared);
      return { version, plugins: readPlugins(stdout) };
    };
    return (await this.#about.get('', load, signal)).value;
  }

  async close(): Promise<void> {
    await this.#transport.close();
  }

  /** A command of a data service whose plugin nobody has heard of is known once the host says that it is one. */
  async #lookUpHere(name: string, signal?: AbortSignal): Promise<CommandInfo> {
    const [plugin = '', verb = ''] = name.split(':');
    if (this.#catalogue.find(name) === undefined && datastoreVerbs.has(verb)) {
      const services = readServicePlugins(await this.about(signal));
      if (services.some(({ type }) => type === plugin)) this.#catalogue.adopt(plugin);
    }
    return this.#lookUp(name);
  }

  #lookUp(name: string): CommandInfo {
    const info = this.#catalogue.find(name);
    if (info !== undefined) return info;
    const near = nearest(name, this.#catalogue.names());
    throw new ValidationError('command', 'there is no Dokku command of this name', {
      value: name,
      wayOut:
        near.length > 0
          ? `Did you mean ${near.join(' or ')}?`
          : 'command_search finds the commands there are.',
    });
  }

  /** A sink is opened before anything is sent, and ended only when the command ended well. */
  async #run(
    command: Command,
    info: CommandInfo,
    effect: Effect,
    options: ExecuteOptions,
    version?: string,
  ): Promise<CommandResult> {
    const { sink } = command;
    if (sink === undefined) return await this.#exchange(command, info, effect, options, version);
    try {
      await sink.open(options.signal);
      const result = await this.#exchange(command, info, effect, options, version);
      await sink.end();
      return result;
    } catch (error) {
      await sink.discard();
      throw error;
    }
  }

  async #exchange(
    command: Command,
    info: CommandInfo,
    effect: Effect,
    options: ExecuteOptions,
    version?: string,
  ): Promise<CommandResult> {
    const lines = options.onLine === undefined ? undefined : lineReader(options.onLine);
    let outcome: ExecOutcome;
    try {
      outcome = await this.#transport.exec({
        line: encode(command, version === undefined ? {} : { version }),
        label: command.name,
        deadlineMs: options.deadlineMs ?? deadlineOf(effect, info, this.#deadlines),
        repeatable: isRead(effect) && options.onLine === undefined,
        ...stdinOf(command),
        ...(lines === undefined ? {} : { onOutput: lines.onOutput }),
        ...(command.sink === undefined ? {} : { onOutput: intoSink(command.sink), once: true }),
        ...(options.keepBytes === undefined ? {} : { keepBytes: options.keepBytes }),
        ...(options.signal === undefined ? {} : { signal: options.signal }),
      });
    } catch (error) {
      this.#forgetAfter(error);
      throw error;
    }
    await lines?.end();
    const result = { ...resultOf(outcome), ...(command.sink === undefined ? {} : { stdout: '' }) };
    const failed = { command, info, ...result };
    const accepted =
      options.accept === 'any' || result.exit === 0 || options.accept?.includes(result.exit) === true;
    if (!accepted || isSplitRefused(failed)) throw faultOf(failed);
    return result;
  }

  /** A command of our own that needs nothing known about the host. */
  #read(command: Command, signal: AbortSignal): Promise<CommandResult> {
    return this.#run(command, this.#lookUp(command.name), 'read', { signal });
  }

  async #readVersion(signal?: AbortSignal): Promise<string> {
    const load = async (shared: AbortSignal): Promise<string> =>
      readVersion((await this.#read({ name: 'version', args: [] }, shared)).stdout);
    return (await this.#version.get('', load, signal)).value;
  }

  /** Undefined when the host does not tell: then it answers by itself for what it does not have. */
  async #knownVersion(signal?: AbortSignal): Promise<string | undefined> {
    try {
      return await this.#readVersion(signal);
    } catch (error) {
      if (DomainError.is(error, 'UNEXPECTED_OUTPUT') || DomainError.is(error, 'COMMAND_FAILED'))
        return undefined;
      throw error;
    }
  }

  /** A new connection may lead to an upgraded host. */
  #forgetAfter(error: unknown): void {
    if (!DomainError.is(error, 'LINK_LOST') && !DomainError.is(error, 'HOST_UNREACHABLE')) return;
    this.#version.forget();
    this.#about.forget();
  }

  /** The list of apps is read only now that it is needed; when that fails too, the error goes without near names. */
  async #withNearest(error: DomainError<'APP_NOT_FOUND'>): Promise<DomainError> {
    const load = async (shared: AbortSignal): Promise<readonly string[]> =>
      parseLines((await this.#read({ name: 'apps:list', args: [], flags: ['quiet'] }, shared)).stdout);
    try {
      const { value } = await this.#names.get('', load);
      return new DomainError('APP_NOT_FOUND', {
        ...error.details,
        nearest: nearest(error.details.app, value),
      });
    } catch {
      return error;
    }
  }
}
