import { z } from 'zod';
import type { Command } from '../../application/ports.ts';
import type { Deployment } from '../../domain/application/deployment.ts';
import { withoutAddressSecrets } from '../../domain/application/served-source.ts';
import { hideSource } from '../../domain/application/source.ts';
import { JobFolder } from './job-folder.ts';

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
  /** Absent in what earlier versions wrote. */
  kind: z.literal('deploy').default('deploy'),
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

/** One deploy on disk. Its ticket is the command, which is gone once a keeper has taken it. */
export class Job extends JobFolder<JobSpec, Command, Deployment> {
  constructor(folder: string) {
    super(folder, { spec: JobSpec, ticket: Ticket });
  }

  override create(spec: JobSpec, command: Command): Promise<void> {
    return super.create({ ...spec, source: hideSource(spec.source) }, command);
  }

  writeSent(sent: Sent): Promise<void> {
    const source = withoutAddressSecrets(sent.before?.source);
    return this.write('sent.json', source === undefined ? sent : { ...sent, before: { source } });
  }

  sent(): Promise<Sent | undefined> {
    return this.read('sent.json', Sent);
  }

  writeBuild(id: string): Promise<void> {
    return this.write('build.json', { id });
  }

  async build(): Promise<string | undefined> {
    return (await this.read('build.json', z.object({ id: z.string() })))?.id;
  }

  writeEnd(end: End): Promise<void> {
    return this.write('end.json', end);
  }

  end(): Promise<End | undefined> {
    return this.read('end.json', End);
  }

  override writeOutcome(deployment: Deployment): Promise<void> {
    const { serves } = deployment;
    const source = withoutAddressSecrets(serves?.source);
    return super.writeOutcome({
      ...deployment,
      ...(serves === undefined || source === undefined ? {} : { serves: { ...serves, source } }),
    });
  }
}
