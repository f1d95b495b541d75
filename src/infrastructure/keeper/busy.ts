import type { Busy } from '../../application/deployments.ts';
import type { Deployment } from '../../domain/application/deployment.ts';

/** One job as it stands now. */
export interface Look {
  readonly deployment: Deployment;
  /** Its keeper is at it, or was started a moment ago. */
  readonly kept: boolean;
}

interface Known {
  readonly host: string;
  readonly app: string;
  /** Absent while it is not over. */
  readonly finishedAt?: number;
}

export interface Jobs {
  ids(): Promise<readonly string[]>;
  /** Which app a job is about; undefined for what is no whole job. */
  about(id: string): Promise<Known | undefined>;
  look(id: string): Promise<Look | undefined>;
}

/** Tells what keeps an app busy. Remembers the jobs that are over, so that asking before each change stays cheap. */
export class BusyApps {
  readonly #jobs: Jobs;
  readonly #known = new Map<string, Known>();

  constructor(jobs: Jobs) {
    this.#jobs = jobs;
  }

  /** Settles on the way what dead keepers left of this app. */
  async of(host: string, app: string): Promise<Busy> {
    let job: Deployment | undefined;
    let endedAt: number | undefined;
    for (const id of await this.#jobs.ids()) {
      const known = this.#known.get(id) ?? (await this.#jobs.about(id));
      if (known === undefined) continue;
      this.#known.set(id, known);
      if (known.host !== host || known.app !== app) continue;
      const { finishedAt, running } = await this.#state(id, known);
      if (running !== undefined) job = running;
      if (finishedAt !== undefined) endedAt = Math.max(endedAt ?? finishedAt, finishedAt);
    }
    return { ...(job === undefined ? {} : { job }), ...(endedAt === undefined ? {} : { endedAt }) };
  }

  async #state(id: string, known: Known): Promise<{ finishedAt?: number; running?: Deployment }> {
    if (known.finishedAt !== undefined) return { finishedAt: known.finishedAt };
    const look = await this.#jobs.look(id);
    if (look === undefined) return {};
    const { finishedAt, status } = look.deployment;
    if (status === 'running') return look.kept ? { running: look.deployment } : {};
    if (finishedAt === undefined) return {};
    this.#known.set(id, { ...known, finishedAt });
    return { finishedAt };
  }
}
