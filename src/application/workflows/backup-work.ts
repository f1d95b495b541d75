import { DomainError } from '../../domain/errors.ts';
import { pauseBetweenExportsMs } from '../../domain/service/dumps.ts';
import { commandNames, isPathFault, isUnknown, isUnsent, messageOf, partly } from '../aftermath.ts';
import { AppLock } from '../app-lock.ts';
import type { BackupWork, WorkAction, WorkAnswer, WorkEnd } from '../backup-jobs.ts';
import type { Locks } from '../locks.ts';
import { pauseAfterLast } from '../operations/backups-facts.ts';
import { explainImport, exported, imported } from '../operations/backups-moved.ts';
import { tested } from '../operations/backups-tested.ts';
import { title } from '../operations/services-facts.ts';
import type { CommandResult, DokkuClient } from '../ports.ts';
import { showCommand } from '../show.ts';
import { commandOf, importedFile, type Ran, type WorkContext } from './backup-context.ts';
import { type Reached, standing } from './backup-standing.ts';

/** What carries work out: the host, and who writes down how far it came. */
export interface WorkTools extends WorkContext {
  readonly client: DokkuClient;
  readonly locks: Locks;
  /** On disk before the command is sent. */
  readonly began: (step: number) => Promise<void>;
  /** The name that the file of an export will have; on disk before its first byte. */
  readonly named: (file: string) => Promise<void>;
  /** One line of output. */
  readonly say: (line: string) => void | Promise<void>;
}

/** Kept of each output stream, as of every command. */
const keptBytes = 64 * 1024;

const readBack: Readonly<
  Record<WorkAction, (work: BackupWork, ran: Ran, context: WorkContext) => Promise<WorkAnswer>>
> = { export: exported, import: imported, test_restore: tested };

/**
 * Carries long work on a data service to its end: waits until no other backup of the service runs, sends its commands
 * once and in order, takes away what it made on the host whatever happened, and reads back. The signal cancels it.
 * Never throws: the end says what went wrong, and what stands.
 */
export async function carryOut(work: BackupWork, tools: WorkTools): Promise<WorkEnd> {
  const { locks, clock, signal, host } = tools;
  const pauseMs = pauseBetweenExportsMs(work.type);
  const since = locks.now() - pauseMs;
  const key = `backup/${host}/${work.type}/${work.name}`;
  try {
    return await new AppLock(locks, clock).hold(key, { since, signal }, async (recent) => {
      if (recent && pauseMs > 0) await clock.sleep(pauseMs, signal);
      await pauseAfterLast(work, tools);
      return await inTurn(work, tools);
    });
  } catch (error) {
    return await broken(work, { step: -1 }, [], unsentWhenCanceled(error, tools), tools);
  }
}

async function inTurn(work: BackupWork, tools: WorkTools): Promise<WorkEnd> {
  const { backups, client, signal, began, named, say } = tools;
  const watch = { progress: (message: string) => void say(message), began: named };
  const commands = work.steps.map((step) => commandOf(step, backups, watch));
  const results: CommandResult[] = [];
  let reached = -1;
  let failure: unknown;
  for (const [index, command] of commands.entries()) {
    const cleanup = work.steps[index]?.cleanup === true;
    // What was never begun has left nothing to take away.
    if (failure !== undefined && (!cleanup || reached < 0)) continue;
    const { accept, deadlineMs } = command;
    try {
      if (!cleanup && signal.aborted)
        throw new DomainError('CANCELLED', { command: command.name, sent: false });
      await began(index);
      await say(showCommand(command));
      const result = await client.execute(command, {
        keepBytes: keptBytes,
        onLine: ({ text }) => say(text),
        ...(cleanup ? {} : { signal }),
        ...(accept === undefined ? {} : { accept }),
        ...(deadlineMs === undefined ? {} : { deadlineMs }),
      });
      reached = index;
      if (failure === undefined) results.push(result);
    } catch (error) {
      if (!isUnsent(error)) reached = index;
      failure ??= error;
    }
  }
  const quiet = { ...tools, signal: new AbortController().signal };
  tools.services.invalidate();
  if (failure === undefined) return await wellDone(work, { commands, results }, quiet);
  const made = commands.find(({ sink }) => sink !== undefined)?.sink?.made;
  const at: Reached = { step: reached, ...(made === undefined ? {} : { made }) };
  const explained = isUnknown(failure) ? failure : await explain(work, { commands, results }, failure, quiet);
  return await broken(work, at, commands, explained, tools);
}

