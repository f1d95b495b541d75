import { DomainError } from '../../domain/errors.ts';
import type { BackupState } from '../../domain/service/backup-rules.ts';
import { datastoreOf } from '../../domain/service/database.ts';
import type { ServiceKey } from '../../domain/service/service.ts';
import { isThrowAway } from '../../domain/service/throw-away.ts';
import type { Context } from '../context.ts';
import { s3Run } from './backups-facts.ts';
import { scheduleOf } from './backups-s3.ts';

/** The services whose backups can be told of. */
export interface KnownServices {
  /** Those on the host whose plugin moves data. */
  readonly standing: readonly ServiceKey[];
  /** Those that are gone, but have backups. */
  readonly gone: readonly ServiceKey[];
  /** Throw-away services that a test restore left behind. */
  readonly leftovers: readonly ServiceKey[];
}

/** One command per plugin. Faults: PLUGIN_MISSING, NOT_FOUND for a service that neither stands nor has backups. */
export async function knownServices(
  type: string | undefined,
  service: string | undefined,
  context: Context,
): Promise<KnownServices> {
  const { services, signal, backups, host } = context;
  const types = type === undefined ? await movableTypes(context) : [type];
  const lists = await Promise.all(
    types
      .filter((one) => datastoreOf(one).movesData)
      .map(async (one) => (await services.names(one, signal)).map((name) => ({ type: one, name }))),
  );
  const there = lists.flat();
  const stored = await backups.list(host);
  const wanted = ({ name }: ServiceKey): boolean => service === undefined || name === service;
  const gone = [...new Set(stored.map((backup) => `${backup.type}/${backup.name}`))]
    .map((key) => ({ type: key.slice(0, key.indexOf('/')), name: key.slice(key.indexOf('/') + 1) }))
    .filter((key) => !there.some((one) => one.type === key.type && one.name === key.name))
    .filter((key) => type === undefined || key.type === type)
    .filter(wanted);
  const standing = there.filter(wanted);
  if (service !== undefined && type !== undefined && standing.length + gone.length === 0) {
    await services.getByName({ type, name: service }, signal);
  }
  const lasting = ({ name }: ServiceKey): boolean => !isThrowAway(name);
  return {
    standing: standing.filter(lasting),
    gone: gone.filter(lasting),
    leftovers: there.filter(({ name }) => isThrowAway(name)),
  };
}

/** The types of this host whose data can be exported. */
export async function movableTypes({ services, signal }: Context): Promise<readonly string[]> {
  return (await services.plugins(signal))
    .filter(({ enabled, type }) => enabled && datastoreOf(type).movesData)
    .map(({ type }) => type);
}

/** What is known here of the backups of one service; its schedule costs a command. */
export async function stateOf(
  key: ServiceKey,
  withSchedule: boolean,
  context: Context,
): Promise<BackupState> {
  const { backups, host } = context;
  const schedule = withSchedule ? await scheduleOf(key, context).catch(noSchedule) : undefined;
  const s3 = await s3Run(key, context);
  return {
    ...key,
    host,
    backups: await backups.list(host, key),
    freshHours: backups.settings.freshHoursOf(host, key),
    ...(s3 === undefined ? {} : { s3 }),
    ...(schedule === undefined ? {} : { schedule }),
  };
}

/** A service that is gone has no schedule; whoever stops waiting is not answered with half of the truth. */
function noSchedule(error: unknown): undefined {
  if (DomainError.is(error, 'COMMAND_FAILED') || DomainError.is(error, 'NOT_FOUND')) return undefined;
  throw error;
}
