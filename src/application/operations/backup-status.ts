import { z } from 'zod';
import { ValidationError } from '../../domain/errors.ts';
import { arrange, SEVERITIES } from '../../domain/infrastructure/finding.ts';
import { ServiceName, ServiceType } from '../../domain/names.ts';
import {
  type BackupState,
  judgeBackups,
  lastGood,
  type StoredBackup,
} from '../../domain/service/backup-rules.ts';
import type { ServiceKey } from '../../domain/service/service.ts';
import type { Context } from '../context.ts';
import { defineQuery } from '../operation.ts';
import { removal, said } from './backups-facts.ts';
import { JobFact, jobFact, jobSeen, jobText, runningJobs } from './backups-jobs.ts';
import { knownServices, stateOf } from './backups-known.ts';
import { time } from './fields.ts';

const Row = z.object({
  type: z.string(),
  service: z.string(),
  last_good: z.string().optional(),
  at: z.string().optional(),
  bytes: z.number().optional(),
  holds: z.string().optional(),
  restorable: z.string(),
  backups: z.array(
    z.object({ file: z.string(), at: z.string(), bytes: z.number(), state: z.string(), reason: z.string() }),
  ),
  s3_at: z.string().optional(),
  schedule: z.string().optional(),
  fresh_hours: z.number(),
});
const FindingRow = z.object({
  rule: z.string(),
  severity: z.enum(SEVERITIES),
  subjects: z.array(z.string()),
  title: z.string(),
  evidence: z.string(),
  advice: z.string(),
});
const Output = z.object({
  directory: z.string(),
  services: z.array(Row),
  findings: z.array(FindingRow),
  running: z.array(JobFact).optional(),
  job: JobFact.extend({ next_cursor: z.number(), more: z.boolean() }).optional(),
});

/** Each schedule is a command of its own. */
const mostSchedules = 30;
const mostShown = 20;

export const backupStatus = defineQuery({
  name: 'backup_status',
  title: 'Show backups of data services',
  description:
    'Per data service: the last good backup, how big, whether a restore was tested, S3 schedule, what is stale, gone or changed. verify reads the files again. With id: one export, import or test restore, how far it is and its output.',
  listed: false,
  input: z.strictObject({
    type: ServiceType.optional().describe('e.g. postgres'),
    service: ServiceName.optional(),
    verify: z.boolean().default(false).describe('Check SHA-256 and format of the last good backup again'),
    id: z.string().min(1).max(60).optional().describe('A job of backups_run'),
    wait_seconds: z.int().min(0).max(50).default(0).describe('With id: wait for its end'),
    cursor: z.int().min(0).max(1e7).optional().describe('With id: output from this line on'),
    tail: z.int().min(1).max(1000).default(40).describe('With id: most lines of output'),
  }),
  output: Output,
  async run({ type, service, verify, id, ...wanted }, context) {
    if (id !== undefined) {
      const { job, text, output } = await jobSeen({ id, ...wanted }, context);
      const data = { directory: context.backups.dir, services: [], findings: [], job };
      return { data, text, ...(output === '' ? {} : { untrusted: output }) };
    }
    if (service !== undefined && type === undefined)
      throw new ValidationError('type', 'is needed with service');
    const { standing, gone, leftovers } = await knownServices(type, service, context);
    const keys = [...standing, ...gone];
    const states = await Promise.all(keys.map((key, index) => stateOf(key, index < mostSchedules, context)));
    const checked = verify ? await verified(states, context) : new Map<string, string>();
    const now = context.clock.now();
    const findings = arrange([
      ...states.flatMap((state) => judgeBackups(state, now)),
      ...leftovers.map(leftoverFinding),
    ]);
    const rows = states.map((state) => rowOf(state, checked));
    const running = await runningJobs(context);
    const head = `Backups are kept in ${context.backups.dir}.`;
    const text = [
      head,
      ...running.map(jobText),
      ...(rows.length === 0 ? ['There are no data services whose data can be exported.'] : []),
      ...states.map((state) => lineOf(state, checked)),
      ...(keys.length > mostSchedules ? [`Schedules were read of the first ${mostSchedules} only.`] : []),
      ...findings.map(
        ({ severity, title, evidence, advice, mend }) =>
          `${severity}: ${title} (${evidence}). ${advice}${mend === undefined ? '' : ` ${mend.name} ${JSON.stringify(mend.arguments)}`}`,
      ),
    ].join('\n');
    return {
      data: {
        directory: context.backups.dir,
        services: rows,
        findings: findings.map(({ mend: _, subjects, ...finding }) => ({
          ...finding,
          subjects: [...subjects],
        })),
        ...(running.length === 0 ? {} : { running: running.map(jobFact) }),
      },
      text,
    };
  },
});

async function verified(
  states: readonly BackupState[],
  { backups }: Context,
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const { type, backups: all } of states) {
    const file = lastGood(all)?.file;
    if (file === undefined) continue;
    const result = await backups.check(file, type).then(
      () => 'SHA-256 and format are right',
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    found.set(file, result);
  }
  return found;
}

function restorable(good: StoredBackup | undefined, checked: ReadonlyMap<string, string>): string {
  if (good === undefined) return 'no';
  const read = checked.get(good.file);
  const { tested } = good;
  const proof = tested === undefined ? 'not tested' : `tested ${time(tested.at)}: ${tested.found}`;
  return read === undefined ? proof : `${proof}; ${read}`;
}

function rowOf(state: BackupState, checked: ReadonlyMap<string, string>): z.input<typeof Row> {
  const { type, name, backups, s3, schedule, freshHours } = state;
  const good = lastGood(backups);
  return {
    type,
    service: name,
    ...(good === undefined ? {} : { last_good: good.file, at: time(good.at), bytes: good.bytes }),
    ...(good?.held === undefined ? {} : { holds: `${good.held.count} ${good.held.unit}` }),
    restorable: restorable(good, checked),
    backups: backups.slice(0, mostShown).map(({ file, at, bytes, state: found, reason }) => ({
      file,
      at: time(at),
      bytes,
      state: found,
      reason,
    })),
    ...(s3 === undefined ? {} : { s3_at: time(s3.at) }),
    ...(schedule === undefined ? {} : { schedule }),
    fresh_hours: freshHours,
  };
}

function lineOf(state: BackupState, checked: ReadonlyMap<string, string>): string {
  const { type, name, backups, s3, schedule } = state;
  const good = lastGood(backups);
  return [
    `${type} ${name}: ${good === undefined ? 'no good backup' : said(good)}`,
    ...(good === undefined ? [] : [`restore ${restorable(good, checked)}`]),
    `${backups.length} in all`,
    ...(s3 === undefined ? [] : [`to S3 (${s3.bucket}) ${time(s3.at)}`]),
    ...(schedule === undefined ? [] : [`schedule: ${schedule}`]),
  ].join('; ');
}

function leftoverFinding(key: ServiceKey) {
  return {
    rule: 'restore-test-left',
    severity: 'notice' as const,
    subjects: [`${key.type}/${key.name}`],
    title: `A test restore left the ${key.type} service ${key.name} behind`,
    evidence: 'its name is that of a throw-away service',
    advice: `When no test restore runs now, remove it: ${removal(key)}`,
  };
}
