import type { Finding } from '../infrastructure/finding.ts';
import type { ServiceKey } from './service.ts';

/** One dump on the server's machine, as its manifest tells it. */
export interface Backup extends ServiceKey {
  /** The file's name, which holds host, type, service and time. */
  readonly file: string;
  readonly host: string;
  /** When the dump was begun and when it was whole, milliseconds since the epoch. */
  readonly startedAt: number;
  readonly at: number;
  readonly bytes: number;
  readonly sha256: string;
  /** `asked`, or `safety` before an import. */
  readonly reason: 'asked' | 'safety';
  /** The image that the service ran: `postgres:18.4`. */
  readonly version?: string;
  /** What the service held just before, and just after it when that was something else. */
  readonly held?: Held;
  readonly heldAfter?: Held;
  /** The last test restore of this very file. */
  readonly tested?: TestRestore;
}

export interface Held {
  readonly count: number;
  readonly unit: string;
}

export interface TestRestore {
  readonly at: number;
  readonly good: boolean;
  readonly found: string;
}

/** A backup as it stands on the disk: `gone` and `changed` ones are worth nothing. */
export interface StoredBackup extends Backup {
  readonly state: 'present' | 'gone' | 'changed';
}

/** How many backups are kept: the newest of each of the last so many days, ISO weeks and months that have one. */
export interface Retention {
  readonly daily: number;
  readonly weekly: number;
  readonly monthly: number;
}

/** True for a backup that could be restored as far as anybody knows. */
export function isGood({ state, tested }: StoredBackup): boolean {
  return state === 'present' && tested?.good !== false;
}

export function lastGood(backups: readonly StoredBackup[]): StoredBackup | undefined {
  return newestFirst(backups).find(isGood);
}

/**
 * The backups of ONE service that a retention rule lets go. Only what is present is touched; the last good one stays
 * whatever the rule says, and so does the last one that a test restore has proved, and a safety dump until something
 * newer is good.
 */
export function toPrune(backups: readonly StoredBackup[], keep: Retention): readonly StoredBackup[] {
  const present = newestFirst(backups).filter(({ state }) => state === 'present');
  const good = present.filter(isGood);
  const kept = new Set<StoredBackup>([
    ...newestPer(good, keep.daily, dayOf),
    ...newestPer(good, keep.weekly, weekOf),
    ...newestPer(good, keep.monthly, monthOf),
    ...good.slice(0, 1),
    ...good.filter(({ tested }) => tested?.good === true).slice(0, 1),
  ]);
  return good.length === 0 ? [] : present.filter((backup) => !kept.has(backup));
}

/** What is known of the backups of one service. */
export interface BackupState extends ServiceKey {
  readonly host: string;
  readonly backups: readonly StoredBackup[];
  /** The last backup to S3 that went through here. */
  readonly s3?: { readonly at: number; readonly bucket: string };
  /** The schedule on the host, as the plugin shows it. */
  readonly schedule?: string;
  /** The oldest that the last good backup may be. */
  readonly freshHours: number;
}

const HOUR = 3_600_000;

/** Everything that is wrong with the backups of a service, with the call that mends it. */
export function judgeBackups(state: BackupState, now: number): readonly Finding[] {
  const { type, name, backups } = state;
  const subjects = [`${type}/${name}`];
  const mend = (action: string) => ({
    name: 'backups_run',
    arguments: { action, type, service: name },
  });
  const lost = backups.filter((backup) => backup.state !== 'present');
  const good = lastGood(backups);
  return [
    ...freshness(state, now).map((broken) => ({ ...broken, subjects, mend: mend('export') })),
    ...(lost.length === 0
      ? []
      : [
          {
            rule: 'backup-lost',
            severity: 'warning' as const,
            subjects,
            title: `Backups of the ${type} service ${name} are gone or were changed`,
            evidence: lost.map((backup) => `${backup.file}: ${backup.state}`).join(', '),
            advice: 'They cannot be relied on; find out who touched the directory, and export again.',
            mend: mend('export'),
          },
        ]),
    ...newestFirst(backups)
      .slice(0, 1)
      .filter(({ tested }) => tested?.good === false)
      .map(({ file, tested }) => ({
        rule: 'backup-unreadable',
        severity: 'critical' as const,
        subjects,
        title: `The newest backup of the ${type} service ${name} could not be restored`,
        evidence: `${file}: ${tested?.found ?? ''}`,
        advice: 'Export again and test that.',
        mend: mend('export'),
      })),
    ...(good === undefined || backups.some(({ tested }) => tested?.good === true)
      ? []
      : [
          {
            rule: 'backup-untested',
            severity: 'notice' as const,
            subjects,
            title: `No backup of the ${type} service ${name} was ever restored as a test`,
            evidence: `${good.file} is the last good one`,
            advice: 'Only a restore proves a backup.',
            mend: mend('test_restore'),
          },
        ]),
  ];
}

function freshness(state: BackupState, now: number): readonly Omit<Finding, 'subjects'>[] {
  const { type, name, backups, s3, schedule, freshHours } = state;
  const last = Math.max(
    lastGood(backups)?.at ?? Number.NEGATIVE_INFINITY,
    s3?.at ?? Number.NEGATIVE_INFINITY,
  );
  const unseen =
    schedule === undefined
      ? ''
      : ' A schedule stands on the host; whether its runs succeed leaves no trace that can be read from here.';
  if (last === Number.NEGATIVE_INFINITY) {
    return [
      {
        rule: 'backup-missing',
        severity: schedule === undefined ? 'critical' : 'warning',
        title: `There is no good backup of the ${type} service ${name}`,
        evidence: `no export on this machine, no backup to S3 from here${schedule === undefined ? '' : `; schedule: ${schedule}`}`,
        advice: `Export it.${unseen}`,
      },
    ];
  }
  const hours = (now - last) / HOUR;
  if (hours <= freshHours) return [];
  return [
    {
      rule: 'backup-stale',
      severity: 'warning',
      title: `The last good backup of the ${type} service ${name} is ${Math.floor(hours)} hours old`,
      evidence: `${new Date(last).toISOString().slice(0, 19)}Z; allowed: ${freshHours} hours`,
      advice: `Export it again.${unseen}`,
    },
  ];
}

export function newestFirst<T extends { readonly at: number; readonly file: string }>(
  backups: readonly T[],
): readonly T[] {
  return [...backups].sort((a, b) => b.at - a.at || (a.file < b.file ? 1 : -1));
}

/** The newest of each of the first `count` spans that have any. */
function newestPer(
  newest: readonly StoredBackup[],
  count: number,
  spanOf: (at: number) => string,
): readonly StoredBackup[] {
  const spans = new Map<string, StoredBackup>();
  for (const backup of newest) {
    const span = spanOf(backup.at);
    if (!spans.has(span)) spans.set(span, backup);
  }
  return [...spans.values()].slice(0, count);
}

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);
const monthOf = (at: number): string => dayOf(at).slice(0, 7);

/** Weeks begin on Monday; named by the date of theirs. UTC. */
function weekOf(at: number): string {
  const day = new Date(at);
  return dayOf(at - ((day.getUTCDay() + 6) % 7) * 24 * HOUR);
}
