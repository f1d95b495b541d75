import type { Clock, DokkuClient } from '../../application/ports.ts';
import type {
  Application,
  AppSummary,
  BuildSummary,
  DesiredApplication,
} from '../../domain/application/application.ts';
import type { ApplicationRepository, PlannedCommand } from '../../domain/application/repository.ts';
import type { AppSettings } from '../../domain/application/settings.ts';
import { createCommands, deleteCommands, updateCommands } from './application-changes.ts';
import { applicationOf, mustAskForUrls } from './application-facts.ts';
import { readParts } from './application-parts.ts';
import { readSettings } from './application-settings.ts';
import { readBuildOutput, readBuilds } from './builds.ts';
import { LiveStates } from './live-states.ts';
import { type FlatSummary, readNames, readOverview } from './overview.ts';
import { Remembered } from './remembered.ts';
import { parseLines } from './report.ts';
import { ReportReader } from './report-reader.ts';

/** Milliseconds for which flat facts are remembered. */
const flatMs = 5_000;

/**
 * Apps of one host, read by Dokku's reports. The list and the names are remembered for five seconds and never longer
 * than until `invalidate`; one app and its builds are read anew each time, shared only by those who ask at once.
 */
export class DokkuApplicationRepository implements ApplicationRepository {
  readonly #client: DokkuClient;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #reports: ReportReader;
  readonly #live: LiveStates;
  readonly #overview: Remembered<readonly FlatSummary[]>;
  readonly #names: Remembered<readonly string[]>;
  readonly #details: Remembered<Application>;
  readonly #settings: Remembered<AppSettings>;
  readonly #builds: Remembered<readonly BuildSummary[]>;

  constructor(client: DokkuClient, clock: Pick<Clock, 'now'>) {
    this.#client = client;
    this.#clock = clock;
    this.#reports = new ReportReader(client);
    this.#live = new LiveStates(client, clock);
    this.#overview = new Remembered('apps:report', clock, flatMs);
    this.#names = new Remembered('apps:list', clock, flatMs);
    this.#details = new Remembered('apps:report', clock, 0);
    this.#settings = new Remembered('docker-options:report', clock, 0);
    this.#builds = new Remembered('builds:list', clock, 0);
  }

  async getAll(signal?: AbortSignal): Promise<{ readonly apps: readonly AppSummary[]; readonly at: number }> {
    const load = (shared: AbortSignal) => readOverview(this.#client, shared);
    const { value, at } = await this.#overview.get('', load, signal);
    const apps = value.map((summary): AppSummary => {
      const running = this.#live.of(summary.name);
      return running === undefined ? summary : { ...summary, running };
    });
    if (apps.length > 0) this.#live.refresh();
    return { apps, at };
  }

  async getByName(name: string, signal?: AbortSignal): Promise<Application> {
    return (await this.#details.get(name, (shared) => this.#readApplication(name, shared), signal)).value;
  }

  async settings(name: string, signal?: AbortSignal): Promise<AppSettings> {
    const load = (shared: AbortSignal) => readSettings(this.#reports, name, shared);
    return (await this.#settings.get(name, load, signal)).value;
  }

  async names(signal?: AbortSignal): Promise<readonly string[]> {
    return (await this.#names.get('', (shared) => readNames(this.#client, shared), signal)).value;
  }

  create(name: string, options: { cloneOf?: string } = {}): readonly PlannedCommand[] {
    return createCommands(name, options.cloneOf);
  }

  update(
    current: Application,
    desired: DesiredApplication,
    settings?: AppSettings,
  ): readonly PlannedCommand[] {
    return updateCommands(current, desired, settings);
  }

  delete(name: string): readonly PlannedCommand[] {
    return deleteCommands(name);
  }

  async builds(name: string, signal?: AbortSignal): Promise<readonly BuildSummary[]> {
    return (await this.#builds.get(name, (shared) => readBuilds(this.#client, name, shared), signal)).value;
  }

  buildOutput(name: string, build: string, signal?: AbortSignal): Promise<string> {
    return readBuildOutput(this.#client, name, build, signal);
  }

  invalidate(app?: string): void {
    const matches = app === undefined ? undefined : (key: string): boolean => key === app;
    this.#overview.forget();
    this.#names.forget();
    this.#details.forget(matches);
    this.#settings.forget(matches);
    this.#builds.forget(matches);
    this.#live.forget(app);
  }

  async #readApplication(name: string, signal: AbortSignal): Promise<Application> {
    const at = this.#clock.now();
    const parts = await readParts(this.#client, this.#reports, name, signal);
    const urls = mustAskForUrls(parts) ? await this.#readUrls(name, signal) : undefined;
    const application = applicationOf(parts, urls);
    this.#live.note(name, application.running, at);
    return application;
  }

  async #readUrls(name: string, signal: AbortSignal): Promise<readonly string[]> {
    const { stdout } = await this.#client.execute({ name: 'urls', args: [name] }, { signal });
    return parseLines(stdout).filter((line) => line.includes('://'));
  }
}
