import type { PlannedCommand } from '../application/repository.ts';
import type { InstalledCertificate } from './certificate.ts';
import type { Network, NetworkSettings, Phase } from './network.ts';
import type { ServerFacts } from './server.ts';
import type { Mount, StorageEntry } from './storage.ts';
import type { AppSettings, HostSurvey } from './survey.ts';

/** Where requests for one app come in. */
export interface Route {
  readonly app: string;
  readonly domains: readonly string[];
  /** Explicit port mappings; empty when Dokku detects them. */
  readonly ports: readonly string[];
  readonly proxy: AppSettings['proxy'];
  readonly listeners: readonly string[];
}

/** A certificate as it is sent: PEM texts. The key is a secret. */
export interface CertificateFiles {
  readonly certificate: string;
  readonly key: string;
}

export interface MountWanted {
  readonly app: string;
  /** Name of an entry, or a directory of the host. */
  readonly source: string;
  readonly containerDir: string;
  readonly readonly?: boolean;
}

/**
 * Reads the host beside its apps, by reports whose number does not depend on how many apps there are, and computes the
 * commands that change it; it sends no change. What a host this old does not know is UNSUPPORTED.
 */
export interface InfrastructureRepository {
  server(signal?: AbortSignal): Promise<ServerFacts>;
  networks(signal?: AbortSignal): Promise<readonly Network[]>;
  /** By app. */
  networkSettings(signal?: AbortSignal): Promise<ReadonlyMap<string, NetworkSettings>>;
  /** By app; those without a certificate are absent. Costs 0.1 s for each app that has one. */
  certificates(signal?: AbortSignal): Promise<ReadonlyMap<string, InstalledCertificate>>;
  /** Of one app; undefined without. Faults: APP_NOT_FOUND. */
  certificate(app: string, signal?: AbortSignal): Promise<InstalledCertificate | undefined>;
  routes(signal?: AbortSignal): Promise<readonly Route[]>;
  /** Of one app, as they are where no mapping is set; with a certificate some of them are TLS. Costs 0.6 s. */
  detectedPorts(app: string, signal?: AbortSignal): Promise<readonly string[]>;
  /** Entries are empty before Dokku 0.38. */
  entries(signal?: AbortSignal): Promise<readonly StorageEntry[]>;
  mounts(signal?: AbortSignal): Promise<readonly Mount[]>;
  /** The report of one plugin over all apps: app -> its keys, `computed-selected`. */
  settings(
    plugin: 'cron' | 'registry' | 'scheduler',
    signal?: AbortSignal,
  ): Promise<ReadonlyMap<string, Readonly<Record<string, string>>>>;
  /** Walks the whole host; `deep` adds one more read per running app. */
  survey(options: { deep: boolean }, signal?: AbortSignal): Promise<HostSurvey>;

  createNetwork(name: string): readonly PlannedCommand[];
  destroyNetwork(name: string): readonly PlannedCommand[];
  /** Sets the networks that an app joins in a phase; none clears it. */
  attach(app: string, phase: Phase, networks: readonly string[]): readonly PlannedCommand[];
  installCertificate(app: string, files: CertificateFiles, replaces: boolean): readonly PlannedCommand[];
  removeCertificate(app: string): readonly PlannedCommand[];
  createEntry(name: string, chown?: string): readonly PlannedCommand[];
  /** Before Dokku 0.38. */
  ensureDirectory(name: string, chown?: string): readonly PlannedCommand[];
  destroyEntry(name: string): readonly PlannedCommand[];
  mount(wanted: MountWanted): readonly PlannedCommand[];
  unmount(mount: Pick<Mount, 'app' | 'entry' | 'hostPath' | 'containerPath'>): readonly PlannedCommand[];
}
