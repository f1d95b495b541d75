import type { ServiceKey } from '../domain/service/service.ts';
import type { CheckedDump, NewBackup } from './backups.ts';
import type { LogPage } from './deployments.ts';
import type { Command, Progress } from './ports.ts';

/** One command of long work as data: its ends are named, so that another process can open them. Never holds secrets. */
export interface WorkStep extends Omit<Command, 'sink' | 'source' | 'secrets'> {
  /** What standard output becomes. */
  readonly sink?: NewBackup;
  /** What standard input is read from. */
  readonly source?: CheckedDump;
  /** Sent also when a step before it failed, or the work was canceled. */
  readonly cleanup?: boolean;
}

export type WorkAction = 'export' | 'import' | 'test_restore';

/** Long work on one data service, as its keeper carries it out. */
export interface BackupWork extends ServiceKey {
  readonly action: WorkAction;
  readonly steps: readonly WorkStep[];
}

export type BackupJobStatus = 'running' | 'succeeded' | 'failed' | 'canceled' | 'unknown';

/** What a call that has seen the end answers; data as the output of `backups_run` has it. */
export interface WorkAnswer {
  readonly data: WorkFacts;
  readonly text: string;
}

export interface WorkFacts {
  readonly type: string;
  readonly service: string;
  readonly job?: string;
  readonly file?: string;
  readonly bytes?: number;
  readonly holds?: string;
  readonly safety?: string;
}

/** How long work ended: with an answer, or with a failure of the table as data. */
export interface WorkEnd {
  readonly status: Exclude<BackupJobStatus, 'running'>;
  readonly answer?: WorkAnswer;
  readonly failure?: { readonly code: string; readonly details: unknown };
  /** What reading showed, where the end of a command was not seen. */
  readonly resolved?: 'applied' | 'not_applied' | 'still_unknown';
}

/** An export, an import or a test restore in a keeper, as far as it is known. */
export interface BackupJob extends ServiceKey, Partial<Pick<WorkEnd, 'answer' | 'failure' | 'resolved'>> {
  /** Our handle; stays valid over restarts of the server. */
  readonly id: string;
  readonly host: string;
  readonly action: WorkAction;
  readonly status: BackupJobStatus;
  /** The command that was sent last; absent while it waits for its turn. */
  readonly command?: string;
  readonly startedAt: number;
  readonly finishedAt?: number;
  /** Lines of output so far: the cursor of the log runs from 0 to this number. */
  readonly lines: number;
}

export interface BackupRequest {
  readonly host: string;
  readonly work: BackupWork;
  readonly actor: string;
  /** The record of the audit whose outcome belongs to this job: whoever settles the job writes it. */
  readonly audit?: string;
}

/**
 * Exports, imports and test restores as jobs: each runs in a keeper, outlives the client, the server's restart and its
 * crash, and is seen by every server on the same state directory. Jobs of one service follow each other.
 */
export interface BackupJobs {
  /** Hands the work to a keeper and returns at once. Its commands are sent at most once. */
  start(request: BackupRequest): Promise<BackupJob>;
  /** The job that the outcome of this record of the audit belongs to. */
  ofAudit(audit: string): Promise<BackupJob | undefined>;
  /** Settles what was left behind by keepers that died: sends reads only. */
  settleLeft(host: string): Promise<void>;
  /** The state as on the disk; a job whose keeper died is settled first. */
  get(id: string): Promise<BackupJob | undefined>;
  /** Newest first. */
  list(host: string): Promise<readonly BackupJob[]>;
  /** Follows until the job has ended, `ms` have passed or the signal fires; progress sees the lines of its output. */
  wait(id: string, options: { ms: number; progress?: Progress; signal?: AbortSignal }): Promise<BackupJob>;
  log(id: string, cursor: number, limit: number): Promise<LogPage>;
  /** Asks the keeper to break the work off; what it has made on the host is still taken away by it. */
  cancel(id: string): Promise<void>;
}
