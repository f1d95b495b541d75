import type { Sampled } from '../application/application.ts';

/** Which service: names are only unique within their type. */
export interface ServiceKey {
  /** The name of its plugin: `postgres`. */
  readonly type: string;
  readonly name: string;
}

/** A plugin for data services as the host has it. */
export interface ServicePlugin {
  readonly type: string;
  readonly version: string;
  readonly enabled: boolean;
}

/** One service as `X:info` tells it. */
export interface Service extends ServiceKey {
  /** Docker's word (`running`, `exited`, `restarting`, `created`), or `missing` when there is no container. */
  readonly status: string;
  /** `postgres:18.4`; absent while it has no container. */
  readonly version?: string;
  /** True when the plugin knows a container of it; a stopped service keeps the id of the one it had. */
  readonly hadContainer: boolean;
  /** The apps in the plugin's list of links, whether or not they have a variable. */
  readonly links: readonly string[];
  /** True when apps that may not be shown are linked as well. */
  readonly usedByOthers?: boolean;
  /** `5432->15001`; recorded also where opening the port failed. */
  readonly exposed: readonly string[];
  readonly configDir: string;
  readonly dataDir: string;
  readonly configOptions: string;
  /** Docker networks by the property that names them, those that are set. */
  readonly networks: Readonly<Record<string, string>>;
  readonly internalIp?: string;
  /** Address with password: never shown, only compared and masked. */
  readonly dsn: string;
}

/** A line of the list of all services. */
export interface ServiceSummary extends ServiceKey {
  /** As last read; absent when it was not read yet. */
  readonly facts?: Sampled<Service>;
  /** Why it could not be read. */
  readonly problem?: string;
}

/** Options of create and clone, and those that an upgrade takes. */
export interface ServiceOptions {
  readonly image?: string;
  readonly version?: string;
  /** Megabytes. */
  readonly memory?: number;
  /** Variables of the service's own container. Values are secrets. */
  readonly env?: ReadonlyMap<string, string>;
}

export function keyOf({ type, name }: ServiceKey): string {
  return `${type}/${name}`;
}

/** What has to stay hidden of an address: all of it, and the password alone. */
export function secretsOfDsn(dsn: string): readonly string[] {
  const [, password = ''] = /:\/\/[^:@/\s]*:([^@\s]+)@/.exec(dsn) ?? [];
  return [dsn, password].filter((secret) => secret !== '');
}
