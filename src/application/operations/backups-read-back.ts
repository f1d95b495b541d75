import { z } from 'zod';
import { DomainError } from '../../domain/errors.ts';
import type { Context } from '../context.ts';
import type { Answer, Done } from '../operation.ts';
import { noteS3Run } from './backups-facts.ts';
import { type Ask, callOf } from './backups-input.ts';
import { base } from './backups-moved.ts';
import { scheduleOf } from './backups-s3.ts';
import { keyIn, title } from './services-facts.ts';

export const Output = z.object({
  type: z.string(),
  service: z.string(),
  job: z.string().optional(),
  file: z.string().optional(),
  bytes: z.number().optional(),
  holds: z.string().optional(),
  safety: z.string().optional(),
  removed: z.number().optional(),
});
export type Result = Answer<z.input<typeof Output>>;

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
