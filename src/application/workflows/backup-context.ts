import type { BackupWork, WorkStep } from '../backup-jobs.ts';
import type { BackupFiles, SinkWatch } from '../backups.ts';
import type { Context } from '../context.ts';
import type { Command, CommandResult } from '../ports.ts';

/** What long work on a data service reads and writes by, in whichever process it runs. */
export type WorkContext = Pick<Context, 'host' | 'services' | 'backups' | 'clock' | 'state' | 'signal'>;

/** The commands of work that went through, with their answers in order. */
export interface Ran {
  readonly commands: readonly Command[];
  readonly results: readonly CommandResult[];
}

/** The command of a step, its ends opened in the backup directory of this process. */
export function commandOf(step: WorkStep, backups: BackupFiles, watch: SinkWatch = {}): Command {
  const { sink, source, cleanup: _, ...command } = step;
  return {
    ...command,
    ...(sink === undefined ? {} : { sink: backups.sink(sink, watch) }),
    ...(source === undefined ? {} : { source: backups.source(source, watch.progress) }),
  };
}

export function commandsOf({ steps }: BackupWork, backups: BackupFiles): readonly Command[] {
  return steps.map((step) => commandOf(step, backups));
}

/** The file that the work imports. */
export function importedFile({ steps }: BackupWork): string | undefined {
  return steps.find(({ source }) => source !== undefined)?.source?.file;
}

/** The place of the command that fills a service, which is where an import begins to change it. */
export function importAt({ steps }: BackupWork): number {
  return steps.findIndex(({ source }) => source !== undefined);
}
