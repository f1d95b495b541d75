import { z } from 'zod';
import type { BackupJob, BackupWork } from '../../application/backup-jobs.ts';
import { BackupFacts, HeldFacts } from '../backup/manifest.ts';
import { JobFolder } from './job-folder.ts';

const NewBackup = z.object({
  host: z.string(),
  type: z.string(),
  name: z.string(),
  reason: z.enum(['asked', 'safety']),
  version: z.string().exactOptional(),
  held: HeldFacts.exactOptional(),
});

const CheckedDump = z.object({
  file: z.string(),
  bytes: z.number(),
  sha256: z.string(),
  manifest: BackupFacts.exactOptional(),
});

/** A step as it is kept: whatever else a command may hold (secrets) is left out. */
const Step = z.object({
  name: z.string(),
  args: z.array(z.string()),
  flags: z.array(z.enum(['force', 'quiet'])).exactOptional(),
  stdin: z.string().exactOptional(),
  accept: z.union([z.literal('any'), z.array(z.number())]).exactOptional(),
  deadlineMs: z.number().exactOptional(),
  sink: NewBackup.exactOptional(),
  source: CheckedDump.exactOptional(),
  cleanup: z.boolean().exactOptional(),
});

const Work = z.object({
  type: z.string(),
  name: z.string(),
  action: z.enum(['export', 'import', 'test_restore']),
  steps: z.array(Step),
});

const BackupSpec = z.object({
  v: z.literal(1),
  kind: z.literal('backup'),
  id: z.string(),
  host: z.string(),
  work: Work,
  actor: z.string(),
  startedAt: z.number(),
  audit: z.string().exactOptional(),
  /** How to reach the host and where dumps are kept, as the composition root wrote it and reads it again. */
  connection: z.unknown(),
});

/** What was asked: written once, before the keeper starts. Holds no secrets. */
export type BackupSpec = z.infer<typeof BackupSpec>;

/** Work as a specification holds it. */
export function keptWork(work: BackupWork): z.infer<typeof Work> {
  return Work.parse(work);
}

const Facts = z.object({
  type: z.string(),
  service: z.string(),
  job: z.string().exactOptional(),
  file: z.string().exactOptional(),
  bytes: z.number().exactOptional(),
  holds: z.string().exactOptional(),
  safety: z.string().exactOptional(),
});

const End = z.object({
  status: z.enum(['succeeded', 'failed', 'canceled', 'unknown']),
  answer: z.object({ data: Facts, text: z.string() }).exactOptional(),
  failure: z.object({ code: z.string(), details: z.unknown() }).exactOptional(),
  resolved: z.enum(['applied', 'not_applied', 'still_unknown']).exactOptional(),
});

const Named = z.object({ file: z.string() });
const Begun = z.object({ step: z.number() });
const Nothing = z.object({});

/** One export, import or test restore on disk. */
export class BackupFolder extends JobFolder<BackupSpec, object, BackupJob> {
  constructor(folder: string) {
    super(folder, { spec: BackupSpec, ticket: Nothing });
  }

  /** The place of the command that is about to be sent; without it nothing was sent. */
  writeBegun(step: number): Promise<void> {
    return this.write('begun.json', { step });
  }

  async begun(): Promise<number | undefined> {
    return (await this.read('begun.json', Begun))?.step;
  }

  /** The name that the file of the export will have. */
  writeFileName(file: string): Promise<void> {
    return this.write('file.json', { file });
  }

  async fileName(): Promise<string | undefined> {
    return (await this.read('file.json', Named))?.file;
  }

  writeEnd(end: z.infer<typeof End>): Promise<void> {
    return this.write('end.json', end);
  }

  end(): Promise<z.infer<typeof End> | undefined> {
    return this.read('end.json', End);
  }

  /** Asks the keeper to break off. */
  cancel(): Promise<void> {
    return this.write('cancel.json', {});
  }

  isCanceled(): Promise<boolean> {
    return this.has('cancel.json');
  }
}
