import type { Deployment, DeploySource, Release } from '../domain/application/deployment.ts';
import type { Command, Progress } from './ports.ts';

/** A page of a deploy's output: `next` continues it. */
export interface LogPage {
  readonly lines: readonly string[];
  readonly next: number;
  readonly more: boolean;
}

/** The job that runs on an app now, and when the last one that ended did so (milliseconds since the epoch). */
export interface Busy {
  readonly job?: Deployment;
  readonly endedAt?: number;
}

export interface DeployRequest {
  readonly host: string;
  readonly app: string;
  readonly source: DeploySource;
  readonly command: Command;
  readonly actor: string;
  /** The record of the audit whose outcome belongs to this job: whoever settles the job writes it. */
  readonly audit?: string;
}

/**
 * Deploys as jobs: each runs in a keeper (a detached process that owns the SSH channel), writes output and outcome to
 * the state store and outlives the client, the server's restart and its crash. Every server on the same state
 * directory sees the same deploys.
 */
export interface Deployments {
  /** Hands the command to a keeper and returns at once. The command is sent at most once. */
  start(request: DeployRequest): Promise<Deployment>;
  /** The job that the outcome of this record of the audit belongs to. */
  ofAudit(audit: string): Promise<Deployment | undefined>;
  /** Settles what was left behind by keepers that died, as far as the host can be asked now. */
  settleLeft(host: string): Promise<void>;
  /** The state as read from the store; a deploy whose keeper died is settled by reading the host first. */
  get(id: string): Promise<Deployment | undefined>;
  list(host: string, app?: string): Promise<readonly Deployment[]>;
  /** What keeps an app busy, whoever may see it. A job whose keeper died keeps nothing busy. */
  busy(host: string, app: string): Promise<Busy>;
  /** Follows until the deploy is terminal, `ms` have passed or the signal fires; progress sees real output lines. */
  wait(id: string, options: { ms: number; progress?: Progress; signal?: AbortSignal }): Promise<Deployment>;
  log(id: string, cursor: number, limit: number): Promise<LogPage>;
  /** Dokku's build records joined with the ledger, newest first. */
  releases(host: string, app: string, signal?: AbortSignal): Promise<readonly Release[]>;
}
