import type { ApplicationRepository, ConfigRepository } from '../domain/application/repository.ts';
import type { InfrastructureRepository } from '../domain/infrastructure/repository.ts';
import type { ServiceRepository } from '../domain/service/repository.ts';
import type { BackupJobs } from './backup-jobs.ts';
import type { BackupFiles } from './backups.ts';
import type { Deployments } from './deployments.ts';
import type { Journal } from './journal.ts';
import type { Operation } from './operation.ts';
import type { CertificateReader, Reach } from './outside.ts';
import type { Clock, CommandCatalogue, DokkuClient, Progress, StateStore } from './ports.ts';
import type { Principal } from './principal.ts';
import type { Rights } from './rights.ts';

/** What every operation on one host may use. */
export interface Context {
  readonly host: string;
  /** All configured hosts. */
  readonly hosts: readonly string[];
  /**
   * The same for another host, which can only be read through it; what is secret there is masked here too. The policy of
   * that host decides on what is read. Faults: HOST_NOT_CONFIGURED.
   */
  readonly onHost: (name: string) => Context;
  readonly client: DokkuClient;
  readonly apps: ApplicationRepository;
  readonly config: ConfigRepository;
  readonly infrastructure: InfrastructureRepository;
  readonly services: ServiceRepository;
  readonly backups: BackupFiles;
  readonly deployments: Deployments;
  readonly backupJobs: BackupJobs;
  /** The changes that were made here, and their way back. */
  readonly journal: Journal;
  /** What the caller may do on this host: the client and the repositories here obey it by themselves. */
  readonly rights: Rights;
  readonly catalogue: CommandCatalogue;
  /** Every operation that this server has, also those that are not allowed. */
  readonly operations: readonly Operation[];
  /** Operations that are offered and not listed as tools. */
  readonly unlisted: readonly Operation[];
  readonly state: StateStore;
  readonly clock: Clock;
  /** Server-side files and environment, for values that the model must not see. */
  readonly references: References;
  readonly certificates: CertificateReader;
  /** The host as the network sees it from here. */
  readonly reach: Reach;
  readonly permissions: Permissions;
  /** A short keyed hash: tells whether two values are equal without showing either. */
  readonly fingerprint: (value: string) => string;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** Who asks: the client's name or the principal's id, for the ledger and the audit. */
  readonly actor: string;
  /** Who its token was given to, where the call came with one. */
  readonly principal?: Principal;
}

/** What the configuration of this server grants beyond the defaults. */
export interface Permissions {
  /** Values of config variables may be shown. */
  readonly reveal: boolean;
  /** Most instances of one process type. */
  readonly maxProcesses: number;
  /** Servers that Dokku may also fetch from: `host` or `scheme://host`, each with an optional `:port`. */
  readonly gitHosts: readonly string[];
  /** The domains of an app are asked for once after a deploy. */
  readonly probeAfterDeploy: boolean;
}

/** Values that the model never sees: read, or made, on the machine of the server. Faults: INVALID_ARGUMENT. */
export interface References {
  env(name: string): string;
  file(path: string): Promise<string>;
  /** Random text of this length, letters and digits. */
  generate(length: number): string;
}
