import type { PlannedCommand } from '../application/repository.ts';
import type { Service, ServiceKey, ServiceOptions, ServicePlugin, ServiceSummary } from './service.ts';

/** How a link is made. */
export interface LinkOptions {
  /** Names the variable: `BLUE` makes `BLUE_URL`. */
  readonly alias?: string;
  /** False leaves the running processes of a deployed app as they are. */
  readonly restart: boolean;
}

/**
 * Data services of every plugin that has their shape. Reads facts; create, link and the others compute the commands
 * and send nothing (the executor is the only one who sends a change).
 */
export interface ServiceRepository {
  /** The plugins of data services on this host, also those that are disabled. */
  plugins(signal?: AbortSignal): Promise<readonly ServicePlugin[]>;
  /**
   * All services, of these types or of every one: the names at once, what is known of each from memory or read now, as
   * far as the bound goes. Faults: PLUGIN_MISSING for a type that the host does not have.
   */
  getAll(options?: {
    readonly types?: readonly string[];
    readonly signal?: AbortSignal;
  }): Promise<readonly ServiceSummary[]>;
  /** One service, read anew. Faults: PLUGIN_MISSING; NOT_FOUND with the nearest names. */
  getByName(key: ServiceKey, signal?: AbortSignal): Promise<Service>;
  /** Names of one type, sorted as the plugin sorts them. Faults: PLUGIN_MISSING. */
  names(type: string, signal?: AbortSignal): Promise<readonly string[]>;
  /** True when it answers a harmless question; undefined where nothing can be asked of this type. */
  answers(key: ServiceKey, signal?: AbortSignal): Promise<boolean | undefined>;
  /** How much it holds; undefined when that cannot be counted. */
  count(key: ServiceKey, signal?: AbortSignal): Promise<{ count: number; unit: string } | undefined>;
  /** The last lines of its log. Faults: CONFLICT when it has no container. */
  logs(key: ServiceKey, lines: number, signal?: AbortSignal): Promise<string>;
  create(key: ServiceKey, options: ServiceOptions): readonly PlannedCommand[];
  clone(key: ServiceKey, to: string, options: ServiceOptions): readonly PlannedCommand[];
  upgrade(key: ServiceKey, options: ServiceOptions): readonly PlannedCommand[];
  destroy(key: ServiceKey): readonly PlannedCommand[];
  link(key: ServiceKey, app: string, options: LinkOptions): readonly PlannedCommand[];
  unlink(key: ServiceKey, app: string, options: { readonly restart: boolean }): readonly PlannedCommand[];
  /** Always restarts a deployed app. */
  promote(key: ServiceKey, app: string): readonly PlannedCommand[];
  /** `start`, `stop` or `restart`. */
  control(key: ServiceKey, action: 'start' | 'stop' | 'restart'): readonly PlannedCommand[];
  /** Without a port the plugin takes a random one. */
  expose(key: ServiceKey, port?: string): readonly PlannedCommand[];
  unexpose(key: ServiceKey): readonly PlannedCommand[];
  /** Forgets what was remembered, after a change. */
  invalidate(): void;
}
