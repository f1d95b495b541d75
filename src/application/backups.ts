import type { Backup, Held, Retention, StoredBackup } from '../domain/service/backup-rules.ts';
import type { ServiceKey } from '../domain/service/service.ts';
import type { ByteSink, ByteSource, Progress } from './ports.ts';

/** What is about to be exported. */
export interface NewBackup extends ServiceKey {
  readonly host: string;
  readonly reason: Backup['reason'];
  readonly version?: string;
  readonly held?: Held;
}

/** What the configuration says of backups. */
export interface BackupSettings {
  readonly keep: Retention;
  /** Milliseconds after which an export is given up. */
  readonly exportMs: number;
  /** The oldest that the last good backup of a service may be, in hours. */
  freshHoursOf(host: string, key: ServiceKey): number;
  /** True when the configuration says something of this very service. */
  names(host: string, key: ServiceKey): boolean;
  /** True when it says something of any service that the host may have. */
  namesAny(host: string): boolean;
}

/** Who follows an export. */
export interface SinkWatch {
  readonly progress?: Progress;
  /** Told the name that the file will have, as soon as something of it may be on the disk; waited for. */
  readonly began?: (file: string) => Promise<void>;
}

/** A file that may be imported, looked at just now. */
export interface CheckedDump {
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Absent for a file that was not exported from here. */
  readonly manifest?: Backup;
}

/** Dumps on the server's machine: files of mode 0600 in one private directory, each with a manifest beside it. */
export interface BackupFiles {
  readonly dir: string;
  readonly settings: BackupSettings;
  /**
   * Where an export goes. The file takes its name only when the dump is whole: the command ended well, its bytes look
   * like a dump of this type to both ends, and all of it and its manifest are on the disk. Faults: BACKUP_FAILED when
   * there is no room, nothing can be written, or what came is no dump.
   */
  sink(backup: NewBackup, watch?: SinkWatch): ByteSink;
  /** Removes what a process that died left of this file; true when the file is whole, which then stays. */
  discardUnfinished(file: string): Promise<boolean>;
  /** Whatever manifests tell of; the files themselves by presence and size. Newest first. */
  list(host: string, key?: ServiceKey): Promise<readonly StoredBackup[]>;
  /**
   * Reads a file of the directory as a whole: size and SHA-256 as in its manifest, both ends as a dump of this type.
   * Faults: NOT_FOUND with the names there are; BACKUP_FAILED when it cannot be relied on.
   */
  check(file: string, type: string): Promise<CheckedDump>;
  /** The bytes of a checked file; breaks off when they are not those that were checked. */
  source(dump: CheckedDump, progress?: Progress): ByteSource;
  /** Adds to the manifest of a file what was found out about it later. */
  note(file: string, found: Pick<Backup, 'heldAfter' | 'tested'>): Promise<void>;
  /** Removes a dump and its manifest. */
  remove(file: string): Promise<void>;
}
