import type { Process } from './process.ts';
import type { AppSettings } from './settings.ts';

/** A fact with the moment it was read (milliseconds since the epoch): what is shown from memory says how old it is. */
export interface Sampled<T> {
  readonly value: T;
  readonly at: number;
}

/**
 * Where an app stands, from flat facts:
 * `created` never deployed with success · `deployed` the last deploy left processes (whether they live is a sampled
 * fact) · `stopped` stopped on purpose · `deploying` a build is running now.
 */
export type AppState = 'created' | 'deployed' | 'stopped' | 'deploying';

/** One line of the overview; everything here comes from reports whose cost does not grow much with the number of apps. */
export interface AppSummary {
  readonly name: string;
  readonly state: AppState;
  /** Live state of the processes (`ps:report --running`), sampled; absent until it was read once. */
  readonly running?: Sampled<'true' | 'false' | 'mixed'>;
  /** Image, repository and revision, or archive of the last successful deploy. */
  readonly source?: Source;
  /** The newest build record, whatever came of it. */
  readonly lastBuild?: BuildSummary;
  readonly domains: readonly string[];
  /** The lock file exists: a deploy runs, someone locked the app, or a deploy was cut off. */
  readonly locked: boolean;
}

/** What a deploy was made from. */
export interface Source {
  readonly kind: 'image' | 'git' | 'archive' | 'push' | 'unknown';
  /** Image reference, repository URL or archive URL. */
  readonly location: string;
  /** Commit of a git deploy. */
  readonly revision?: string;
  /** Format of an archive deploy. */
  readonly archive?: 'tar' | 'tar.gz' | 'zip';
}

export interface BuildSummary {
  readonly id: string;
  readonly status: BuildStatus;
  readonly kind: 'build' | 'deploy';
  /** The Dokku command that made it: `git:from-image`, `config-redeploy`, `ps:restart` ... */
  readonly source: string;
  readonly startedAt: number;
  readonly finishedAt?: number;
  readonly exitCode?: number;
}

/**
 * `interrupted`: nobody wrote the end (Dokku's `abandoned`, or `failed` with exit code -1, which Dokku also writes for
 * successful restarts and syncs that built nothing; measured on 0.38.27), so the record alone proves neither success nor failure.
 */
export type BuildStatus = 'running' | 'succeeded' | 'failed' | 'canceled' | 'interrupted';

/** One app in full. */
export interface Application {
  readonly name: string;
  readonly state: AppState;
  readonly createdAt?: number;
  readonly locked: boolean;
  readonly running: 'true' | 'false' | 'mixed';
  readonly processes: readonly Process[];
  /** Desired instances per process type; `locked` when app.json holds a formation. */
  readonly scale: { readonly desired: Readonly<Record<string, number>>; readonly fixedByAppJson: boolean };
  readonly source?: Source;
  /** The tip of the deploy branch: what a rebuild would build; differs from the source after a failed or plain sync. */
  readonly gitSha?: string;
  readonly domains: readonly string[];
  readonly urls: readonly string[];
  readonly ports: { readonly mapped: readonly string[]; readonly detected: readonly string[] };
  readonly listeners: readonly string[];
  readonly certificate: { readonly enabled: boolean; readonly expiresAt?: string; readonly issuer?: string };
  readonly proxy: { readonly enabled: boolean; readonly type: string };
  /** Names only, sorted. */
  readonly configKeys: readonly string[];
  readonly mounts: readonly { readonly from: string; readonly to: string }[];
  /** `web.limit.memory` -> `128m` */
  readonly resources: Readonly<Record<string, string>>;
  readonly checks: Readonly<Record<string, string>>;
  readonly restartPolicy?: string;
  readonly builds: readonly BuildSummary[];
  readonly cron: readonly { readonly command: string; readonly schedule: string }[];
  /** Parts that could not be read, with the reason and its stable code: never shown as empty. */
  readonly missing: readonly { readonly part: string; readonly reason: string; readonly code?: string }[];
}

/** What an app should be; the repository turns it into the commands that lead there. */
export interface DesiredApplication {
  readonly name: string;
  readonly domains?: readonly string[];
  readonly ports?: readonly string[];
  readonly scale?: Readonly<Record<string, number>>;
  readonly config?: Readonly<Record<string, string>>;
  /** Variables to remove. */
  readonly unset?: readonly string[];
  readonly resources?: Readonly<Record<string, string>>;
  readonly checks?: DesiredChecks;
  readonly mounts?: Application['mounts'];
  readonly dockerOptions?: Partial<AppSettings['dockerOptions']>;
  readonly builder?: AppSettings['builder'];
  readonly buildpacks?: AppSettings['buildpacks'];
  readonly nginx?: AppSettings['nginx'];
}

/** Process types, `_all_` for all of them. */
export interface DesiredChecks {
  readonly waitToRetire?: number;
  readonly disabled?: readonly string[];
  readonly skipped?: readonly string[];
}
