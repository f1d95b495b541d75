import { DomainError } from '../../domain/errors.ts';
import type { Finding } from '../../domain/infrastructure/finding.ts';
import { type BackupState, judgeBackups } from '../../domain/service/backup-rules.ts';
import type { Context } from '../context.ts';
import { hasS3Runs } from './backups-facts.ts';
import { knownServices, movableTypes, stateOf } from './backups-known.ts';

/** What a review of the host says of backups. */
export interface BackupReview {
  readonly findings: readonly Finding[];
  /** Why they could not be judged. */
  readonly problem?: string;
  readonly commands: number;
}

/** Rules that stand in `backup_status` alone: a review tells what would be missed on the day it is needed. */
const asideOfReviews: ReadonlySet<string> = new Set(['backup-untested']);
/** Whether there is a schedule makes a difference to these; reading it is a command of its own. */
const aboutAge: ReadonlySet<string> = new Set(['backup-missing', 'backup-stale']);
const mostSchedules = 10;

/**
 * Judges the backups of all services of a host for which backups are in use: something was exported or backed up to S3
 * from here, or the configuration names one of its services. Nobody else is told to begin with it, and nothing is sent
 * then. Otherwise one command per plugin of data services, and a few for schedules; none per app.
 */
export async function reviewBackups(context: Context): Promise<BackupReview> {
  const { backups, host } = context;
  const used = (await backups.list(host)).length > 0 || (await hasS3Runs(context));
  if (!used && !backups.settings.namesAny(host)) return { findings: [], commands: 0 };
  let commands = 0;
  try {
    commands += (await movableTypes(context)).length;
    const { standing } = await knownServices(undefined, undefined, context);
    if (!used && !standing.some((key) => backups.settings.names(host, key)))
      return { findings: [], commands };
    const now = context.clock.now();
    const findings: Finding[] = [];
    let schedules = 0;
    for (const key of standing) {
      let state: BackupState = await stateOf(key, false, context);
      if (schedules < mostSchedules && judgeBackups(state, now).some(({ rule }) => aboutAge.has(rule))) {
        schedules += 1;
        commands += 1;
        state = await stateOf(key, true, context);
      }
      findings.push(...judgeBackups(state, now).filter(({ rule }) => !asideOfReviews.has(rule)));
    }
    return { findings, commands };
  } catch (error) {
    if (!(error instanceof DomainError) || error.code === 'CANCELLED') throw error;
    return { findings: [], problem: error.message, commands };
  }
}
