import { z } from 'zod';
import type {
  Clock,
  Command,
  CommandCatalogue,
  CommandResult,
  DokkuClient,
  ExecuteOptions,
  OutputLine,
} from '../../application/ports.ts';
import type { Secrets } from '../../application/secrets.ts';
import { isSecret } from '../../domain/application/config.ts';
import { DomainError } from '../../domain/errors.ts';
import type { HostAbout } from '../../domain/infrastructure/server.ts';
import { recordOf } from '../../domain/record.ts';
import { secretsOfDsn } from '../../domain/service/service.ts';
import { appOf, printsAppText } from './app-text.ts';
import { Remembered } from './remembered.ts';
import { parseLines, unexpected } from './report.ts';
import { dsnsIn } from './service-info.ts';

export interface MaskingClientOptions {
  readonly catalogue: CommandCatalogue;
  readonly clock: Clock;
  readonly secrets: Secrets;
}

/** Somebody else may set a variable at any time; what an app prints of it is masked from the next reading on. */
const KEPT_MS = 60_000;
const MOST_BYTES = 16 * 1024 * 1024;
const Variables = recordOf(z.string(), z.string());

/**
 * A client that reads an app's variables before it reads what the app prints (logs, builds, one-off commands), so that
 * their values are masked in every line and in every result of such commands, also in a process that has never seen
 * them. Where the variables cannot be read, neither is what the app prints. Texts in failures are masked too. Results of
 * other commands are handed on as they are, for they are parsed.
 */
export class MaskingClient implements DokkuClient {
  readonly host: string;
  readonly #inner: DokkuClient;
  readonly #catalogue: CommandCatalogue;
  readonly #secrets: Secrets;
  readonly #learned: Remembered<true>;

  constructor(inner: DokkuClient, { catalogue, clock, secrets }: MaskingClientOptions) {
    this.host = inner.host;
    this.#inner = inner;
    this.#catalogue = catalogue;
    this.#secrets = secrets;
    this.#learned = new Remembered('config:export', clock, KEPT_MS);
  }

  async execute(command: Command, options: ExecuteOptions = {}): Promise<CommandResult> {
    const info = this.#catalogue.find(command.name);
    const prints = info !== undefined && printsAppText(info, command, this.#catalogue.effectOf(command));
    this.#secrets.learnCommand(command);
    try {
      if (prints) await this.#learnFor(appOf(info, command.args), options.signal);
      const result = await this.#run(command, options);
      if (info?.secretOutput === true) this.#learnAddresses(`${result.stdout}\n${result.stderr}`);
      if (!prints) return result;
      return {
        ...result,
        stdout: this.#secrets.mask(result.stdout),
        stderr: this.#secrets.mask(result.stderr),
      };
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      if (info?.secretOutput === true) this.#learnAddresses(JSON.stringify(error.details));
      throw new DomainError(error.code, this.#secrets.maskValue(error.details), { cause: error });
    }
  }

  about(signal?: AbortSignal): Promise<HostAbout> {
    return this.#inner.about(signal);
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  async #run(command: Command, options: ExecuteOptions): Promise<CommandResult> {
    const { onLine } = options;
    if (onLine === undefined) return await this.#inner.execute(command, options);
    const streams = { stdout: this.#secrets.stream(), stderr: this.#secrets.stream() };
    const emit = async (stream: OutputLine['stream'], texts: readonly string[]): Promise<void> => {
      for (const text of texts) await onLine({ stream, text });
    };
    try {
      return await this.#inner.execute(command, {
        ...options,
        onLine: ({ stream, text }) => emit(stream, streams[stream].push(text)),
      });
    } finally {
      // Also what came before a link was lost: it may be all that explains a failed deploy.
      await emit('stdout', streams.stdout.end());
      await emit('stderr', streams.stderr.end());
    }
  }

  /** The passwords in addresses that a command printed (services do): they may be shown alone by the next one. */
  #learnAddresses(text: string): void {
    this.#secrets.learn(dsnsIn(text).flatMap(secretsOfDsn));
  }

  /** Reads the variables of the app, or of all apps, unless that was done a moment ago. */
  async #learnFor(app: string | 'all' | undefined, signal: AbortSignal | undefined): Promise<void> {
    if (app === undefined) return;
    const apps = app === 'all' ? await this.#names(signal) : [app];
    for (const name of apps) {
      await this.#learned
        .get(name, (shared) => this.#read(name, shared), signal)
        .catch((error: unknown) => {
          // An app that does not exist prints nothing; the command itself says so, with the nearest names.
          if (!DomainError.is(error, 'APP_NOT_FOUND')) throw error;
        });
    }
  }

  async #names(signal: AbortSignal | undefined): Promise<readonly string[]> {
    const command: Command = { name: 'apps:list', args: [], flags: ['quiet'] };
    return parseLines((await this.#inner.execute(command, signal === undefined ? {} : { signal })).stdout);
  }

  async #read(app: string, signal: AbortSignal): Promise<true> {
    const command: Command = { name: 'config:export', args: ['--merged', '--format', 'json', app] };
    const { stdout } = await this.#inner.execute(command, { signal, keepBytes: MOST_BYTES });
    this.#secrets.learnVariables(
      Object.entries(parse(stdout)).filter(([key, value]) => isSecret(app, key, value)),
    );
    return true;
  }
}

/** Faults: UNEXPECTED_OUTPUT, without anything of the text, for it holds values. */
function parse(text: string): Readonly<Record<string, string>> {
  try {
    return Variables.parse(JSON.parse(text));
  } catch {
    throw unexpected('config:export', 'it is not an object of texts', '(not shown: it holds values)');
  }
}
