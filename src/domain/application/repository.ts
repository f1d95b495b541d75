import type { Application, AppSummary, BuildSummary, DesiredApplication } from './application.ts';
import type { AppSettings } from './settings.ts';

/** A command as data: the repository computes changes, it never sends one. */
export interface PlannedCommand {
  readonly name: string;
  readonly args: readonly string[];
  /** Dokku's global flags: `force` answers its questions. */
  readonly flags?: readonly ('force' | 'quiet')[];
  readonly stdin?: string;
  readonly secrets?: readonly string[];
}

/**
 * Reads apps as fresh facts; create, update and delete compute the commands that lead from what is to what is wanted
 * and send nothing (the executor is the only one who sends a change).
 */
export interface ApplicationRepository {
  /** All apps from flat reports; live state as last sampled. Never a report per app in a loop. */
  getAll(signal?: AbortSignal): Promise<{ readonly apps: readonly AppSummary[]; readonly at: number }>;
  /** One app in full; APP_NOT_FOUND with the nearest names. */
  getByName(name: string, signal?: AbortSignal): Promise<Application>;
  /** What one app is set to beside its facts: docker options, builder, nginx, links to services. */
  settings(name: string, signal?: AbortSignal): Promise<AppSettings>;
  /** Names only, sorted as Dokku sorts them. */
  names(signal?: AbortSignal): Promise<readonly string[]>;
  create(name: string, options?: { cloneOf?: string }): readonly PlannedCommand[];
  /** `settings` is what is set now; needed where docker options, builder, buildpacks or nginx are wanted. */
  update(
    current: Application,
    desired: DesiredApplication,
    settings?: AppSettings,
  ): readonly PlannedCommand[];
  delete(name: string): readonly PlannedCommand[];
  builds(name: string, signal?: AbortSignal): Promise<readonly BuildSummary[]>;
  /** The output of one build, complete as Dokku kept it. */
  buildOutput(name: string, build: string, signal?: AbortSignal): Promise<string>;
  /** Forgets what was remembered about an app, or about all, after a change. */
  invalidate(app?: string): void;
}

/** An app's variables. Values are secrets: whoever reads them masks them. */
export interface ConfigRepository {
  keys(app: string, signal?: AbortSignal): Promise<readonly string[]>;
  /** All variables with values; POISONED_CONFIG when Dokku can no longer read them. */
  getAll(app: string, signal?: AbortSignal): Promise<ReadonlyMap<string, string>>;
}
