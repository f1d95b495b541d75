import type { AppSummary } from '../application/application.ts';
import type { InstalledCertificate } from './certificate.ts';
import type { Network, NetworkSettings } from './network.ts';
import type { HostAbout, ServerFacts } from './server.ts';
import type { Mount, StorageEntry } from './storage.ts';

/** What reports over all apps say of the settings of one app. */
export interface AppSettings {
  readonly proxy: { readonly enabled: boolean; readonly type: string };
  /** Process types whose health checks are off (`_all_` for all), and those whose checks are skipped. */
  readonly checksDisabled: readonly string[];
  readonly checksSkipped: readonly string[];
  /** `web.limit.memory` -> `128m` */
  readonly resources: Readonly<Record<string, string>>;
  readonly scheduler: string;
  readonly cron: { readonly tasks: number; readonly maintenance: boolean };
  /** Explicit mappings, `http:80:5000`. */
  readonly ports: readonly string[];
}

/** One app as a walk over the host finds it; what could not be read is absent. */
export interface SurveyedApp {
  readonly summary: AppSummary;
  readonly settings?: AppSettings;
  readonly network?: NetworkSettings;
  readonly certificate?: InstalledCertificate;
  /** Detected port mappings; read only where they may clash with those of another app. */
  readonly detected?: readonly string[];
  readonly mounts: readonly Mount[];
  /** Why Dokku can no longer read its variables. */
  readonly unreadable?: string;
  /** State of each process, read only for apps that do not run as they should: `web.1 exited`. */
  readonly processes?: readonly string[];
  /** Times docker restarted a container of it; read only when asked for. */
  readonly restarts?: number;
  /** How many of its newest builds failed one after the other; read only where the last one failed. */
  readonly failedInARow?: number;
  readonly maintenance?: boolean;
  readonly httpAuth?: {
    readonly enabled: boolean;
    readonly users: readonly string[];
    readonly addresses: readonly string[];
  };
}

/** A walk over a whole host. */
export interface HostSurvey {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly about: HostAbout;
  readonly server?: ServerFacts;
  readonly apps: readonly SurveyedApp[];
  readonly networks: readonly Network[];
  readonly entries: readonly StorageEntry[];
  /** True when the plugin renews certificates by itself; absent without the plugin. */
  readonly autoRenew?: boolean;
  /** Apps with a certificate of Let's Encrypt; absent without the plugin. */
  readonly letsencrypt?: readonly string[];
  /** Size at which docker turns the log of a container over; `unlimited` keeps all. */
  readonly logMaxSize?: string;
  /** Parts that could not be read, with the reason: never taken for empty. */
  readonly missing: readonly { readonly part: string; readonly reason: string }[];
  readonly cost: SurveyCost;
}

/** What the walk cost, so that nobody has to guess. */
export interface SurveyCost {
  /** Commands that were sent in all. */
  readonly commands: number;
  /** Commands that were sent once per app, and how often. */
  readonly perApp: Readonly<Record<string, number>>;
  /** Commands sent once whose time grows with the number of apps. */
  readonly slowerWithApps: readonly string[];
}
