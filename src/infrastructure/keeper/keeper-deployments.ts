import { randomBytes } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Busy, Deployments, DeployRequest, LogPage } from '../../application/deployments.ts';
import type { AuditLog, Clock, DokkuClient, Progress, StateStore } from '../../application/ports.ts';
import type { Deployment, Release } from '../../domain/application/deployment.ts';
import { phaseOf } from '../../domain/application/phases.ts';
import { joinReleases } from '../../domain/application/releases.ts';
import { DomainError } from '../../domain/errors.ts';
import { isMissing } from '../state/files.ts';
import { Lease } from '../state/lease.ts';
import { BusyApps, type Look } from './busy.ts';
import { readRecords, readSource } from './host-facts.ts';
import { Job, type JobSpec } from './job.ts';
import { readLedger } from './ledger.ts';
import { ProgressReporter } from './progress-reporter.ts';
import { settleJob } from './settle-job.ts';

export interface KeeperDeploymentsDeps {
  /** Private folder of the state; jobs stand in `jobs/ID`. */
  readonly folder: string;
  readonly store: StateStore;
  readonly audit: AuditLog;
  readonly clock: Clock;
  readonly clientOf: (host: string) => DokkuClient;
  /** What a keeper needs to reach the host, as JSON; kept in a file of mode 0600. */
  readonly connectionOf: (host: string) => unknown;
  /** Starts a keeper for a job folder: a detached process, or `runKeeper` in this one for demo and tests. */
  readonly spawnKeeper: (folder: string) => void | Promise<void>;
}

/** A keeper that has not taken its job by then was never started. */
const CLAIM_MS = 15_000;
const POLL_MS = 200;
const KEPT_JOBS = 200;
/** How long a server that is asked waits for the host to settle a job whose keeper died. */
const PATIENCE_MS = 3_000;

