import { z } from 'zod';
import { DomainError } from '../../domain/errors.ts';
import { type Held, lastGood, type StoredBackup } from '../../domain/service/backup-rules.ts';
import { conditionOf } from '../../domain/service/condition.ts';
import type { ServiceKey } from '../../domain/service/service.ts';
import type { Context } from '../context.ts';
import type { Answer, Done } from '../operation.ts';
import { noteS3Run, said } from './backups-facts.ts';
import { type Ask, callOf, keyIn } from './backups-input.ts';
import { scheduleOf } from './backups-s3.ts';
import { title } from './services-facts.ts';

export const Output = z.object({
  type: z.string(),
  service: z.string(),
  file: z.string().optional(),
  bytes: z.number().optional(),
  holds: z.string().optional(),
  safety: z.string().optional(),
  removed: z.number().optional(),
});
export type Result = Answer<z.input<typeof Output>>;

const tries = 20;
const pauseMs = 500;

export async function exported(input: Ask, context: Context, done: Done): Promise<Result> {
  const key = keyIn(input);
  const { backups, host, services, signal } = context;
  const all = await backups.list(host, key);
  const made = fileOf(done);
  const backup = all.find(({ file }) => file === made);
  if (backup === undefined) {
    const last = lastGood(all);
    return {
      data: base(key),
      text: [
        `Nothing of the export is kept. The last good backup of the ${title(key)}: ${last === undefined ? 'none' : said(last)}.`,
        ...(key.type === 'redis'
          ? ['If redis hung, the export runs on the host until the service is restarted.']
          : []),
      ].join(' '),
    };
  }
  const after = await services.count(key, signal);
  if (after !== undefined && after.count !== backup.held?.count) {
    await backups.note(backup.file, { heldAfter: after });
  }
  return {
    data: { ...base(key), ...factsOf(backup), ...holds(backup.held) },
    text: `The ${title(key)} is exported: ${backups.dir}/${said(backup)}, SHA-256 ${backup.sha256}. Whether it can be restored shows ${callOf('test_restore', key)}.`,
  };
}

export async function imported(input: Ask, context: Context, done: Done): Promise<Result> {
  const key = keyIn(input);
  const { services, signal, backups, host } = context;
  const safety = fileOf(done);
  const way =
    safety === undefined
      ? 'No safety export was made, so nothing was imported.'
      : `What it held before is in ${safety}: ${callOf('import', key, { file: safety })} brings it back.`;
  const service = await services.getByName(key, signal);
  const { state, problem = '', remedy = '' } = conditionOf(service);
  const refuse = (found: string): DomainError =>
    new DomainError('NOT_APPLIED', { command: `${key.type}:import`, found, wayOut: way });
  if (state !== 'running') throw refuse(`the ${title(key)} is ${state}. ${problem} ${remedy}`.trim());
  const held = await answering(key, context);
  const source = done.plan.commands.at(-1)?.source?.shown.split('/').at(-1);
  const backup = (await backups.list(host)).find(({ file }) => file === source);
  const before = (await backups.list(host, key)).find(({ file }) => file === safety)?.held;
  if (held?.count === 0 && (backup?.held?.count ?? 0) > 0) {
    throw refuse(`it is empty, though the dump holds ${backup?.held?.count} ${held.unit}`);
  }
  const counts =
    held === undefined
      ? 'what it holds now cannot be counted for this type'
      : `it holds ${held.count} ${held.unit} now${before === undefined ? '' : ` (before: ${before.count}`}${before === undefined ? '' : `${backup?.held === undefined ? '' : `, in the dump: ${backup.held.count}`})`}`;
  return {
    data: {
      ...base(key),
      ...(source === undefined ? {} : { file: source }),
      ...(safety === undefined ? {} : { safety }),
      ...holds(held),
    },
    text: `The ${title(key)} runs, and ${counts}. ${way}`,
  };
}

/** A service that was just restarted does not answer at once. */
async function answering(key: ServiceKey, { services, clock, signal }: Context): Promise<Held | undefined> {
  for (let round = 0; round < tries; round += 1) {
    const answers = await services.answers(key, signal);
    if (answers === undefined) return undefined;
    if (answers) return await services.count(key, signal);
    await clock.sleep(pauseMs, signal);
  }
  return undefined;
}

export async function sentToS3(input: Ask, context: Context, done: Done): Promise<Result> {
  const key = keyIn(input);
  const [result] = done.results;
  if (result === undefined) {
    return { data: base(key), text: 'Whether the backup arrived in the bucket cannot be read from here.' };
  }
  if (!result.stdout.includes('finished successfully')) {
    throw new DomainError('NOT_APPLIED', {
      command: `${key.type}:backup`,
      found: 'it does not say that the backup finished',
      wayOut: 'Look into the bucket, or run it again.',
    });
  }
  await noteS3Run(key, input.bucket ?? '', context);
  return {
    data: base(key),
    text: `The ${title(key)} is backed up to the bucket ${input.bucket}, as the plugin says; what is there cannot be tested from here.`,
  };
}

export async function scheduled(input: Ask, context: Context): Promise<Result> {
  const key = keyIn(input);
  const schedule = await scheduleOf(key, context);
  const wanted = input.action === 'schedule';
  const isThere = schedule?.startsWith(`${input.cron} `) && schedule.split(' ').includes(input.bucket ?? '');
  if (wanted ? !isThere : schedule !== undefined) {
    throw new DomainError('NOT_APPLIED', {
      command: `${key.type}:backup-${input.action}`,
      found: schedule === undefined ? 'there is no schedule' : `the schedule is ${schedule}`,
      wayOut: 'Another change may have come between; look with backup_status, then decide.',
    });
  }
  return {
    data: base(key),
    text:
      schedule === undefined
        ? `The ${title(key)} has no scheduled backups.`
        : `Cron of the host has: ${schedule}`,
  };
}

/** Nothing tells whether credentials stand there. */
export async function unread(input: Ask): Promise<Result> {
  const key = keyIn(input);
  return {
    data: base(key),
    text:
      input.action === 'auth'
        ? `Dokku took the credentials for the ${title(key)}. They cannot be read back; only a backup proves them: ${callOf('run', key, { bucket: 'BUCKET' })}.`
        : `Dokku took the S3 credentials of the ${title(key)} away.`,
  };
}

export async function pruned(input: Ask, { backups, host }: Context, done: Done): Promise<Result> {
  const key = keyIn(input);
  const left = await backups.list(host, key);
  const { goes = [] } = done.plan.facts as { goes?: readonly string[] };
  const still = left.filter(({ file }) => goes.includes(file));
  return {
    data: { ...base(key), removed: goes.length - still.length },
    text: `${goes.length - still.length} backups of the ${title(key)} were removed, ${left.length} are left.${still.length === 0 ? '' : ` Not removed: ${still.map(({ file }) => file).join(', ')}.`}`,
  };
}

export function base({ type, name }: ServiceKey): { type: string; service: string } {
  return { type, service: name };
}

function factsOf({ file, bytes }: StoredBackup) {
  return { file, bytes };
}

function holds(held: Held | undefined): { holds?: string } {
  return held === undefined ? {} : { holds: `${held.count} ${held.unit}` };
}

function fileOf({ plan }: Done): string | undefined {
  return plan.commands.find(({ sink }) => sink !== undefined)?.sink?.made;
}
