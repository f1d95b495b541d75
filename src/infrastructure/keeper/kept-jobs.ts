import { randomBytes } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { LogPage } from '../../application/deployments.ts';
import type { Clock, Progress } from '../../application/ports.ts';
import { DomainError } from '../../domain/errors.ts';
import { isMissing } from '../state/files.ts';
import { Lease } from '../state/lease.ts';
import type { BaseSpec, JobFolder } from './job-folder.ts';

/** What is seen of a job of any kind. */
interface Seen {
  readonly id: string;
  readonly status: string;
}

/** One job as it stands now. */
export interface Look<V> {
  readonly seen: V;
  /** Its keeper is at it, or was started a moment ago. */
  readonly kept: boolean;
}

/** How jobs of one kind are opened, seen and ended. */
export interface JobKind<S extends BaseSpec, T, V extends Seen, J extends JobFolder<S, T, V>> {
  /** Ids begin with it. */
  readonly prefix: 'd-' | 'b-';
  /** As words: `deploy`. */
  readonly what: string;
  readonly open: (folder: string) => J;
  /** As it is while its keeper lives. */
  readonly running: (job: J, spec: S) => Promise<V>;
  /** Ends a job that no keeper has any more; undefined when that cannot be done now. */
  readonly settle: (job: J, spec: S) => Promise<V | undefined>;
  /** Adds what stands in the specification alone. */
  readonly complete?: (seen: V, spec: S) => V;
  /** What is said of a job that could not be settled. */
  readonly unsettled: (running: V) => V;
  readonly reporter: (progress: Progress) => { add(lines: readonly string[]): void; end(): void };
}

export interface KeptJobsDeps {
  /** Private folder of the state; jobs stand in `jobs/ID`. */
  readonly folder: string;
  readonly clock: Clock;
  /** Starts a keeper for a job folder: a detached process, or in this one for demo and tests. */
  readonly spawnKeeper: (folder: string) => void | Promise<void>;
}

/** A keeper that has not taken its job by then was never started. */
const CLAIM_MS = 15_000;
const POLL_MS = 200;
const KEPT_JOBS = 200;

/** The jobs of one kind on the disk, seen and settled alike by every server on the same folder. */
export class KeptJobs<S extends BaseSpec, T, V extends Seen, J extends JobFolder<S, T, V>> {
  readonly #deps: KeptJobsDeps;
  readonly #kind: JobKind<S, T, V, J>;
  readonly #jobs: string;

  constructor(deps: KeptJobsDeps, kind: JobKind<S, T, V, J>) {
    this.#deps = deps;
    this.#kind = kind;
    this.#jobs = join(deps.folder, 'jobs');
  }

  /** An id for a job that starts now; ids begin with their time, so their order is the order of the starts. */
  newId(startedAt: number): string {
    return `${this.#kind.prefix}${startedAt.toString(36).padStart(8, '0')}${randomBytes(4).toString('hex')}`;
  }

  /** Writes the job down and hands it to a keeper; it is sent at most once. */
  async start(spec: S, ticket: T): Promise<V> {
    const { spawnKeeper } = this.#deps;
    await this.#prune();
    const job = this.#open(spec.id);
    await job.create(spec, ticket);
    try {
      await spawnKeeper(job.folder);
    } catch (error) {
      await job.complain(error instanceof Error ? error.message : String(error));
      // Whoever takes the ticket settles the job; nothing was sent.
      const unsent = (await job.takeTicket()) !== undefined;
      const settled = unsent ? await this.#kind.settle(job, spec) : undefined;
      if (settled !== undefined) return settled;
    }
    return await this.#kind.running(job, spec);
  }

