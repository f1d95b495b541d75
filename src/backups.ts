import { join } from 'node:path';
import type { Clock } from './application/ports.ts';
import { expand, type Loaded } from './config/load.ts';
import type { ServiceKey } from './domain/service/service.ts';
import { FileBackups } from './infrastructure/backup/file-backups.ts';

/** The backup directory as the configuration has it; nothing is made before the first export. */
export function openBackups({ config, stateDir }: Loaded, clock: Clock): FileBackups {
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
