import { lastGood } from '../../domain/service/backup-rules.ts';
import { conditionOf } from '../../domain/service/condition.ts';
import { messageOf } from '../aftermath.ts';
import type { BackupWork, WorkEnd } from '../backup-jobs.ts';
import { said } from '../operations/backups-facts.ts';
import { wayBack } from '../operations/backups-moved.ts';
import { leftBy } from '../operations/backups-tested.ts';
import { title } from '../operations/services-facts.ts';
import { importAt, importedFile, type WorkContext } from './backup-context.ts';

/** How far work came that did not end well. */
export interface Reached {
  /** The place of the command that was begun last. */
  readonly step: number;
  /** The export of it that is whole. */
  readonly made?: string;
}

export interface Standing {
  readonly resolved: NonNullable<WorkEnd['resolved']>;
  readonly found: string;
}

/** Tells by reading what stands after work whose end was not seen. Sends no change, and never throws. */
export async function standing(work: BackupWork, reached: Reached, context: WorkContext): Promise<Standing> {
  try {
    return await {
      export: () => afterExport(work, reached, context),
      import: () => afterImport(work, reached, context),
      test_restore: () => afterTest(work, context),
    }[work.action]();
  } catch (error) {
    return { resolved: 'still_unknown', found: messageOf(error) };
  }
}

async function afterExport(
  work: BackupWork,
  { made }: Reached,
  { backups, host }: WorkContext,
): Promise<Standing> {
  if (made !== undefined) return { resolved: 'applied', found: `${backups.dir}/${made} is whole and kept.` };
  const last = lastGood(await backups.list(host, work));
  return {
    resolved: 'not_applied',
    found: [
      `Nothing of the export is kept. The last good backup of the ${title(work)}: ${last === undefined ? 'none' : said(last)}.`,
      ...(work.type === 'redis'
        ? ['If redis hung, the export runs on the host until the service is restarted.']
        : []),
    ].join(' '),
  };
}

async function afterImport(
  work: BackupWork,
  { step, made }: Reached,
  { services, signal }: WorkContext,
): Promise<Standing> {
  if (step < importAt(work)) {
    const kept = made === undefined ? '' : ` The safety export ${made} is kept.`;
    return { resolved: 'not_applied', found: `Nothing was imported.${kept}` };
  }
  const way = wayBack(work, made);
  services.invalidate();
  const { state } = conditionOf(await services.getByName(work, signal));
  const held = state === 'running' ? await services.count(work, signal) : undefined;
  const counts = held === undefined ? '' : ` and holds ${held.count} ${held.unit}`;
  return {
    resolved: 'still_unknown',
    found: `the ${title(work)} is ${state}${counts}; it may hold only a part of ${importedFile(work)}. ${way}`,
  };
}

async function afterTest(work: BackupWork, context: WorkContext): Promise<Standing> {
  const { left, said: where } = await leftBy(work, context);
  return {
    resolved: left ? 'still_unknown' : 'not_applied',
    found: `How the test restore of ${importedFile(work)} went is not known. ${where}`,
  };
}
