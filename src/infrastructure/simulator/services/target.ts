import { posix } from 'node:path';
import type { SimulatedHost } from '../host.ts';
import type { Invocation } from '../invocation.ts';
import { fail } from '../output.ts';
import { type ServiceContainer, SimulatedDatastore } from './datastore.ts';
import type { DatastorePlugin } from './plugin.ts';

/** The service that a command works on, under the name that was given, which can be a path to another one. */
export interface Target {
  readonly plugin: DatastorePlugin;
  readonly name: string;
  readonly service: SimulatedDatastore;
  /** `/var/lib/dokku/services/postgres/db` */
  readonly root: string;
  /** `dokku.postgres.db` */
  readonly containerName: string;
}

export function targetOf(plugin: DatastorePlugin, name: string, service: SimulatedDatastore): Target {
  return {
    plugin,
    name,
    service,
    root: `/var/lib/dokku/services/${plugin.name}/${name}`,
    containerName: `dokku.${plugin.name}.${name}`,
  };
}

/** What lies in the folder of that name: plugins look only whether it is a folder, so `.` and `../redis/x` are there too. */
export function findService(
  host: SimulatedHost,
  plugin: string,
  name: string,
): SimulatedDatastore | undefined {
  const path = posix.normalize(`${plugin}/${name}`).replace(/\/$/, '');
  const own = host.datastores.get(path);
  if (own !== undefined) return own;
  const [folder = '', service = '', part] = path.split('/');
  const other =
    path === '.' ||
    folder === '..' ||
    (service === '' && host.plugins.some((installed) => installed.name === folder)) ||
    (part === 'data' && host.datastores.has(`${folder}/${service}`));
  return other ? new SimulatedDatastore(plugin, name, host.serviceContainers) : undefined;
}

/** The service of the first argument, after the checks of a subcommand; the words are what it says without a name. */
export function requireService(
  call: Invocation,
  plugin: DatastorePlugin,
  name: string | undefined,
  missing = 'Please specify a valid name for the service',
): Target {
  if (name === undefined || name === '') fail(call, missing);
  const service = findService(call.host, plugin.name, name);
  if (service === undefined) fail(call, `${plugin.title} service ${name} does not exist`);
  return targetOf(plugin, name, service);
}

/** The container of that name, whatever the file ID says. */
export function containerOf(host: SimulatedHost, target: Target): ServiceContainer | undefined {
  return host.serviceContainers.get(target.containerName);
}

/** The services of one plugin in the order of their folders. */
export function servicesOf(host: SimulatedHost, plugin: string): SimulatedDatastore[] {
  return [...host.datastores.values()]
    .filter((service) => service.plugin === plugin)
    .sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
}

/** What `cat` says of a file ID that is not there, as often as the command looks for it. */
export function complainOfId(call: Invocation, { service, root }: Target, times = 1): void {
  if (service.id !== undefined) return;
  for (let time = 0; time < times; time++) call.err(`cat: ${root}/ID: No such file or directory\n`);
}

/** The DSN of the service, with the scheme that an app may have changed. */
export function dsnOf({ plugin, service, containerName }: Target, scheme = plugin.scheme): string {
  return plugin.dsn({
    scheme,
    password: service.password,
    host: hostnameOf(containerName),
    port: plugin.ports[0] ?? 0,
    service: service.name,
    database: databaseName(service),
  });
}

/** `dokku-postgres-my-db`: the name by which linked containers reach the service. */
export const hostnameOf = (containerName: string): string => containerName.replace(/[._]/g, '-');

/** The service's name as a database can have it. */
export const databaseName = (service: SimulatedDatastore): string => service.name.replace(/[.-]/g, '_');
