import { readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { appendText, isMissing, readText, replaceFile } from '../state/files.ts';
import { OutputLog } from './output-log.ts';

/** Standard error of the keeper process: it has no other way to say why it failed. */
export const KEEPER_LOG = 'keeper.log';

/** What is asked of every kind of job. */
export interface BaseSpec {
  readonly id: string;
  readonly host: string;
  readonly startedAt: number;
  /** The record of the audit that gets its outcome when this job is settled. */
  readonly audit?: string;
}

/** What the documents of one kind of job hold. */
export interface JobShape<S, T> {
  readonly spec: z.ZodType<S>;
  /** What a keeper needs and nobody may read later. */
  readonly ticket: z.ZodType<T>;
}

const Kind = z.object({ kind: z.enum(['deploy', 'backup']).default('deploy') });

/** What kind of job stands in a folder; undefined for a folder without a whole specification. */
export async function kindOf(folder: string): Promise<'deploy' | 'backup' | undefined> {
  const text = await readText(join(folder, 'spec.json'));
  return text === undefined ? undefined : Kind.parse(JSON.parse(text)).kind;
}

/** One job on disk: a private folder that keeper and servers share. Every document is replaced as a whole. */
export class JobFolder<S extends BaseSpec, T, O> {
  readonly folder: string;
  readonly output: OutputLog;
  readonly #shape: JobShape<S, T>;

  constructor(folder: string, shape: JobShape<S, T>) {
    this.folder = folder;
    this.output = new OutputLog(join(folder, 'output.log'));
    this.#shape = shape;
  }

  async create(spec: S, ticket: T): Promise<void> {
    await this.write('command.json', ticket);
    await this.write('spec.json', spec);
  }

  /**
   * Undefined for a folder without a specification that this version can read: one that is broken or of a later version
   * must not stand in the way of every other job and change.
   */
  async spec(): Promise<S | undefined> {
    const text = await readText(join(this.folder, 'spec.json'));
    return text === undefined ? undefined : this.#shape.spec.safeParse(jsonOf(text)).data;
  }

  /**
   * Takes the job, which works once for all processes: whoever gets the ticket may send, once. Undefined when it was
   * taken. The file, which may hold secret arguments, is gone afterwards.
   */
  async takeTicket(): Promise<T | undefined> {
    const taken = join(this.folder, `.taken-${process.pid}-${performance.now()}`);
    try {
      await rename(join(this.folder, 'command.json'), taken);
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
    const ticket = this.#shape.ticket.parse(JSON.parse(await readFile(taken, 'utf8')));
    await rm(taken);
    return ticket;
  }

  hasTicket(): Promise<boolean> {
    return this.has('command.json');
  }

  /** Notes that the outcome is about to be written to the audit: who finds it looks there first. */
  markAudited(): Promise<void> {
    return this.write('audited.json', {});
  }

  wasAudited(): Promise<boolean> {
    return this.has('audited.json');
  }

  /** Writes down why no keeper could be started, where `complaint` finds it. */
  complain(reason: string): Promise<void> {
    return appendText(join(this.folder, KEEPER_LOG), `${reason}\n`);
  }

  /** The last line that the keeper process wrote to its standard error, if it wrote any. */
  async complaint(): Promise<string | undefined> {
    const text = await readText(join(this.folder, KEEPER_LOG));
    return text
      ?.split('\n')
      .findLast((line) => line.trim() !== '')
      ?.slice(0, 300);
  }

  /** The last word on the job; written once, under the settle lease. */
  writeOutcome(outcome: O): Promise<void> {
    return this.write('outcome.json', outcome);
  }

  async outcome(): Promise<O | undefined> {
    const text = await readText(join(this.folder, 'outcome.json'));
    return text === undefined ? undefined : (JSON.parse(text) as O);
  }

  protected async write(name: string, value: unknown): Promise<void> {
    await replaceFile(join(this.folder, name), JSON.stringify(value));
  }

  protected async read<V>(name: string, schema: z.ZodType<V>): Promise<V | undefined> {
    const text = await readText(join(this.folder, name));
    return text === undefined ? undefined : schema.parse(JSON.parse(text));
  }

  protected async has(name: string): Promise<boolean> {
    return (await readText(join(this.folder, name))) !== undefined;
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
