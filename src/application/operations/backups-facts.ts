import { DomainError } from '../../domain/errors.ts';
import { lastGood, type StoredBackup } from '../../domain/service/backup-rules.ts';
import { conditionOf } from '../../domain/service/condition.ts';
import { datastoreOf } from '../../domain/service/database.ts';
import { pauseBetweenExportsMs } from '../../domain/service/dumps.ts';
import type { Service, ServiceKey } from '../../domain/service/service.ts';
import type { CheckedDump } from '../backups.ts';
import type { Context } from '../context.ts';
import type { WorkContext } from '../workflows/backup-context.ts';
import { callOf } from './backups-input.ts';
import { time } from './fields.ts';
import { title } from './services-facts.ts';

/** The service, which has to run. Faults: UNSUPPORTED where the plugin moves no data, CONFLICT, NOT_FOUND. */
export async function readyService(key: ServiceKey, { services, signal }: Context): Promise<Service> {
  const service = await services.getByName(key, signal);
  refuseImmovable(key);
  const { state, remedy = '' } = conditionOf(service);
  if (state !== 'running') {
    throw new DomainError('CONFLICT', {
      reason: `The ${title(key)} does not run (${state}), so its data can be neither read nor written.`,
      wayOut: remedy,
    });
  }
  return service;
}

export function refuseImmovable({ type }: ServiceKey): void {
  if (datastoreOf(type).movesData) return;
  throw new DomainError('UNSUPPORTED', {
    what: `A backup of a ${type} service`,
    needs: 'a plugin that exports and imports; this one answers "not implemented"',
    wayOut: 'Back its data directory up on the host itself, while the service is stopped.',
  });
}

/** The file that is asked for, or the last good backup, read as a whole. Faults: CONFLICT, NOT_FOUND, BACKUP_FAILED. */
export async function dumpFor(
  key: ServiceKey,
  file: string | undefined,
  context: Context,
): Promise<CheckedDump> {
  const { backups, host } = context;
  // What was saved before an import is the state that the import was to mend: it is used only where it is named.
  const asked = async () => (await backups.list(host, key)).filter(({ reason }) => reason === 'asked');
  const chosen = file ?? lastGood(await asked())?.file;
  if (chosen === undefined) {
    throw new DomainError('CONFLICT', {
      reason: `There is no good backup of the ${title(key)} in ${backups.dir}.`,
      wayOut: `Export it first: ${callOf('export', key)}; or put a dump of your own into that directory and name it as file.`,
    });
  }
  return await backups.check(chosen, key.type);
}

export interface S3Run {
  readonly at: number;
  readonly bucket: string;
}

const s3Key = (host: string, { type, name }: ServiceKey): string => `s3-backups/${host}/${type}/${name}`;

/** The last backup to S3 that went through this state directory; those of a schedule leave no trace. */
export async function s3Run(
  key: ServiceKey,
  { state, host }: Pick<Context, 'state' | 'host'>,
): Promise<S3Run | undefined> {
  const found = (await state.get(s3Key(host, key))) as Partial<S3Run> | undefined;
  return typeof found?.at === 'number' && typeof found.bucket === 'string'
    ? { at: found.at, bucket: found.bucket }
    : undefined;
}

/** True when anything of this host was backed up to S3 from here. */
export async function hasS3Runs({ state, host }: Context): Promise<boolean> {
  return (await state.list(`s3-backups/${host}/`)).length > 0;
}

export async function noteS3Run(key: ServiceKey, bucket: string, context: Context): Promise<void> {
  await context.state.put(s3Key(context.host, key), { at: context.clock.now(), bucket });
}

/** Waits until another process's export, or a backup to S3, is long enough ago for the plugin to bear the next one. */
export async function pauseAfterLast(key: ServiceKey, context: WorkContext): Promise<void> {
  const pause = pauseBetweenExportsMs(key.type);
  if (pause === 0) return;
  const [last] = await context.backups.list(context.host, key);
  const at = Math.max(last?.at ?? 0, (await s3Run(key, context))?.at ?? 0);
  const wait = at + pause - context.clock.now();
  if (wait > 0) await context.clock.sleep(Math.min(wait, pause), context.signal);
}

/** The call that removes a throw-away service. */
export function removal({ type, name }: ServiceKey): string {
  return `services_set ${JSON.stringify({ action: 'destroy', type, service: name })}`;
}

/** One line about a backup. */
export function said({
  file,
  at,
  bytes,
  held,
}: Pick<StoredBackup, 'file' | 'at' | 'bytes' | 'held'>): string {
  return `${file} of ${time(at)}, ${sizeOf(bytes)}${held === undefined ? '' : `, ${held.count} ${held.unit}`}`;
}

export function sizeOf(bytes: number): string {
  if (bytes < 10_000) return `${bytes} bytes`;
  return bytes < 10_000_000 ? `${Math.round(bytes / 1e3)} kB` : `${Math.round(bytes / 1e6)} MB`;
}
