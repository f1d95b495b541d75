import { z } from 'zod';
import { DomainError } from '../../domain/errors.ts';
import { defineChange } from '../operation.ts';
import { follow, nameOf } from '../workflows/backup-answer.ts';
import { JobFact, jobFact, jobOf, jobText } from './backups-jobs.ts';

/** A keeper looks several times a second, and then takes away what it made on the host. */
const endsWithinMs = 20_000;

export const backupCancel = defineChange({
  name: 'backup_cancel',
  title: 'End a running backup job',
  description:
    'Break off an export, an import or a test restore that runs (backup_status shows its id). An import that had begun may leave the service half filled.',
  listed: false,
  effect: 'disruptive',
  idempotent: true,
  input: z.strictObject({ id: z.string().min(1).max(60).describe('From backups_run or backup_status') }),
  output: JobFact,
  async plan({ id }, context) {
    const job = await jobOf(id, context);
    if (job.status !== 'running') {
      throw new DomainError('CONFLICT', {
        reason: `${nameOf(job)} has ended: ${job.status}.`,
        wayOut: 'backup_status tells what came of it.',
      });
    }
    return {
      summary: `End ${nameOf(job).replace('The', 'the')}`,
      effect: 'disruptive',
      commands: [],
      locally: () => context.backupJobs.cancel(id),
      consequences: {
        export: ['Nothing of the file is kept; the service was only read.'],
        import: [
          'Before the import has begun nothing is changed. After that the service may hold a part of the dump; the safety export is kept and named.',
        ],
        test_restore: ['The throw-away service is destroyed. The backup counts as not tested.'],
      }[job.action],
      facts: { id, action: job.action },
      noWayBack: 'Call backups_run again when it is wanted.',
      // It must not queue behind what it ends.
      concurrent: true,
    };
  },
  async readBack({ id }, { backupJobs, signal }) {
    const job = await backupJobs.wait(id, { ms: endsWithinMs, signal });
    const asked = `${nameOf(job)} is asked to end and has not yet. ${follow(id)}`;
    return { data: jobFact(job), text: job.status === 'running' ? asked : jobText(job) };
  },
});
