import { join } from 'node:path';
import { z } from 'zod';
import type { Clock, StateStore } from './application/ports.ts';
import type { WorkContext } from './application/workflows/backup-context.ts';
import { expand, type Loaded } from './config/load.ts';
import { type Config, ConfigSchema, HostConfigSchema } from './config/schema.ts';
import type { ServiceKey } from './domain/service/service.ts';
import { FileBackups } from './infrastructure/backup/file-backups.ts';

/** The backup directory as the configuration has it; nothing is made before the first export. */
export function openBackups(
  { config, stateDir }: Pick<Loaded, 'config' | 'stateDir'>,
  clock: Clock,
): FileBackups {
  const { dir, keep, fresh_hours: fresh, services, export_minutes: minutes } = config.backups;
  const ruleOf = (host: string, { type, name }: ServiceKey) =>
    services[`${host}/${type}/${name}`] ?? services[`${type}/${name}`];
  return new FileBackups({
    dir: dir === undefined ? join(stateDir, 'backups') : expand(dir),
    clock,
    settings: {
      keep,
      exportMs: minutes * 60_000,
      freshHoursOf: (host, key) => ruleOf(host, key)?.fresh_hours ?? fresh,
      names: (host, key) => ruleOf(host, key) !== undefined,
      namesAny: (host) =>
        Object.keys(services).some((key) => key.split('/').length === 2 || key.startsWith(`${host}/`)),
    },
  });
}

/** What the keeper of a backup needs of this configuration: no configuration that changes meanwhile matters to it. */
export function backupConnection({ config }: Pick<Loaded, 'config'>, host: string): unknown {
  const { hosts, deadlines } = config.dokku;
  return { host: hosts[host] ?? null, deadlines, backups: config.backups };
}

const Connection = z.object({
  host: HostConfigSchema.nullable(),
  deadlines: z.unknown(),
  backups: z.unknown(),
});

/** What `backupConnection` wrote down. */
export function readConnection({ connection }: { readonly connection?: unknown }): {
  readonly host: z.output<typeof HostConfigSchema> | undefined;
  readonly deadlines: Config['dokku']['deadlines'];
  readonly config: Config;
} {
  const { host, deadlines, backups } = Connection.parse(connection);
  const config = ConfigSchema.parse({ dokku: { deadlines }, backups });
  return { host: host ?? undefined, deadlines: config.dokku.deadlines, config };
}

/** What the work of a job is done by, and settled by: the service, and the directory that was configured when it began. */
export function backupContext(
  { services }: Pick<WorkContext, 'services'>,
  job: { readonly host: string; readonly connection?: unknown },
  { loaded, clock, state }: { readonly loaded: Loaded; readonly clock: Clock; readonly state: StateStore },
): Omit<WorkContext, 'signal'> {
  const { config } = readConnection(job);
  const backups = openBackups({ config, stateDir: loaded.stateDir }, clock);
  return { host: job.host, services, backups, clock, state };
}
