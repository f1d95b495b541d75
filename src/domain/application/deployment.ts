import type { BuildStatus, Source } from './application.ts';

/** What to deploy. */
export type DeploySource =
  | { readonly kind: 'image'; readonly image: string }
  | { readonly kind: 'git'; readonly url: string; readonly ref?: string }
  | { readonly kind: 'archive'; readonly url: string; readonly type: 'tar' | 'tar.gz' | 'zip' }
  | { readonly kind: 'rebuild' }
  /** Long work that deploys nothing new: a restart, a start, a change of scale. Its own exit code decides first. */
  | { readonly kind: 'command'; readonly command: string };

/** The part of a deploy that a line of output belongs to. */
export type Phase = 'fetch' | 'build' | 'release' | 'start' | 'health check' | 'proxy' | 'end' | 'unknown';

export type DeployStatus =
  | 'running'
  /** Terminal, read back: build record, running processes and served revision agree. */
  | 'succeeded'
  | 'failed'
  | 'canceled'
  /** The source is what runs already; Dokku built nothing. */
  | 'unchanged'
  /** The link or the keeper was lost and reading back could not tell. */
  | 'unknown';

/** Why a deploy failed, told from its output by a table, not guessed. */
export interface Diagnosis {
  /** Stable: NO_CHANGES, LOCKED, IMAGE_NOT_FOUND, BUILD_FAILED, RELEASE_TASK_FAILED, CRASHED_AT_BOOT, HEALTH_CHECK_FAILED ... */
  readonly code: string;
  readonly phase: Phase;
  readonly cause: string;
  /** The deciding lines of the output. */
  readonly evidence: readonly string[];
  readonly advice: string;
}

/** One deploy as we know it: what was asked, how it went, what serves now. */
export interface Deployment {
  /** Our handle; stays valid over restarts of the server. */
  readonly id: string;
  readonly host: string;
  readonly app: string;
  /** Who started it. */
  readonly actor?: string;
  readonly source: DeploySource;
  readonly status: DeployStatus;
  readonly phase: Phase;
  /** Dokku's build id, once it is known. */
  readonly build?: string;
  readonly startedAt: number;
  readonly finishedAt?: number;
  readonly diagnosis?: Diagnosis;
  /** What was read back after the end. */
  readonly serves?: {
    readonly running: 'true' | 'false' | 'mixed';
    readonly processes: number;
    readonly source?: Source;
    readonly urls: readonly string[];
  };
  readonly warnings: readonly string[];
  /** Lines of output so far: the cursor of the log runs from 0 to this number. */
  readonly lines: number;
}

/** A version that was deployed: Dokku's build record joined with what our ledger knows about its source. */
export interface Release {
  readonly build: string;
  readonly startedAt: number;
  readonly finishedAt?: number;
  readonly status: BuildStatus;
  /** The Dokku command that made the record. */
  readonly via: string;
  /** Known when we made the deploy, or for the newest success from apps:report. */
  readonly source?: Source;
  readonly actor?: string;
  /** The release whose source the app runs now. */
  readonly current: boolean;
}
