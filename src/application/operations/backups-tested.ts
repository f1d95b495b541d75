import { DomainError } from '../../domain/errors.ts';
import { cap, sanitizeLine } from '../../domain/sanitize.ts';
import { countOf, datastoreOf } from '../../domain/service/database.ts';
import { reasonAgainstRestored } from '../../domain/service/restore-rules.ts';
import type { ServiceKey } from '../../domain/service/service.ts';
import { throwAwayFor } from '../../domain/service/throw-away.ts';
import type { BackupWork, WorkAnswer } from '../backup-jobs.ts';
import type { CommandResult } from '../ports.ts';
import type { Ran, WorkContext } from '../workflows/backup-context.ts';
import { removal, said } from './backups-facts.ts';
import { base } from './backups-moved.ts';
import { title } from './services-facts.ts';

/** How the shell of the host refuses the redis plugin a file, measured with umask 022. */
const UMASK = /\.rdb: Permission denied$/m;

/**
 * What a test restore showed, noted beside the dump. Faults: BACKUP_FAILED when the dump did not come back, or could
 * not be tried; both say whether anything was left on the host.
 */
export async function tested(key: BackupWork, ran: Ran, context: WorkContext): Promise<WorkAnswer> {
  const { services, backups, signal, host, clock } = context;
  const { file } = triedIn(key);
  const leftover = ` ${(await leftBy(key, context)).said}`;
  const { probe } = datastoreOf(key.type);
  const [created, loaded, counted] = ran.results;
  const failed = (
    reason: string,
    wayOut = 'Read the reason. When the dump is at fault, export the service again and test that.',
  ): DomainError =>
    new DomainError('BACKUP_FAILED', {
      what: `The test restore of ${file}`,
      reason: `${reason}.${leftover}`.replace(/\.$/, ''),
      wayOut,
    });
  if (created === undefined || loaded === undefined) throw failed('the answers of its commands are missing');
  if (created.exit !== 0) {
    throw failed(
      `no throw-away service could be made, which says nothing about the dump: ${wordsOf(created)}`,
    );
  }
  if (loaded.exit !== 0 && UMASK.test(loaded.stderr)) {
    throw failed(
      `the plugin may not write into the directory of a service, which says nothing about the dump: ${wordsOf(loaded)}`,
      'The host has umask 022, with which this plugin can import nothing: an administrator sets 002 for the dokku user; then test again.',
    );
  }
  const backup = (await backups.list(host)).find((one) => one.file === file);
  const count = probe === undefined || counted?.exit !== 0 ? undefined : countOf(counted.stdout);
  const restored = count === undefined || probe === undefined ? undefined : { count, unit: probe.unit };
  const reason =
    loaded.exit !== 0
      ? `the import into an empty service failed: ${wordsOf(loaded)}`
      : probe !== undefined && restored === undefined
        ? 'the restored service does not answer'
        : reasonAgainstRestored(backup ?? {}, restored);
  const found = reason ?? comparison(restored, backup?.held?.count);
  await backups.note(file, { tested: { at: clock.now(), good: reason === undefined, found } });
  if (reason !== undefined) throw failed(reason);
  const source = await services.count(key, signal).catch(() => undefined);
  return {
    data: {
      ...base(key),
      file,
      ...(restored === undefined ? {} : { holds: `${restored.count} ${restored.unit}` }),
    },
    text: `${backup === undefined ? file : said(backup)} can be restored: ${found}.${source === undefined ? '' : ` The ${title(key)} holds ${source.count} ${source.unit} now.`}${leftover}`,
  };
}

/** The dump that is tried, and the service that it is tried in. */
function triedIn({ type, name, steps }: BackupWork): { file: string; trial: ServiceKey } {
  const dump = steps.find(({ source }) => source !== undefined)?.source;
  return { file: dump?.file ?? '', trial: throwAwayFor({ type, name }, dump?.sha256 ?? '') };
}

/** Whether a test restore left its service on the host, with the call that removes it. */
export async function leftBy(
  work: BackupWork,
  { services, signal }: WorkContext,
): Promise<{ readonly left: boolean; readonly said: string }> {
  const { trial } = triedIn(work);
  const way = `when no test restore runs, remove it: ${removal(trial)}`;
  services.invalidate();
  try {
    const left = (await services.names(work.type, signal)).includes(trial.name);
    return {
      left,
      said: left ? `The ${title(trial)} is still there; ${way}` : 'The throw-away service is gone again.',
    };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return {
      left: true,
      said: `Whether the ${title(trial)} is still there could not be read (${error.message}); ${way}`,
    };
  }
}

function comparison(restored: { count: number; unit: string } | undefined, held: number | undefined): string {
  if (restored === undefined) return 'the import went well; what it holds cannot be counted for this type';
  return `${restored.count} ${restored.unit} came back${held === undefined ? '' : `, ${held} were exported`}`;
}

/** The deciding line of what a plugin printed. */
function wordsOf({ exit, stdout, stderr }: CommandResult): string {
  const lines = `${stderr}\n${stdout}`.split('\n').map((line) => sanitizeLine(line).trim());
  const line =
    lines.find((text) => /error|denied|!|fail/i.test(text)) ?? lines.find((text) => text !== '') ?? '';
  return `exit ${exit}${line === '' ? '' : `, ${cap(line.replace(/^!\s*/, ''), 200)}`}`;
}
