import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { installable } from './installed.ts';
import { Random } from './random.ts';
import type { ServiceContainer, SimulatedDatastore } from './services/datastore.ts';
import type { SimulatedApp, SimulatedKey, SimulatedNetwork, SimulatedStorageEntry } from './state.ts';
import { createWorld, type World } from './world.ts';

export interface SimulatedHostOptions {
  /** 1 answers as slowly as a real host, 0.1 ten times as fast, 0 does not wait at all. Default 0. */
  readonly speed?: number;
  readonly name?: string;
  /** Start of the host's clock, milliseconds since the epoch. */
  readonly now?: number;
  /** Seeds ids, hashes and addresses, so that the same story gives the same text. */
  readonly seed?: number;
  /** The umask of the dokku user, with which services are made: 002 on Ubuntu, 022 on Debian. Default 002. */
  readonly umask?: '002' | '022';
}

/** The key with which sessions log in. */
const adminKey: SimulatedKey = {
  name: 'admin',
  fingerprint: 'SHA256:+vjivmgWc3sfhQP6szcVwLrkaufjkRM7U8A7JV8u3zY',
  publicKey: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEXVwxkGuyAgzgy7I1OgayGxzY7ESdDjR4DN2Yy4O/z0 admin',
};

/** A plugin as plugin:list and help show it. */
export interface InstalledPlugin {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly enabled: boolean;
  readonly sourceUrl: string;
  readonly committish: string;
  readonly branch: string;
}

/** A Dokku host in memory: its state and its clock. Families change it, a session (session.ts) runs commands on it. */
export class SimulatedHost {
  readonly name: string;
  readonly apps = new Map<string, SimulatedApp>();
  readonly globalConfig = new Map<string, string>();
  /** As `SimulatedApp.poisoned`, for the global environment. */
  globalPoisoned: string | undefined;
  /** Global properties of every plugin. */
  readonly globalProperties = new Map<string, Map<string, string>>();
  readonly globalDomains: string[] = [];
  readonly networks: SimulatedNetwork[] = [];
  readonly storage: SimulatedStorageEntry[] = [];
  /** Directories that storage commands have made. */
  readonly directories = new Set<string>();
  readonly keys: SimulatedKey[] = [adminKey];
  /** Ids, hashes and addresses come from here, so that a seed gives the same text again. */
  readonly random: Random;
  /** Plugins beside the core ones, in the order of their names. */
  readonly plugins: InstalledPlugin[] = [];
  /** Data services by `PLUGIN/NAME`. */
  readonly datastores = new Map<string, SimulatedDatastore>();
  /** Containers of data services, and those that expose them, by name. */
  readonly serviceContainers = new Map<string, ServiceContainer>();
  /** Lines of cron that backup-schedule has written, by `PLUGIN-NAME`. */
  readonly backupSchedules = new Map<string, string>();
  /** With `022` the dokku user cannot write into the data folders of services. */
  umask: '002' | '022';
  /** Images and git servers that the host can reach. */
  readonly world: World = createWorld();
  /** True while the dokku user has a crontab. */
  crontab = false;
  /** letsencrypt's renewal job, which stands in a crontab of its own making once one was added. */
  readonly letsencrypt = { autorenew: false, crontab: false };
  /** After trace:on every command prints its shell trace. */
  traceOn = false;
  eventsOn = false;
  eventsLog: string[] = [];
  deployKey: string | undefined;
  /** `user:password` by git server. */
  readonly netrc = new Map<string, string>();
  #elapsed = 0;
  readonly #start: number;
  #speed: number;
  /** When the speed was set. */
  #since = Date.now();

  constructor(options: SimulatedHostOptions = {}) {
    this.name = options.name ?? 'vm';
    this.#speed = options.speed ?? 0;
    this.umask = options.umask ?? '002';
    this.random = new Random(options.seed ?? 1);
    this.#start = options.now ?? Date.now();
  }

  /** 1 answers as slowly as a real host, 0 does not wait at all. The clock goes on where it stands when this is set. */
  get speed(): number {
    return this.#speed;
  }

  set speed(speed: number) {
    this.#elapsed += this.#sinceSpeed();
    this.#since = Date.now();
    this.#speed = speed;
  }

  #sinceSpeed(): number {
    return this.#speed === 0 ? 0 : (Date.now() - this.#since) / this.#speed;
  }

  /** Milliseconds since the epoch on the host's clock. */
  now(): number {
    return this.#start + this.#elapsed + this.#sinceSpeed();
  }

  /** Moves the clock without waiting. */
  advance(ms: number): void {
    this.#elapsed += ms;
  }

  /**
   * Puts a plugin beside the core ones on the host: its commands answer, and plugin:list and help show it. Throws when
   * the simulator does not know the plugin; a plugin that is there already stays as it is.
   */
  install(plugin: string): void {
    const known = installable.get(plugin);
    if (known === undefined) throw new Error(`the simulator has no plugin ${plugin}`);
    if (this.plugins.some(({ name }) => name === plugin)) return;
    this.plugins.push(known.plugin);
    this.plugins.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Names of data services in the order in which every app's removal goes through them. */
  get services(): string[] {
    const names = [...this.datastores.values()].map(({ plugin, name }) => ({ plugin, name }));
    return names.sort((a, b) => byName(a.plugin, b.plugin) || byName(a.name, b.name)).map(({ name }) => name);
  }

  /** Names in the order Dokku lists them: sorted byte-wise. */
  appNames(): string[] {
    return [...this.apps.keys()].sort(byName);
  }
}

const byName = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** Lets host time pass: waits at the host's speed, at speed 0 only moves its clock and lets others run. */
export async function wait(host: SimulatedHost, ms: number): Promise<void> {
  if (host.speed === 0) {
    host.advance(ms);
    await nextTurn();
  } else {
    await delay(ms * host.speed);
  }
}
