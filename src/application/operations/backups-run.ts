import { DomainError } from '../../domain/errors.ts';
import { conditionOf } from '../../domain/service/condition.ts';
import type { Context } from '../context.ts';
import { type Done, defineChange, type Plan } from '../operation.ts';
import { planExport, planImport, planPrune, planTestRestore } from './backups-dumps.ts';
import { type Action, type Ask, askOf, callOf, Input, keyIn } from './backups-input.ts';
import {
  exported,
  imported,
  Output,
  pruned,
  type Result,
  scheduled,
  sentToS3,
  unread,
} from './backups-read-back.ts';
import { planAuth, planDeauth, planRun, planSchedule, planUnschedule } from './backups-s3.ts';
import { tested } from './backups-tested.ts';
import { title } from './services-facts.ts';

interface Work {
  readonly plan: (ask: Ask, context: Context) => Promise<Plan>;
  readonly readBack: (ask: Ask, context: Context, done: Done) => Promise<Result>;
}

const work: Readonly<Record<Action, Work>> = {
  export: { plan: planExport, readBack: exported },
  import: { plan: planImport, readBack: imported },
  test_restore: { plan: planTestRestore, readBack: tested },
  prune: { plan: planPrune, readBack: pruned },
  auth: { plan: planAuth, readBack: unread },
  deauth: { plan: planDeauth, readBack: unread },
  run: { plan: planRun, readBack: sentToS3 },
  schedule: { plan: planSchedule, readBack: scheduled },
  unschedule: { plan: planUnschedule, readBack: scheduled },
};

export const backupsRun = defineChange({
  name: 'backups_run',
  title: 'Back up or restore a data service',
  description:
    'Export to a file on this server, test a restore, import; backups to S3. backup_status tells how they stand.',
  effect: 'destructive',
  isSevere: ({ action }) => action === 'import' || action === 'prune',
  idempotent: false,
  input: Input,
  output: Output,
  async plan(input, context) {
    const ask = askOf(input);
    context.services.invalidate();
    return await work[ask.action].plan(ask, context);
  },
  async readBack(input, context, done) {
    const ask = askOf(input);
    return await work[ask.action].readBack(ask, context, done);
  },
  async explain(input, context, failure, plan) {
    const ask = askOf(input);
    if (ask.action !== 'import' || !DomainError.is(failure, 'PARTLY_APPLIED')) return failure;
    const key = keyIn(ask);
    const safety = plan.commands[0]?.sink?.made;
    const service = await context.services.getByName(key, context.signal);
    const { state, problem = '' } = conditionOf(service);
    const denied = /Permission denied/.test(failure.message);
    // Measured: the umask that counts is the one under which the service was made; the old file is removed first.
    const umask = denied
      ? `The service was made with umask 022, so the plugin cannot write its file: an administrator runs on the host: sudo chmod g+w ${service.dataDir} (and sets umask 002 for the dokku user, for later services).`
      : '';
    const start =
      state === 'running'
        ? ''
        : ` Start it: services_set ${JSON.stringify({ action: 'start', type: key.type, service: key.name })}.`;
    return new DomainError(
      'PARTLY_APPLIED',
      {
        ...failure.details,
        stands: denied
          ? `the ${title(key)} is ${state}, and what it held is removed.`
          : `the ${title(key)} is ${state}. ${problem}`.trim(),
        wayOut:
          `${umask}${start} What it held before the import is in ${safety}: ${callOf('import', key, { file: safety })}`.trim(),
      },
      { cause: failure },
    );
  },
});
