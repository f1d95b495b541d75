import type { Busy, Deployments, DeployRequest, LogPage } from '../../application/deployments.ts';
import type { AuditLog, Command, DokkuClient, Progress, StateStore } from '../../application/ports.ts';
import type { Deployment, Release } from '../../domain/application/deployment.ts';
import { phaseOf } from '../../domain/application/phases.ts';
import { joinReleases } from '../../domain/application/releases.ts';
import { DomainError } from '../../domain/errors.ts';
import { BusyApps } from './busy.ts';
import { readRecords, readSource } from './host-facts.ts';
import { Job, type JobSpec } from './job.ts';
import { KeptJobs, type KeptJobsDeps } from './kept-jobs.ts';
import { readLedger } from './ledger.ts';
import { ProgressReporter } from './progress-reporter.ts';
import { settleJob } from './settle-job.ts';

export interface KeeperDeploymentsDeps extends KeptJobsDeps {
  readonly store: StateStore;
  readonly audit: AuditLog;
  readonly clientOf: (host: string) => DokkuClient;
  /** What a keeper needs to reach the host, as JSON; kept in a file of mode 0600. */
  readonly connectionOf: (host: string) => unknown;
}

/** How long a server that is asked waits for the host to settle a job whose keeper died. */
const PATIENCE_MS = 3_000;

/** Deploys run by keepers; all state is on disk, so every server on the same folder sees and settles the same jobs. */
export class KeeperDeployments implements Deployments {
  readonly #deps: KeeperDeploymentsDeps;
  readonly #jobs: KeptJobs<JobSpec, Command, Deployment, Job>;
  readonly #busy: BusyApps;

  constructor(deps: KeeperDeploymentsDeps) {
    this.#deps = deps;
    const { clientOf, store, audit, clock } = deps;
    this.#jobs = new KeptJobs(deps, {
      prefix: 'd-',
      what: 'deploy',
      open: (folder) => new Job(folder),
      running: stillRunning,
      complete: (deployment, { actor }) => ({ ...deployment, actor }),
      settle: (job, { host }) =>
        settleJob(job, { client: clientOf(host), store, audit, clock, patienceMs: PATIENCE_MS }),
      unsettled: (running) => ({
        ...running,
        warnings: ['The host cannot tell yet how this ended; its keeper is gone.'],
      }),
      reporter: (progress) => new ProgressReporter(progress, clock),
    });
    this.#busy = new BusyApps({
      ids: () => this.#jobs.ids(),
      about: (id) => this.#jobs.job(id).spec(),
      look: async (id) => {
        const look = await this.#jobs.look(id);
        return look === undefined ? undefined : { deployment: look.seen, kept: look.kept };
      },
    });
  }

  async start({ host, app, source, command, actor, audit }: DeployRequest): Promise<Deployment> {
    const running = (await this.busy(host, app)).job;
    if (running !== undefined) throw new DomainError('LOCKED', { app, build: running.build ?? running.id });
    const startedAt = this.#deps.clock.now();
    const spec: JobSpec = {
      v: 1,
      kind: 'deploy',
      id: this.#jobs.newId(startedAt),
      host,
      app,
      source,
      command: command.name,
      actor,
      startedAt,
      ...(audit === undefined ? {} : { audit }),
      connection: this.#deps.connectionOf(host),
    };
    return await this.#jobs.start(spec, command);
  }

  get(id: string): Promise<Deployment | undefined> {
    return this.#jobs.get(id);
  }

  ofAudit(audit: string): Promise<Deployment | undefined> {
    return this.#jobs.ofAudit(audit);
  }

  settleLeft(host: string): Promise<void> {
    return this.#jobs.settleLeft(host);
  }

  list(host: string, app?: string): Promise<readonly Deployment[]> {
    return this.#jobs.list((spec) => spec.host === host && (app === undefined || spec.app === app));
  }

  busy(host: string, app: string): Promise<Busy> {
    return this.#busy.of(host, app);
  }

  wait(id: string, options: { ms: number; progress?: Progress; signal?: AbortSignal }): Promise<Deployment> {
    return this.#jobs.wait(id, options);
  }

  log(id: string, cursor: number, limit: number): Promise<LogPage> {
    return this.#jobs.log(id, cursor, limit);
  }

  async releases(host: string, app: string, signal?: AbortSignal): Promise<readonly Release[]> {
    const client = this.#deps.clientOf(host);
    const records = await readRecords(client, app, signal);
    const source = await readSource(client, app, signal);
    return joinReleases(records ?? [], await readLedger(this.#deps.store, host, app), source);
  }
}

async function stillRunning(job: Job, spec: JobSpec): Promise<Deployment> {
  const lines = await job.output.lines();
  const build = await job.build();
  return {
    id: spec.id,
    host: spec.host,
    app: spec.app,
    source: spec.source,
    status: 'running',
    phase: phaseOf(lines),
    ...(build === undefined ? {} : { build }),
    startedAt: spec.startedAt,
    warnings: [],
    lines: lines.length,
  };
}
