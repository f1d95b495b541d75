import type { DatabaseServer } from './server.ts';

/** What a DSN is made of. */
export interface DsnParts {
  readonly scheme: string;
  readonly password: string;
  readonly host: string;
  readonly port: number;
  readonly service: string;
  readonly database: string;
}

/** What commands cost on a real host, milliseconds of host time. */
export interface DatastoreCosts {
  /** From nothing until the server answers. */
  readonly create: number;
  readonly destroy: number;
  readonly start: number;
  readonly stop: number;
  readonly connect: number;
  readonly export: number;
  readonly import: number;
}

/** One datastore plugin: all official ones are the same scripts over these differences (their `config` and `functions`). */
export interface DatastorePlugin {
  /** `postgres`, the prefix of the commands (PLUGIN_COMMAND_PREFIX). */
  readonly name: string;
  /** `Postgres`, as messages have it (PLUGIN_SERVICE). */
  readonly title: string;
  /** `POSTGRES` (PLUGIN_VARIABLE). */
  readonly variable: string;
  /** `DATABASE`, whose `_URL` an app gets (PLUGIN_DEFAULT_ALIAS). */
  readonly alias: string;
  readonly scheme: string;
  readonly ports: readonly number[];
  /** Where the service's configuration lies below its folder (PLUGIN_CONFIG_SUFFIX). */
  readonly configSuffix: string;
  readonly pluginVersion: string;
  readonly image: string;
  readonly imageVersion: string;
  /** Tags of the image that the host holds beside the default one; it can pull no others. */
  readonly otherVersions: readonly string[];
  /** Hexadecimal digits of a generated password; 0 where the plugin has none. */
  readonly passwordDigits: number;
  /** Digits of a generated root password, where there is one. */
  readonly rootPasswordDigits?: number;
  readonly dsn: (parts: DsnParts) => string;
  /** The user in the examples of `link`'s help, where the plugin names its own. */
  readonly exampleUser?: string;
  /** Subcommands that answer `Not yet implemented` and that help leaves out. */
  readonly unimplemented: readonly string[];
  /** What the plugin says besides: before a service's first container, and before every one. */
  readonly says?: { readonly creation: readonly string[]; readonly container: readonly string[] };
  readonly costs: DatastoreCosts;
  readonly server: DatabaseServer;
}

/** `18.4`, `postgres:18.4`: the image with its tag. */
export function imageTag(image: string, version: string): string {
  return `${image}:${version}`;
}

/** True when the host holds that image, so that nothing is pulled. */
export function holdsImage(plugin: DatastorePlugin, image: string, version: string): boolean {
  return (
    image === plugin.image && (version === plugin.imageVersion || plugin.otherVersions.includes(version))
  );
}

/** docker's word of an image that no registry gives: the simulated host reaches none. */
export const PULL_FAULT =
  'Error response from daemon: Get "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io on 192.0.2.53:53: no such host\n';
