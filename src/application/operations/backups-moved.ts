import { DomainError } from '../../domain/errors.ts';
import type { Held } from '../../domain/service/backup-rules.ts';
import { conditionOf } from '../../domain/service/condition.ts';
import type { ServiceKey } from '../../domain/service/service.ts';
import type { BackupWork, WorkAnswer } from '../backup-jobs.ts';
import { importedFile, type Ran, type WorkContext } from '../workflows/backup-context.ts';
import { said } from './backups-facts.ts';
import { callOf } from './backups-input.ts';
import { title } from './services-facts.ts';

/* What stands after data was moved between a service and the backup directory. */

const tries = 20;
const pauseMs = 500;

/** Faults: NOT_APPLIED when the file is not there. */
export async function exported(work: BackupWork, ran: Ran, context: WorkContext): Promise<WorkAnswer> {
  const { backups, host, services, signal } = context;
  const made = fileOf(ran);
  const backup = (await backups.list(host, work)).find(({ file }) => file === made);
  if (backup === undefined) {
    throw new DomainError('NOT_APPLIED', {
      command: `${work.type}:export`,
      found: `there is no file of it in ${backups.dir}`,
      wayOut: 'Find out who touched the directory, and export again.',
    });
  }
  const after = await services.count(work, signal);
  if (after !== undefined && after.count !== backup.held?.count) {
    await backups.note(backup.file, { heldAfter: after });
  }
  return {
    data: { ...base(work), file: backup.file, bytes: backup.bytes, ...holds(backup.held) },
    text: `The ${title(work)} is exported: ${backups.dir}/${said(backup)}, SHA-256 ${backup.sha256}. Whether it can be restored shows ${callOf('test_restore', work)}.`,
  };
}

/** Faults: NOT_APPLIED when the service does not run, or is empty against what the dump holds. */
export async function imported(work: BackupWork, ran: Ran, context: WorkContext): Promise<WorkAnswer> {
  const { services, signal, backups, host } = context;
  const safety = fileOf(ran);
  const way = wayBack(work, safety);
  const service = await services.getByName(work, signal);
  const { state, problem = '', remedy = '' } = conditionOf(service);
  const refuse = (found: string): DomainError =>
    new DomainError('NOT_APPLIED', { command: `${work.type}:import`, found, wayOut: way });
  if (state !== 'running') throw refuse(`the ${title(work)} is ${state}. ${problem} ${remedy}`.trim());
  const held = await answering(work, context);
  const source = importedFile(work);
  const backup = (await backups.list(host)).find(({ file }) => file === source);
  const before = (await backups.list(host, work)).find(({ file }) => file === safety)?.held;
  if (held?.count === 0 && (backup?.held?.count ?? 0) > 0) {
    throw refuse(`it is empty, though the dump holds ${backup?.held?.count} ${held.unit}`);
  }
  const inDump = backup?.held === undefined ? '' : `, in the dump: ${backup.held.count}`;
  const compared = before === undefined ? '' : ` (before: ${before.count}${inDump})`;
  const counts =
    held === undefined
      ? 'what it holds now cannot be counted for this type'
      : `it holds ${held.count} ${held.unit} now${compared}`;
  return {
    data: {
      ...base(work),
      ...(source === undefined ? {} : { file: source }),
      ...(safety === undefined ? {} : { safety }),
      ...holds(held),
    },
    text: `The ${title(work)} runs, and ${counts}. ${way}`,
  };
}

/** How to get back what a service held before an import. */
export function wayBack(key: ServiceKey, safety: string | undefined): string {
  return safety === undefined
    ? 'No safety export was made, so nothing was imported.'
    : `What it held before is in ${safety}: ${callOf('import', key, { file: safety })} brings it back.`;
}

/** A command failed: says what an import left behind, and the way out of that. Reads. */
export async function explainImport(
  work: BackupWork,
  { commands }: Pick<Ran, 'commands'>,
  failure: DomainError,
  { services, signal }: WorkContext,
): Promise<DomainError> {
  if (!DomainError.is(failure, 'PARTLY_APPLIED')) return failure;
  const safety = fileOf({ commands });
  services.invalidate();
  const service = await services.getByName(work, signal);
  const { state, problem = '' } = conditionOf(service);
  const denied = /Permission denied/.test(failure.message);
  // Measured: the umask that counts is the one under which the service was made; the old file is removed first.
  const umask = denied
    ? `The service was made with umask 022, so the plugin cannot write its file: an administrator runs on the host: sudo chmod g+w ${service.dataDir} (and sets umask 002 for the dokku user, for later services).`
    : '';
  const start =
    state === 'running'
      ? ''
      : ` Start it: services_set ${JSON.stringify({ action: 'start', type: work.type, service: work.name })}.`;
  return new DomainError(
    'PARTLY_APPLIED',
    {
      ...failure.details,
      stands: denied
        ? `the ${title(work)} is ${state}, and what it held is removed.`
        : `the ${title(work)} is ${state}. ${problem}`.trim(),
      wayOut:
        `${umask}${start} What it held before the import is in ${safety}: ${callOf('import', work, { file: safety })}`.trim(),
    },
    { cause: failure },
  );
}

/** A service that was just restarted does not answer at once. */
async function answering(
  key: ServiceKey,
  { services, clock, signal }: WorkContext,
): Promise<Held | undefined> {
  for (let round = 0; round < tries; round += 1) {
    const answers = await services.answers(key, signal);
    if (answers === undefined) return undefined;
    if (answers) return await services.count(key, signal);
    await clock.sleep(pauseMs, signal);
  }
  return undefined;
}

export function base({ type, name }: ServiceKey): { type: string; service: string } {
  return { type, service: name };
}

function holds(held: Held | undefined): { holds?: string } {
  return held === undefined ? {} : { holds: `${held.count} ${held.unit}` };
}

function fileOf({ commands }: Pick<Ran, 'commands'>): string | undefined {
  return commands.find(({ sink }) => sink !== undefined)?.sink?.made;
}
