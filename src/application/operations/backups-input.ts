import { z } from 'zod';
import { ValidationError } from '../../domain/errors.ts';
import { EnvKey, ServiceName, ServiceType } from '../../domain/names.ts';
import { reasonAgainstSchedule } from '../../domain/service/schedule.ts';
import type { ServiceKey } from '../../domain/service/service.ts';
import { optionsField, parseOptions, refuseStray } from './options-field.ts';

const actions = [
  ...(['export', 'import', 'test_restore', 'prune'] as const),
  ...(['auth', 'deauth', 'run', 'schedule', 'unschedule'] as const),
] as const;
export type Action = (typeof actions)[number];

/** Credentials are never taken as text: whoever could write them here has seen them. */
const hidden = z.union(
  [z.strictObject({ env: EnvKey }), z.strictObject({ file: z.string().min(1).max(4096) })],
  'is {"env": NAME} or {"file": PATH}, so that nobody sees it here',
);
const count = z.int().min(0).max(1000);

const Options = z
  .strictObject({
    file: z.string(),
    keep: z.strictObject({ daily: count, weekly: count, monthly: count }),
    cron: z.string(),
    bucket: z.string(),
    iam: z.boolean(),
    access_key_id: hidden,
    secret_access_key: hidden,
    region: z.string(),
    signature_version: z.string(),
    endpoint: z.string(),
  })
  .partial();
type Option = keyof z.output<typeof Options>;

const Named = z.strictObject({
  action: z.enum(actions),
  type: ServiceType.describe('e.g. postgres'),
  service: ServiceName,
});

export const Input = Named.extend({
  options: optionsField(
    'import, test_restore: file (default: last good); prune: keep {daily, weekly, monthly}; run, schedule: bucket, iam; schedule: cron; auth: access_key_id, secret_access_key ({env} or {file}), region, endpoint',
  ),
});

/** A call with its options in place, each checked. */
export type Ask = z.output<typeof Named> & z.output<typeof Options>;

const fields: Readonly<
  Record<Action, { readonly needs: readonly Option[]; readonly takes: readonly Option[] }>
> = {
  export: { needs: [], takes: [] },
  import: { needs: [], takes: ['file'] },
  test_restore: { needs: [], takes: ['file'] },
  prune: { needs: [], takes: ['keep'] },
  auth: {
    needs: ['access_key_id', 'secret_access_key'],
    takes: ['region', 'signature_version', 'endpoint'],
  },
  deauth: { needs: [], takes: [] },
  run: { needs: ['bucket'], takes: ['iam'] },
  schedule: { needs: ['cron', 'bucket'], takes: ['iam'] },
  unschedule: { needs: [], takes: [] },
};

/** Faults: INVALID_ARGUMENT for an option that is missing, stray, or not as it should be. */
export function askOf({ options = {}, ...named }: z.output<typeof Input>): Ask {
  const { needs, takes } = fields[named.action];
  refuseStray(named.action, options, [...needs, ...takes]);
  const missing = needs.find((key) => options[key] === undefined);
  if (missing !== undefined) throw new ValidationError(`options.${missing}`, `is needed to ${named.action}`);
  const given = parseOptions(Options, options);
  checkValues(given);
  return { ...named, ...given };
}

function checkValues(given: z.output<typeof Options>): void {
  const reason = given.cron === undefined ? undefined : reasonAgainstSchedule(given.cron);
  if (reason !== undefined) throw new ValidationError('options.cron', reason);
  const shapes: readonly (readonly [Option, string | undefined, RegExp, string])[] = [
    [
      'bucket',
      given.bucket,
      /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?:\/[A-Za-z0-9._-]+)*$/,
      'is the name of a bucket, with a path in it if wanted',
    ],
    ['region', given.region, /^[a-z0-9-]{2,40}$/, 'is like eu-central-1'],
    ['signature_version', given.signature_version, /^s3(?:v4)?$/, 'is s3v4 or s3'],
    [
      'endpoint',
      given.endpoint,
      /^https?:\/\/[A-Za-z0-9.-]+(?::\d{1,5})?(?:\/[A-Za-z0-9._/-]*)?$/,
      'is the address of an S3 server without credentials, like https://s3.example.com',
    ],
  ];
  for (const [field, value, shape, said] of shapes) {
    if (value !== undefined && !shape.test(value)) throw new ValidationError(`options.${field}`, said);
  }
}

/** The call that does this, for texts. */
export function callOf(action: Action, { type, name }: ServiceKey, options?: object): string {
  const input = { action, type, service: name, ...(options === undefined ? {} : { options }) };
  return `backups_run ${JSON.stringify(input)}`;
}