/** All was sent and reported success; whether the host shows it is another matter. */
async function wellDone(work: BackupWork, ran: Ran, context: WorkContext): Promise<WorkEnd> {
  try {
    return { status: 'succeeded', answer: await readBack[work.action](work, ran, context) };
  } catch (error) {
    if (error instanceof DomainError && !isPathFault(error)) return failed('failed', error);
    const command = commandNames(ran.commands);
    const reason = 'it reported success, but could not be read back';
    return unknown(command, reason, { resolved: 'still_unknown', found: messageOf(error) });
  }
}

async function explain(work: BackupWork, ran: Ran, error: unknown, context: WorkContext): Promise<unknown> {
  const failure = partly(ran.commands, ran.results.length, error);
  if (work.action !== 'import' || !(failure instanceof DomainError)) return failure;
  return await explainImport(work, ran, failure, context).catch(() => failure);
}

async function broken(
  work: BackupWork,
  reached: Reached,
  commands: Ran['commands'],
  error: unknown,
  tools: WorkTools,
): Promise<WorkEnd> {
  const canceled = tools.signal.aborted;
  if (!canceled && !isUnknown(error)) {
    if (error instanceof DomainError) return failed('failed', error);
    return failed('failed', internal(work, error));
  }
  const stands = await standing(work, reached, { ...tools, signal: new AbortController().signal });
  const command = commandNames(commands);
  if (!canceled) return unknown(command, messageOf(error), stands);
  const end =
    stands.resolved === 'still_unknown'
      ? unknown(command, 'it was canceled', stands)
      : failed('canceled', canceledBy(work, stands.found));
  return { ...end, status: 'canceled', resolved: stands.resolved };
}

/** The end of work that nobody saw, as data. */
export function unknown(
  command: string,
  reason: string,
  { resolved, found }: Awaited<ReturnType<typeof standing>>,
): WorkEnd {
  return { ...failed('unknown', new DomainError('OUTCOME_UNKNOWN', { command, reason, found })), resolved };
}

export function failed(status: WorkEnd['status'], { code, details }: DomainError): WorkEnd {
  return { status, failure: { code, details } };
}

function canceledBy(work: BackupWork, found: string): DomainError {
  return new DomainError('BACKUP_FAILED', {
    what: whatOf(work),
    reason: `it was canceled. ${found}`.replace(/\.$/, ''),
    wayOut: 'Call it again when it is wanted.',
  });
}

function internal(work: BackupWork, error: unknown): DomainError {
  return new DomainError('BACKUP_FAILED', {
    what: whatOf(work),
    reason: `it could not go on: ${messageOf(error)}`,
    wayOut: 'Mend the reason (the disk of this server, mostly), look with backup_status, and call it again.',
  });
}

/** What it is, in the words of an answer. */
export function whatOf(work: Pick<BackupWork, 'action' | 'type' | 'name' | 'steps'>): string {
  const file = importedFile(work);
  if (work.action === 'export') return `The export of the ${title(work)}`;
  if (work.action === 'import') return `The import of ${file} into the ${title(work)}`;
  return `The test restore of ${file}`;
}

/** A wait for its turn that was broken off ends as an abort, in whatever form. */
function unsentWhenCanceled(error: unknown, { signal }: WorkTools): unknown {
  return signal.aborted ? new DomainError('CANCELLED', { command: 'the work', sent: false }) : error;
}