/** Deploys run by keepers; all state is on disk, so every server on the same folder sees and settles the same jobs. */
export class KeeperDeployments implements Deployments {
  readonly #deps: KeeperDeploymentsDeps;
  readonly #jobs: string;
  readonly #busy = new BusyApps({
    ids: () => this.#ids(),
    about: (id) => this.#job(id).spec(),
    look: async (id) => {
      const job = this.#job(id);
      const spec = await job.spec();
      return spec === undefined ? undefined : await this.#look(job, spec);
    },
  });

  constructor(deps: KeeperDeploymentsDeps) {
    this.#deps = deps;
    this.#jobs = join(deps.folder, 'jobs');
  }

  async start({ host, app, source, command, actor, audit }: DeployRequest): Promise<Deployment> {
    const running = (await this.busy(host, app)).job;
    if (running !== undefined) throw new DomainError('LOCKED', { app, build: running.build ?? running.id });
    await this.#prune();
    const startedAt = this.#deps.clock.now();
    const id = `d-${startedAt.toString(36).padStart(8, '0')}${randomBytes(4).toString('hex')}`;
    const job = this.#job(id);
    const spec: JobSpec = {
      v: 1,
      id,
      host,
      app,
      source,
      command: command.name,
      actor,
      startedAt,
      ...(audit === undefined ? {} : { audit }),
      connection: this.#deps.connectionOf(host),
    };
    await job.create(spec, command);
    try {
      await this.#deps.spawnKeeper(job.folder);
    } catch (error) {
      await job.complain(error instanceof Error ? error.message : String(error));
      // Whoever takes the command settles the job; nothing was sent.
      const unsent = (await job.takeCommand()) !== undefined;
      return (unsent ? await this.#settle(job, spec) : undefined) ?? stillRunning(spec, undefined, []);
    }
    return stillRunning(spec, undefined, []);
  }

  async get(id: string): Promise<Deployment | undefined> {
    if (!/^d-[a-z0-9]{1,40}$/.test(id)) return undefined;
    const job = this.#job(id);
    const spec = await job.spec();
    if (spec === undefined) return undefined;
    return await this.#view(job, spec);
  }

  async ofAudit(audit: string): Promise<Deployment | undefined> {
    for (const id of (await this.#ids()).reverse()) {
      const job = this.#job(id);
      const spec = await job.spec();
      if (spec?.audit === audit) return await this.#view(job, spec);
    }
    return undefined;
  }

  async settleLeft(host: string): Promise<void> {
    for (const id of await this.#ids()) {
      const job = this.#job(id);
      if ((await job.outcome()) !== undefined) continue;
      const spec = await job.spec();
      if (spec?.host === host) await this.#view(job, spec);
    }
  }

  async list(host: string, app?: string): Promise<readonly Deployment[]> {
    const deployments: Deployment[] = [];
    for (const id of (await this.#ids()).reverse()) {
      const job = this.#job(id);
      const spec = await job.spec();
      if (spec?.host !== host || (app !== undefined && spec.app !== app)) continue;
      deployments.push(await this.#view(job, spec));
    }
    return deployments;
  }

  busy(host: string, app: string): Promise<Busy> {
    return this.#busy.of(host, app);
  }

  async wait(
    id: string,
    { ms, progress, signal }: { ms: number; progress?: Progress; signal?: AbortSignal },
  ): Promise<Deployment> {
    const { clock } = this.#deps;
    const job = this.#job(id);
    const reporter = progress === undefined ? undefined : new ProgressReporter(progress, clock);
    const newLines = job.output.follow('start');
    const until = clock.now() + ms;
    for (;;) {
      const deployment = await this.get(id);
      reporter?.add(await newLines());
      if (deployment === undefined) throw new DomainError('NOT_FOUND', { what: 'deploy', name: id });
      const left = until - clock.now();
      if (deployment.status !== 'running' || left <= 0 || signal?.aborted === true) {
        reporter?.end();
        return deployment;
      }
      await clock.sleep(Math.min(POLL_MS, left), signal).catch((error: unknown) => {
        if (signal?.aborted !== true) throw error;
      });
    }
  }

  async log(id: string, cursor: number, limit: number): Promise<LogPage> {
    if (!/^d-[a-z0-9]{1,40}$/.test(id)) throw new DomainError('NOT_FOUND', { what: 'deploy', name: id });
    const lines = await this.#job(id).output.lines();
    const page = lines.slice(cursor, cursor + limit);
    const next = Math.min(cursor, lines.length) + page.length;
    return { lines: page, next, more: next < lines.length };
  }

  async releases(host: string, app: string, signal?: AbortSignal): Promise<readonly Release[]> {
    const client = this.#deps.clientOf(host);
    const records = await readRecords(client, app, signal);
    const source = await readSource(client, app, signal);
    return joinReleases(records ?? [], await readLedger(this.#deps.store, host, app), source);
  }

  #job(id: string): Job {
    return new Job(join(this.#jobs, id));
  }

  async #view(job: Job, spec: JobSpec): Promise<Deployment> {
    const { deployment } = await this.#look(job, spec);
    return { ...deployment, actor: spec.actor };
  }

  async #look(job: Job, spec: JobSpec): Promise<Look> {
    const outcome = await job.outcome();
    if (outcome !== undefined) return { deployment: outcome, kept: false };
    const lines = await job.output.lines();
    const running = stillRunning(spec, await job.build(), lines);
    const keeper = await Lease.state(job.folder, 'keeper');
    if (keeper === 'held') return { deployment: running, kept: true };
    if (await job.hasCommand()) {
      const young = this.#deps.clock.now() - spec.startedAt < CLAIM_MS;
      if (keeper === 'none' && young) return { deployment: running, kept: true };
      // Taken away before it is called unsent, so that no keeper that comes late can send it.
      if ((await job.takeCommand()) === undefined) return { deployment: running, kept: true };
    }
    const settled = await this.#settle(job, spec);
    const warnings = ['The host cannot tell yet how this ended; its keeper is gone.'];
    return { deployment: settled ?? { ...running, warnings }, kept: false };
  }

  #settle(job: Job, spec: JobSpec): Promise<Deployment | undefined> {
    const { clientOf, store, audit, clock } = this.#deps;
    return settleJob(job, { client: clientOf(spec.host), store, audit, clock, patienceMs: PATIENCE_MS });
  }

  /** Ids begin with their time, so their order is the order of the starts. */
  async #ids(): Promise<string[]> {
    try {
      return (await readdir(this.#jobs)).filter((name) => name.startsWith('d-')).sort();
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  }

  /** Old jobs that ended go; the ledger keeps what is needed to go back. */
  async #prune(): Promise<void> {
    for (const id of (await this.#ids()).slice(0, -KEPT_JOBS)) {
      const job = this.#job(id);
      if ((await job.outcome()) !== undefined) await rm(job.folder, { recursive: true, force: true });
    }
  }
}

function stillRunning(spec: JobSpec, build: string | undefined, lines: readonly string[]): Deployment {
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
