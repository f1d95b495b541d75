import { ValidationError } from '../../domain/errors.ts';
import type { ServiceKey } from '../../domain/service/service.ts';
import type { Context } from '../context.ts';
import type { Plan } from '../operation.ts';
import type { Command } from '../ports.ts';
import { pauseAfterLast, readyService, refuseImmovable } from './backups-facts.ts';
import { type Ask, callOf } from './backups-input.ts';
import { refuseWhileMoved } from './backups-jobs.ts';
import { resolveReference } from './fields.ts';
import { keyIn, title } from './services-facts.ts';

/* Plans for the plugin's own backups to S3. */

/** The schedule as the plugin shows it: five fields, the user and the command; undefined when there is none. */
export async function scheduleOf(key: ServiceKey, { client, signal }: Context): Promise<string | undefined> {
  const { exit, stdout } = await client.execute(
    { name: `${key.type}:backup-schedule-cat`, args: [key.name] },
    { accept: [1], signal },
  );
  return exit === 0 && stdout.trim() !== '' ? stdout.trim() : undefined;
}

export async function planAuth(input: Ask, context: Context): Promise<Plan> {
  const key = keyIn(input);
  await exists(key, context);
  const id = await secretOf('access_key_id', input.access_key_id, context);
  const secret = await secretOf('secret_access_key', input.secret_access_key, context);
  const { region, signature_version: signature, endpoint } = input;
  // Each word stands in the place of the one after it: what comes later needs those before.
  const more =
    endpoint !== undefined
      ? [region ?? 'us-east-1', signature ?? 's3v4', endpoint]
      : signature !== undefined
        ? [region ?? 'us-east-1', signature]
        : region !== undefined
          ? [region]
          : [];
  const { type, name } = key;
  return {
    summary: `Store the S3 credentials for backups of the ${title(key)}`,
    effect: 'reversible',
    commands: [
      // The plugin does not replace what it has (mkdir fails); without any this ends with 0 as well (measured).
      { name: `${type}:backup-deauth`, args: [name] },
      { name: `${type}:backup-auth`, args: [name, id, secret, ...more], secrets: [id, secret] },
    ],
    consequences: [
      'Credentials it had before are replaced.',
      'The plugin takes credentials only as arguments: for the tenth of a second that the command runs, users of the host can see them in its process list. It keeps them in clear in the folder of the service.',
      'Whether they are right shows only when a backup runs.',
    ],
    facts: { ...key, credentials: context.fingerprint(`${id} ${secret}`) },
    inverse: [{ name: `${type}:backup-deauth`, args: [name] }],
  };
}

export async function planDeauth(input: Ask, context: Context): Promise<Plan> {
  const key = keyIn(input);
  await exists(key, context);
  const schedule = await scheduleOf(key, context);
  return {
    summary: `Remove the S3 credentials of the ${title(key)}`,
    effect: 'reversible',
    commands: [{ name: `${key.type}:backup-deauth`, args: [key.name] }],
    consequences: [
      'They cannot be read, so there is no way back but to give them again.',
      ...(schedule === undefined ? [] : [`Its scheduled backups fail from then on, unseen: ${schedule}`]),
    ],
    facts: { ...key },
  };
}

export async function planRun(input: Ask, context: Context): Promise<Plan> {
  const key = keyIn(input);
  const service = await readyService(key, context);
  await refuseWhileMoved(key, context);
  await pauseAfterLast(key, context);
  return {
    summary: `Back the ${title(key)} up to the bucket ${input.bucket}`,
    effect: 'reversible',
    commands: [
      {
        name: `${key.type}:backup`,
        args: [key.name, input.bucket ?? '', ...iam(input)],
        deadlineMs: context.backups.settings.exportMs,
      },
    ],
    consequences: [
      'The host sends it to S3 itself. What is there cannot be tested from here; an export can.',
    ],
    facts: { ...key, status: service.status },
  };
}

export async function planSchedule(input: Ask, context: Context): Promise<Plan> {
  const key = keyIn(input);
  await exists(key, context);
  const before = await scheduleOf(key, context);
  const { type, name } = key;
  return {
    summary: `Back the ${title(key)} up to the bucket ${input.bucket} at "${input.cron}"`,
    effect: 'reversible',
    commands: [
      { name: `${type}:backup-schedule`, args: [name, input.cron ?? '', input.bucket ?? '', ...iam(input)] },
    ],
    consequences: [
      before === undefined ? 'It has no schedule now.' : `It replaces: ${before}`,
      'Cron runs it on the host, in the time zone of the host. Whether a run succeeds cannot be read from here.',
      ...(input.iam === true ? [] : [`It needs credentials: ${callOf('auth', key)} (with its options).`]),
    ],
    facts: { ...key, before: before ?? null },
    inverse: before === undefined ? unschedule(key) : [],
  };
}

export async function planUnschedule(input: Ask, context: Context): Promise<Plan> {
  const key = keyIn(input);
  await exists(key, context);
  const before = await scheduleOf(key, context);
  return {
    summary: `End the scheduled backups of the ${title(key)}`,
    effect: 'reversible',
    commands: unschedule(key),
    consequences: [before === undefined ? 'It has none.' : `It was: ${before}`],
    facts: { ...key, before: before ?? null },
  };
}

function unschedule({ type, name }: ServiceKey): readonly Command[] {
  return [{ name: `${type}:backup-unschedule`, args: [name] }];
}

const iam = (input: Ask): readonly string[] => (input.iam === true ? ['--use-iam'] : []);

async function exists(key: ServiceKey, { services, signal }: Context): Promise<void> {
  await services.getByName(key, signal);
  refuseImmovable(key);
}

async function secretOf(
  field: 'access_key_id' | 'secret_access_key',
  given: Ask['access_key_id'],
  { references }: Context,
): Promise<string> {
  const value = given === undefined ? '' : await resolveReference(given, references);
  if (!/^[!-~]{3,200}$/.test(value)) {
    throw new ValidationError(
      `options.${field}`,
      'what stands there is no key: 3 to 200 characters without blanks',
    );
  }
  return value;
}
