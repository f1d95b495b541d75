/** A plugin as `plugin:list` reports it. */
export interface Plugin {
  readonly name: string;
  readonly version: string;
  readonly enabled: boolean;
  readonly core: boolean;
  /** What its author says of it. */
  readonly description?: string;
}

/** What a host is: read once per connection, because every choice of command form depends on it. */
export interface HostAbout {
  /** `0.38.27`: without a leading v and without a build suffix. */
  readonly version: string;
  readonly plugins: readonly Plugin[];
}

/** One line of `df`; sizes in bytes where they could be read. */
export interface FileSystem {
  readonly device: string;
  readonly mount: string;
  readonly size?: number;
  readonly available?: number;
  readonly usedPercent: number;
}

/** What docker says of itself in `docker info`. */
export interface DockerFacts {
  readonly version?: string;
  /** Of the program that Dokku calls; it can be older or newer than the daemon. */
  readonly client?: string;
  readonly running?: number;
  readonly stopped?: number;
  readonly images?: number;
  readonly storageDriver?: string;
  readonly loggingDriver?: string;
  readonly rootDir?: string;
}

/** The machine as `dokku report` shows it to the dokku user; what it does not show is absent. */
export interface ServerFacts {
  readonly kernel?: string;
  readonly system?: string;
  readonly architecture?: string;
  readonly cpus?: number;
  /** MiB, as `free -m`. */
  readonly memory?: {
    readonly total: number;
    readonly available: number;
    readonly swapTotal: number;
    readonly swapUsed: number;
  };
  readonly disks: readonly FileSystem[];
  readonly inodes: readonly FileSystem[];
  readonly docker: DockerFacts;
  /** `git` -> `git version 2.30.2` */
  readonly tools: Readonly<Record<string, string>>;
}

/** What the dokku user cannot see over SSH, and what an administrator runs on the host to see it. */
export const BEYOND_DOKKU: readonly { readonly what: string; readonly command: string }[] = [
  { what: 'load and busiest processes', command: 'top -b -n 1 | head -n 20' },
  {
    what: 'disk space that images, containers, volumes and the build cache take',
    command: 'docker system df',
  },
  {
    what: 'size of the proxy logs and of persistent storage',
    command: 'sudo du -sh /var/log/nginx /var/lib/dokku',
  },
  { what: 'memory and processor of each container', command: 'docker stats --no-stream' },
  { what: 'pending system updates', command: 'apt list --upgradable' },
];
