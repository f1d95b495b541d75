import type { BackupJob, BackupJobs, BackupRequest } from '../../application/backup-jobs.ts';
import type { LogPage } from '../../application/deployments.ts';
import type { AuditLog, Progress } from '../../application/ports.ts';
import type { WorkContext } from '../../application/workflows/backup-context.ts';
import { BackupFolder, type BackupSpec, keptWork } from './backup-job.ts';
import { KeptJobs, type KeptJobsDeps } from './kept-jobs.ts';
import { ProgressReporter } from './progress-reporter.ts';
import { seenOf, settleBackup } from './settle-backup.ts';

export interface KeeperBackupsDeps extends KeptJobsDeps {
  readonly audit: AuditLog;
  /** What a keeper needs to reach the host and its dumps, as JSON; kept in a file of mode 0600. */
  readonly connectionOf: (host: string) => unknown;
  /** By what a job is settled whose keeper died. */
  readonly contextOf: (spec: BackupSpec) => Omit<WorkContext, 'signal'>;
}

/** Exports, imports and test restores run by keepers; every server on the same folder sees and settles the same jobs. */
export class KeeperBackups implements BackupJobs {
  readonly #deps: KeeperBackupsDeps;
  readonly #jobs: KeptJobs<BackupSpec, object, BackupJob, BackupFolder>;

  constructor(deps: KeeperBackupsDeps) {
    this.#deps = deps;
    const { audit, clock, contextOf } = deps;
    this.#jobs = new KeptJobs(deps, {
      prefix: 'b-',
      what: 'backup job',
      open: (folder) => new BackupFolder(folder),
      running: seenOf,
      settle: (job, spec) =>
        settleBackup(job, { context: { ...contextOf(spec), signal: new AbortController().signal }, audit }),
      unsettled: (running) => running,
      reporter: (progress) => new ProgressReporter(progress, clock),
    });
  }

  async start({ host, work, actor, audit }: BackupRequest): Promise<BackupJob> {
    const startedAt = this.#deps.clock.now();
    const id = this.#jobs.newId(startedAt);
    const spec: BackupSpec = {
      v: 1,
      kind: 'backup',
      id,
      host,
      work: keptWork(work),
      actor,
      startedAt,
      ...(audit === undefined ? {} : { audit }),
      connection: this.#deps.connectionOf(host),
    };
    return await this.#jobs.start(spec, {});
  }

  get(id: string): Promise<BackupJob | undefined> {
    return this.#jobs.get(id);
  }

  ofAudit(audit: string): Promise<BackupJob | undefined> {
    return this.#jobs.ofAudit(audit);
  }

  settleLeft(host: string): Promise<void> {
    return this.#jobs.settleLeft(host);
  }

  list(host: string): Promise<readonly BackupJob[]> {
    return this.#jobs.list((spec) => spec.host === host);
  }

  wait(id: string, options: { ms: number; progress?: Progress; signal?: AbortSignal }): Promise<BackupJob> {
    return this.#jobs.wait(id, options);
  }

  log(id: string, cursor: number, limit: number): Promise<LogPage> {
    return this.#jobs.log(id, cursor, limit);
  }

  cancel(id: string): Promise<void> {
    return this.#jobs.job(id).cancel();
  }
}
