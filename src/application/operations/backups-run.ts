import { DomainError } from '../../domain/errors.ts';
import { commandNames } from '../aftermath.ts';
import type { Context } from '../context.ts';
import { type Done, defineChange, type Plan } from '../operation.ts';
import { answerOf } from '../workflows/backup-answer.ts';
import { planExport, planImport, planPrune, planTestRestore } from './backups-dumps.ts';
import { type Action, type Ask, askOf, Input } from './backups-input.ts';
import { Output, pruned, type Result, scheduled, sentToS3, unread } from './backups-read-back.ts';
import { planAuth, planDeauth, planRun, planSchedule, planUnschedule } from './backups-s3.ts';

interface Work {
  readonly plan: (ask: Ask, context: Context) => Promise<Plan>;
  readonly readBack: (ask: Ask, context: Context, done: Done) => Promise<Result>;
}

const work: Readonly<Record<Action, Work>> = {
  export: { plan: planExport, readBack: ofJob },
  import: { plan: planImport, readBack: ofJob },
  test_restore: { plan: planTestRestore, readBack: ofJob },
  prune: { plan: planPrune, readBack: pruned },
  auth: { plan: planAuth, readBack: unread },
  deauth: { plan: planDeauth, readBack: unread },
  run: { plan: planRun, readBack: sentToS3 },
  schedule: { plan: planSchedule, readBack: scheduled },
  unschedule: { plan: planUnschedule, readBack: scheduled },
};

/** What the keeper's job has come to. */
async function ofJob(_ask: Ask, _context: Context, { plan, backup }: Done): Promise<Result> {
  if (backup !== undefined) return answerOf(backup);
  throw new DomainError('NOT_APPLIED', {
    command: commandNames(plan.commands),
    found: 'it was never handed to a process of its own, so nothing was sent',
    wayOut: 'Call it again.',
  });
}

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
});