  async get(id: string): Promise<V | undefined> {
    if (!this.#isId(id)) return undefined;
    const job = this.#open(id);
    const spec = await job.spec();
    return spec === undefined ? undefined : await this.#view(job, spec);
  }

  async look(id: string): Promise<Look<V> | undefined> {
    const job = this.#open(id);
    const spec = await job.spec();
    return spec === undefined ? undefined : await this.#look(job, spec);
  }

  async ofAudit(audit: string): Promise<V | undefined> {
    for (const id of (await this.ids()).reverse()) {
      const job = this.#open(id);
      const spec = await job.spec();
      if (spec?.audit === audit) return await this.#view(job, spec);
    }
    return undefined;
  }

  async settleLeft(host: string): Promise<void> {
    for (const id of await this.ids()) {
      const job = this.#open(id);
      if ((await job.outcome()) !== undefined) continue;
      const spec = await job.spec();
      if (spec?.host === host) await this.#view(job, spec);
    }
  }

  /** Newest first. */
  async list(wanted: (spec: S) => boolean): Promise<readonly V[]> {
    const found: V[] = [];
    for (const id of (await this.ids()).reverse()) {
      const job = this.#open(id);
      const spec = await job.spec();
      if (spec !== undefined && wanted(spec)) found.push(await this.#view(job, spec));
    }
    return found;
  }

  /** Follows until the job is terminal, `ms` have passed or the signal fires. Faults: NOT_FOUND. */
  async wait(
    id: string,
    { ms, progress, signal }: { ms: number; progress?: Progress; signal?: AbortSignal },
  ): Promise<V> {
    const { clock } = this.#deps;
    const reporter = progress === undefined ? undefined : this.#kind.reporter(progress);
    const newLines = this.#open(id).output.follow('start');
    const until = clock.now() + ms;
    for (;;) {
      const seen = await this.get(id);
      reporter?.add(await newLines());
      if (seen === undefined) throw this.#unknown(id);
      const left = until - clock.now();
      if (seen.status !== 'running' || left <= 0 || signal?.aborted === true) {
        reporter?.end();
        return seen;
      }
      await clock.sleep(Math.min(POLL_MS, left), signal).catch((error: unknown) => {
        if (signal?.aborted !== true) throw error;
      });
    }
  }

  async log(id: string, cursor: number, limit: number): Promise<LogPage> {
    if (!this.#isId(id)) throw this.#unknown(id);
    const lines = await this.#open(id).output.lines();
    const page = lines.slice(cursor, cursor + limit);
    const next = Math.min(cursor, lines.length) + page.length;
    return { lines: page, next, more: next < lines.length };
  }

  /** The folder of a job. Faults: NOT_FOUND for what is no id. */
  job(id: string): J {
    if (!this.#isId(id)) throw this.#unknown(id);
    return this.#open(id);
  }

  async #view(job: J, spec: S): Promise<V> {
    const { seen } = await this.#look(job, spec);
    return this.#kind.complete?.(seen, spec) ?? seen;
  }

  async #look(job: J, spec: S): Promise<Look<V>> {
    const outcome = await job.outcome();
    if (outcome !== undefined) return { seen: outcome, kept: false };
    const running = await this.#kind.running(job, spec);
    // The ticket first: a keeper takes its lease before the ticket, so one that came between the two looks is seen.
    const waits = await job.hasTicket();
    const keeper = await Lease.state(job.folder, 'keeper');
    if (keeper === 'held') return { seen: running, kept: true };
    if (waits) {
      const young = this.#deps.clock.now() - spec.startedAt < CLAIM_MS;
      if (keeper === 'none' && young) return { seen: running, kept: true };
      // Taken away before it is called unsent, so that no keeper that comes late can send it.
      if ((await job.takeTicket()) === undefined) return { seen: running, kept: true };
    }
    const settled = await this.#kind.settle(job, spec);
    return { seen: settled ?? this.#kind.unsettled(running), kept: false };
  }

  #open(id: string): J {
    return this.#kind.open(join(this.#jobs, id));
  }

  #isId(id: string): boolean {
    return id.startsWith(this.#kind.prefix) && /^.-[a-z0-9]{1,40}$/.test(id);
  }

  #unknown(id: string): DomainError<'NOT_FOUND'> {
    return new DomainError('NOT_FOUND', { what: this.#kind.what, name: id });
  }

  /** Oldest first. */
  async ids(): Promise<string[]> {
    try {
      return (await readdir(this.#jobs)).filter((name) => name.startsWith(this.#kind.prefix)).sort();
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  }

  /** Old jobs that ended go. */
  async #prune(): Promise<void> {
    for (const id of (await this.ids()).slice(0, -KEPT_JOBS)) {
      const job = this.#open(id);
      if ((await job.outcome()) !== undefined) await rm(job.folder, { recursive: true, force: true });
    }
  }
}
