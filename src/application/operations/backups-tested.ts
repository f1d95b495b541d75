import { DomainError } from '../../domain/errors.ts';
import { cap, sanitizeLine } from '../../domain/sanitize.ts';
import { countOf, datastoreOf } from '../../domain/service/database.ts';
import { reasonAgainstRestored } from '../../domain/service/restore-rules.ts';
import { throwAwayFor } from '../../domain/service/throw-away.ts';
import type { Context } from '../context.ts';
import type { Done } from '../operation.ts';
import type { CommandResult } from '../ports.ts';
import { removal } from './backups-dumps.ts';
import { said } from './backups-facts.ts';
import { type Ask, keyIn } from './backups-input.ts';
import { base, type Result } from './backups-read-back.ts';
import { title } from './services-facts.ts';

/** How the shell of the host refuses the redis plugin a file, measured with umask 022. */
const UMASK = /\.rdb: Permission denied$/m;

/**
 * What a test restore showed, noted beside the dump. Faults: BACKUP_FAILED when the dump did not come back, or could
 * not be tried; both say whether anything was left on the host.
 */
export async function tested(input: Ask, context: Context, done: Done): Promise<Result> {
  const { services, backups, signal, host, clock } = context;
  const key = keyIn(input);
  const { file, sha256 } = done.plan.facts as { file: string; sha256: string };
  const trial = throwAwayFor(key, sha256);
  services.invalidate();
  const leftover = (await services.names(key.type, signal)).includes(trial.name)
    ? ` The ${title(trial)} is still there; when no test restore runs, remove it: ${removal(trial)}`
    : ' The throw-away service is gone again.';
  const { probe } = datastoreOf(key.type);
  const [created, loaded, counted] = done.results;
  const failed = (
    reason: string,
    wayOut = 'Read the reason. When the dump is at fault, export the service again and test that.',
  ): DomainError =>
    new DomainError('BACKUP_FAILED', {
      what: `The test restore of ${file}`,
      reason: `${reason}.${leftover}`.replace(/\.$/, ''),
      wayOut,
    });
  if (created === undefined || loaded === undefined) {
    return {
      data: { ...base(key), file },
      text: `How the test restore of ${file} went is not known.${leftover}`,
    };
  }
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
