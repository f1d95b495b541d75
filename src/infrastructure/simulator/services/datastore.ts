import type { DocumentStore } from './mongo/documents.ts';
import type { KeyStore } from './redis/keys.ts';
import type { Database } from './sql/tables.ts';

/** A container of a service, or the ambassador that exposes one. */
export interface ServiceContainer {
  readonly id: string;
  /** `dokku.postgres.db` */
  readonly name: string;
  /** `restarting`: docker starts a server again and again that ends at once. */
  state: 'created' | 'running' | 'restarting' | 'exited';
  readonly image: string;
  readonly ip: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly log: string[];
  /** Since when docker has restarted it without end, and what each run prints. */
  crash?: { readonly since: number; readonly lines: (at: number, run: number) => readonly string[] };
  /** Of an ambassador: the container that it leads to, and the host's ports. */
  readonly target?: { readonly id: string; readonly ports: readonly string[] };
}

/** A dump that was sent to an object store. */
export interface SimulatedBackup {
  readonly at: number;
  readonly endpoint: string;
  readonly bucket: string;
  readonly key: string;
  readonly encrypted: boolean;
}

/** Credentials of backup-auth. */
export interface BackupAuth {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
  readonly signatureVersion: string;
  readonly endpoint: string;
}

export type DatastoreData = Database | KeyStore | DocumentStore | { readonly kind: 'none' };

export type DatastoreState = 'running' | 'exited' | 'missing' | 'restarting' | 'created';

/** One data service: its folder's files, what is in its database, and how its container fares. */
export class SimulatedDatastore {
  readonly plugin: string;
  readonly name: string;
  /** The file ID: the container that was created last; absent after a creation that docker refused. */
  id: string | undefined;
  password = '';
  rootPassword = '';
  image = '';
  /** The tag that the next container is created from. */
  version = '';
  configOptions = '';
  customEnv = '';
  memory = '';
  shmSize = '';
  /** initial-network, post-create-network and post-start-network. */
  readonly properties = new Map<string, string>();
  /** Names of linked apps, sorted. */
  links: string[] = [];
  /** The file PORT: host ports with their addresses, separated by blanks. */
  exposedPort: string | undefined;
  backupAuth: BackupAuth | undefined;
  encryptionKey: string | undefined;
  publicKeyId: string | undefined;
  readonly backups: SimulatedBackup[] = [];
  /** Bytes by which every dump is longer than its data, to stand for a big database. */
  padding = 0;
  data: DatastoreData = { kind: 'none' };
  /** True where the folder of the data was made with umask 002: the dokku user writes there as its group. */
  groupWritable = true;
  readonly #containers: Map<string, ServiceContainer>;

  constructor(plugin: string, name: string, containers: Map<string, ServiceContainer>) {
    this.plugin = plugin;
    this.name = name;
    this.#containers = containers;
  }

  /** The container that the file ID names. */
  get container(): ServiceContainer | undefined {
    if (this.id === undefined) return undefined;
    return [...this.#containers.values()].find(({ id }) => id === this.id);
  }

  get state(): DatastoreState {
    return this.container?.state ?? 'missing';
  }

  /** Lets the container stand as if docker had done that to it; `missing` removes it. */
  set state(state: DatastoreState) {
    const { container } = this;
    if (container === undefined) return;
    if (state === 'missing') this.#containers.delete(container.name);
    else container.state = state;
  }
}
