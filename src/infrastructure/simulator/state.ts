import type { AppJson, Revision } from './world/revision.ts';
import type { ImageDefinition } from './world.ts';

/** Everything a simulated host remembers. Families read and change it; nothing here prints. */
export interface SimulatedApp {
  name: string;
  /** Milliseconds of the host's clock. */
  createdAt: number;
  locked: boolean;
  /** The ENV file: insertion order is the file's order. */
  config: Map<string, string>;
  /** Set when the ENV file can no longer be read; holds the whole message that Dokku then gives. */
  poisoned?: string;
  /** Properties of every plugin: `properties.get('nginx')?.get('client-max-body-size')`. */
  properties: Map<string, Map<string, string>>;
  domains: { names: string[]; enabled: boolean };
  ports: string[];
  proxyEnabled: boolean;
  certificate?: SimulatedCertificate;
  /** The proxy's configuration file as it was written last; absent when there is none. */
  proxyConfig?: string;
  /** Files in the folder that every server of the proxy's configuration includes, by name; plugins put them there. */
  proxyIncludes?: Map<string, string>;
  /** Lines of the proxy's access log; absent while the proxy has never served the app. */
  accessLog?: string[];
  /** Lines of its error log. */
  errorLog?: string[];
  /** Ids of containers whose addresses proxy:clear-config removed. */
  forgottenListeners?: string[];
  mounts: SimulatedMount[];
  /** phase -> options, in the order they were added */
  dockerOptions: Map<string, string[]>;
  /** `web.limit.memory` -> `128m` */
  resources: Map<string, string>;
  checks: { disabled: string[]; skipped: string[] };
  buildpacks: string[];
  scale: Map<string, number>;
  /** True when app.json holds a formation, so that the scale cannot be changed by hand. */
  scaleLocked: boolean;
  source: SimulatedSource;
  containers: SimulatedContainer[];
  oneOffs: SimulatedContainer[];
  builds: SimulatedBuild[];
  cron: SimulatedCronTask[];
  deployed: boolean;
  /** False after ps:stop. */
  restore: boolean;
  /** The app's bare git repository; absent until something was put into it. */
  repository?: SimulatedRepository;
  /** Build id in the deploy lock's file: who holds the lock, or held it when it died. */
  deployLock?: string;
  /** Containers that were replaced and are to be removed at that time of the host's clock. */
  retired?: { id: string; at: number }[];
  /** Containers that bear a process's name on the docker host, also after they were replaced. */
  named?: { name: string; id: string }[];
  /** Names in the htpasswd file of http-auth. */
  authUsers?: string[];
  /** Files of the app's own maintenance page. */
  maintenancePage?: ReadonlyMap<string, string>;
  /** Lines of the redirect plugin's file: `SOURCE:DESTINATION:CODE`. */
  redirects?: string[];
  /** What letsencrypt keeps of the app. */
  letsencrypt?: SimulatedLetsencrypt;
  /** Procfile and app.json of the last deploy that went through. */
  procfile?: Readonly<Record<string, string>>;
  appJson?: AppJson;
}

export interface SimulatedRepository {
  /** The branch that HEAD names. */
  head: string;
  /** Full names of refs and their commits. */
  refs: Map<string, string>;
  commits: Map<string, Revision>;
  /** When the deploy branch was written last, milliseconds of the host's clock. */
  updatedAt: number;
}

export interface SimulatedCertificate {
  certificate: string;
  key: string;
  /** What letsencrypt installed last; it stays beside a certificate that is added in its place. */
  letsencrypt?: string;
}

/** The app's letsencrypt folder: one folder for every set of lego's options that was ever used. */
export interface SimulatedLetsencrypt {
  /** Names of the folders, and in them the certificates by their first domain. */
  readonly folders: Map<string, Map<string, string>>;
  /** The folder whose certificate is installed. */
  current?: string;
}

export interface SimulatedMount {
  entryName: string;
  hostPath: string;
  containerPath: string;
  options?: string;
  readonly?: boolean;
  /** `deploy` and `run` when absent. */
  phases?: string[];
  /** `_default_`, which is every process, when absent. */
  processType?: string;
  subpath?: string;
  chown?: string;
}

/** What git:report and apps:report know about where the code comes from. */
export interface SimulatedSource {
  /** Commit at the tip of the deploy branch; empty when there is none. */
  sha: string;
  deployBranch: string;
  /** `git:report --git-source-image`: the image that was asked for last, also when it failed. */
  sourceImage: string;
  /** `apps:report` deploy-source and its metadata: of the last success. */
  deploySource: string;
  deployMetadata: string;
  /** What the image `dokku/APP:latest` holds now: the last image that was built. */
  latestImage?: SimulatedImage;
  /** What runs. */
  runningImage?: SimulatedImage;
}

/** An image as far as its behaviour matters. */
export interface SimulatedImage {
  id: string;
  reference: string;
  exposes: number[];
  /** `build` until Dokku has labelled it as released. */
  stage?: 'build' | 'release';
  base?: ImageDefinition;
  revision?: Revision;
}

export interface SimulatedContainer {
  id: string;
  name: string;
  processType: string;
  index: number;
  state: 'running' | 'exited' | 'restarting' | 'missing' | 'created' | 'paused';
  startedAt: number;
  restartCount: number;
  ip: string;
  image: string;
  command?: string;
  logs: { at: number; text: string }[];
  /** Environment of the process, image and app together. */
  environment?: Readonly<Record<string, string>>;
  stoppedAt?: number;
  /** How often docker starts a process again that fails; absent for always. */
  restartLimit?: number;
  /** Bytes that docker lets it take; 0 or absent without a limit. */
  memoryLimit?: number;
  definition?: SimulatedImage;
}

export interface SimulatedBuild {
  id: string;
  kind: 'build' | 'deploy';
  source: string;
  pid: number;
  startedAt: number;
  finishedAt?: number;
  status: 'running' | 'succeeded' | 'failed' | 'canceled';
  exitCode?: number;
  /** False when the process is gone: display_status is then `abandoned`. */
  alive: boolean;
  output: string;
  cancel?: () => void;
}

export interface SimulatedCronTask {
  id: string;
  command: string;
  schedule: string;
  /** `allow` when absent. */
  concurrencyPolicy?: string;
  /** True when app.json itself suspends the task. */
  maintenance?: boolean;
}

export interface SimulatedNetwork {
  name: string;
  id: string;
  createdAt: number;
  driver: string;
  dokkuManaged: boolean;
}

export interface SimulatedStorageEntry {
  name: string;
  hostPath: string;
  createdAt: number;
  /** `docker-local` when absent. */
  scheduler?: string;
  /** size, access-mode, storage-class-name, namespace, chown, mode and reclaim-policy, as far as they are set. */
  settings?: Map<string, string>;
  annotations?: Map<string, string>;
  labels?: Map<string, string>;
}

export interface SimulatedKey {
  name: string;
  fingerprint: string;
  publicKey: string;
}

export function createApp(name: string, createdAt: number): SimulatedApp {
  return {
    name,
    createdAt,
    locked: false,
    config: new Map(),
    properties: new Map(),
    domains: { names: [], enabled: true },
    ports: [],
    proxyEnabled: true,
    mounts: [],
    dockerOptions: new Map(),
    resources: new Map(),
    checks: { disabled: [], skipped: [] },
    buildpacks: [],
    scale: new Map(),
    scaleLocked: false,
    source: { sha: '', deployBranch: '', sourceImage: '', deploySource: '', deployMetadata: '' },
    containers: [],
    oneOffs: [],
    builds: [],
    cron: [],
    deployed: false,
    restore: true,
  };
}
