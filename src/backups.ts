import { join } from 'node:path';
import type { Clock } from './application/ports.ts';
import { expand, type Loaded } from './config/load.ts';
import { FileBackups } from './infrastructure/backup/file-backups.ts';

/** The backup directory as the configuration has it; nothing is made before the first export. */
export function openBackups({ config, stateDir }: Loaded, clock: Clock): FileBackups {
  const { dir, keep, fresh_hours: fresh, services, export_minutes: minutes } = config.backups;
  return new FileBackups({
    dir: dir === undefined ? join(stateDir, 'backups') : expand(dir),
    clock,
    settings: {
      keep,
      exportMs: minutes * 60_000,
      freshHoursOf: (host, { type, name }) =>
        (services[`${host}/${type}/${name}`] ?? services[`${type}/${name}`])?.fresh_hours ?? fresh,
    },
  });
}
