import type { Application, AppSummary } from '../domain/application/application.ts';
import type { ApplicationRepository } from '../domain/application/repository.ts';
import { DomainError } from '../domain/errors.ts';
import type { InfrastructureRepository } from '../domain/infrastructure/repository.ts';
import type { AppSample, Sample } from '../domain/infrastructure/samples.ts';
import type { Clock, StateStore } from './ports.ts';
import { keepSample, readSamples } from './samples.ts';

export interface MonitoredHost {
  readonly name: string;
  readonly apps: ApplicationRepository;
  readonly infrastructure: InfrastructureRepository;
}

export interface MonitorDeps {
  readonly host: (name: string) => MonitoredHost;
  readonly state: StateStore;
  readonly clock: Clock;
}

/** Apps that are looked at in full in one sample, in turn: about 15 commands each, everything else is flat. */
const CLOSELY = 2;
/** Two servers on one state directory do not sample the same host twice. */
const SHORTEST_MS = 45_000;

/**
 * Samples hosts over time into the state store. Off unless it is asked or a schedule is set. One sample sends the flat
 * commands of the overview and of `report` (about ten) and looks closely at two apps, whatever their number.
 */
export class ResourceMonitor {
  readonly #deps: MonitorDeps;
  /** By host: the app that was looked at last. */
  readonly #last = new Map<string, string>();

  constructor(deps: MonitorDeps) {
    this.#deps = deps;
  }

  /** Takes one sample now and keeps it; a newer one than 45 s is given instead. Faults: those of the host. */
  async sample(name: string, signal?: AbortSignal): Promise<Sample> {
    const { state, clock } = this.#deps;
    const now = clock.now();
    const [recent] = await readSamples({ state, host: name }, now - SHORTEST_MS);
    if (recent !== undefined) return recent;
    const { apps, infrastructure } = this.#deps.host(name);
    const [{ apps: summaries }, server] = await Promise.all([
      apps.getAll(signal),
      infrastructure.server(signal),
    ]);
    const closely = new Map<string, Application>();
    for (const app of this.#turn(name, summaries)) {
      const found = await apps.getByName(app, signal).catch(tolerate);
      if (found !== undefined) closely.set(app, found);
    }
    const { memory } = server;
    const sample: Sample = {
      at: now,
      disks: server.disks.map(({ mount, usedPercent, available }) => ({
        mount,
        usedPercent,
        ...(available === undefined ? {} : { available }),
      })),
      ...(memory === undefined ? {} : { memory: { total: memory.total, available: memory.available } }),
      apps: summaries.map((summary) => appSample(summary, closely.get(summary.name))),
    };
    await keepSample({ state, host: name }, sample);
    return sample;
  }

  /** Samples these hosts every so many minutes until the signal fires; a host that cannot be reached is tried again. */
  async run(names: readonly string[], minutes: number, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      for (const name of names) await this.sample(name, signal).catch(tolerate);
      await this.#deps.clock.sleep(minutes * 60_000, signal).catch(() => undefined);
    }
  }

  /** The next deployed apps in the order of their names, beginning again after the last. */
  #turn(host: string, summaries: readonly AppSummary[]): readonly string[] {
    const names = summaries.filter(({ state }) => state === 'deployed').map(({ name }) => name);
    const last = this.#last.get(host) ?? '';
    const turn = [...names.filter((name) => name > last), ...names].slice(0, Math.min(CLOSELY, names.length));
    const end = turn.at(-1);
    if (end !== undefined) this.#last.set(host, end);
    return turn;
  }
}

/** Hosts and apps come and go; what is no failure of theirs is one of ours. */
function tolerate(error: unknown): undefined {
  if (!(error instanceof DomainError)) throw error;
  return undefined;
}

function appSample(summary: AppSummary, full: Application | undefined): AppSample {
  const { name, lastBuild } = summary;
  const running = full?.running ?? summary.running?.value;
  const restarts = full?.processes.flatMap((one) => one.restarts ?? []) ?? [];
  return {
    name,
    ...(running === undefined ? {} : { running }),
    ...(full === undefined
      ? {}
      : {
          up: full.processes.filter(({ state }) => state === 'running').length,
          processes: full.processes.length,
        }),
    ...(restarts.length === 0 ? {} : { restarts: restarts.reduce((sum, count) => sum + count, 0) }),
    ...(lastBuild?.finishedAt === undefined
      ? {}
      : {
          build: {
            id: lastBuild.id,
            status: lastBuild.status,
            ms: lastBuild.finishedAt - lastBuild.startedAt,
          },
        }),
  };
}
