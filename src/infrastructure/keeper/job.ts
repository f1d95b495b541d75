import { readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Command } from '../../application/ports.ts';
import type { Deployment } from '../../domain/application/deployment.ts';
import { withoutAddressSecrets } from '../../domain/application/served-source.ts';
import { hideSource } from '../../domain/application/source.ts';
import { appendText, isMissing, readText, replaceFile } from '../state/files.ts';
import { OutputLog } from './output-log.ts';

/** Standard error of the keeper process: it has no other way to say why it failed. */
export const KEEPER_LOG = 'keeper.log';

const SourceFact = z.object({
  kind: z.enum(['image', 'git', 'archive', 'push', 'unknown']),
  location: z.string(),
  revision: z.string().exactOptional(),
  archive: z.enum(['tar', 'tar.gz', 'zip']).exactOptional(),
});

const AskedSource = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('image'), image: z.string() }),
  z.object({ kind: z.literal('git'), url: z.string(), ref: z.string().exactOptional() }),
  z.object({ kind: z.literal('archive'), url: z.string(), type: z.enum(['tar', 'tar.gz', 'zip']) }),
  z.object({ kind: z.literal('rebuild') }),
  z.object({ kind: z.literal('command'), command: z.string() }),
]);

const JobSpec = z.object({
  v: z.literal(1),
  id: z.string(),
  host: z.string(),
  app: z.string(),
  source: AskedSource,
  /** Name of the Dokku command; its arguments may be secret and stay out of this file. */
  command: z.string(),
  actor: z.string(),
  startedAt: z.number(),
  /** The record of the audit that gets its outcome when this job is settled. */
  audit: z.string().exactOptional(),
  /** How to reach the host, as the composition root wrote it; the keeper hands it back to it. */
  connection: z.unknown(),
});

/** What was asked: written once, before the keeper starts; the address of the source without what lets into it. */
export type JobSpec = z.infer<typeof JobSpec>;

const Ticket = z.object({
  name: z.string(),
  args: z.array(z.string()),
  stdin: z.string().exactOptional(),
  secrets: z.array(z.string()).exactOptional(),
});

const Sent = z.object({
  at: z.number(),
  /** Build ids that the host had before; a new one is ours. */
  knownBuilds: z.array(z.string()),
  /** The host keeps records of this kind of command. */
  recorded: z.boolean(),
  before: z.object({ source: SourceFact.exactOptional() }).exactOptional(),
});

/** Written to disk just before the command is sent; without it nothing was sent. */
export type Sent = z.infer<typeof Sent>;

const End = z.object({
  at: z.number(),
  exit: z.number().exactOptional(),
  /** Why there is no exit code. */
  lost: z.string().exactOptional(),
  /** Why lines of the output are missing on our side. */
  outputLost: z.string().exactOptional(),
  /** Nothing was sent, and why. */
  refused: z.object({ code: z.string(), cause: z.string(), advice: z.string() }).exactOptional(),
});

/** How the command ended, as far as the keeper saw it. */
export type End = z.infer<typeof End>;

/** One deploy on disk: a private folder that keeper and servers share. Every document is replaced as a whole. */
export class Job {
  readonly folder: string;
  readonly output: OutputLog;

  constructor(folder: string) {
    this.folder = folder;
    this.output = new OutputLog(join(folder, 'output.log'));
  }

  async create(spec: JobSpec, command: Command): Promise<void> {
    await this.#write('command.json', { ...command, args: [...command.args] });
    await this.#write('spec.json', { ...spec, source: hideSource(spec.source) });
  }

  /** Undefined for a folder without a whole specification. */
  async spec(): Promise<JobSpec | undefined> {
    return await this.#read('spec.json', JobSpec);
  }

  /**
   * Takes the command, which works once for all processes: whoever gets it may send it, once. Undefined when it was
   * taken. The file with its arguments is gone afterwards.
   */
  async takeCommand(): Promise<Command | undefined> {
    const taken = join(this.folder, `.taken-${process.pid}-${performance.now()}`);
    try {
      await rename(join(this.folder, 'command.json'), taken);
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
    const ticket = Ticket.parse(JSON.parse(await readFile(taken, 'utf8')));
    await rm(taken);
    return ticket;
  }

  async hasCommand(): Promise<boolean> {
    return (await readText(join(this.folder, 'command.json'))) !== undefined;
  }

  writeSent(sent: Sent): Promise<void> {
    const source = withoutAddressSecrets(sent.before?.source);
    return this.#write('sent.json', source === undefined ? sent : { ...sent, before: { source } });
  }

  sent(): Promise<Sent | undefined> {
    return this.#read('sent.json', Sent);
  }

  writeBuild(id: string): Promise<void> {
    return this.#write('build.json', { id });
  }

  async build(): Promise<string | undefined> {
    return (await this.#read('build.json', z.object({ id: z.string() })))?.id;
  }

  writeEnd(end: End): Promise<void> {
    return this.#write('end.json', end);
  }

  end(): Promise<End | undefined> {
    return this.#read('end.json', End);
  }

  /** Notes that the outcome is about to be written to the audit: who finds it looks there first. */
  markAudited(): Promise<void> {
    return this.#write('audited.json', {});
  }

  async wasAudited(): Promise<boolean> {
    return (await readText(join(this.folder, 'audited.json'))) !== undefined;
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

  /** The last word on the deploy; written once, under the settle lease. */
  writeOutcome(deployment: Deployment): Promise<void> {
    const { serves } = deployment;
    const source = withoutAddressSecrets(serves?.source);
    return this.#write('outcome.json', {
      ...deployment,
      ...(serves === undefined || source === undefined ? {} : { serves: { ...serves, source } }),
    });
  }

  async outcome(): Promise<Deployment | undefined> {
    const text = await readText(join(this.folder, 'outcome.json'));
    return text === undefined ? undefined : (JSON.parse(text) as Deployment);
  }

  async #write(name: string, value: unknown): Promise<void> {
    await replaceFile(join(this.folder, name), JSON.stringify(value));
  }

  async #read<T>(name: string, schema: z.ZodType<T>): Promise<T | undefined> {
    const text = await readText(join(this.folder, name));
    return text === undefined ? undefined : schema.parse(JSON.parse(text));
  }
}
