import type { AuditLog, Clock, Command, DokkuClient, StateStore } from '../../application/ports.ts';
import { Secrets } from '../../application/secrets.ts';
import { DomainError } from '../../domain/errors.ts';
import { Lease } from '../state/lease.ts';
import { findOwnBuild, leavesRecord, readRecords, readSource } from './host-facts.ts';
import { type End, Job, type JobSpec, type Sent } from './job.ts';
import { noteSeen } from './ledger.ts';
import { LineBatch } from './line-batch.ts';
import { settleJob } from './settle-job.ts';

export interface KeeperDeps {
  /** Opens the host of the job from the connection that its specification holds. */
  readonly open: (spec: JobSpec) => DokkuClient;
  readonly store: StateStore;
  readonly audit: AuditLog;
  readonly clock: Clock;
  /** How long the command may run, in milliseconds; then the host is asked what became of it. Default one hour. */
  readonly deadlineMs?: number;
}

const HOUR = 3_600_000;
/** The ways in which waiting for a sent command ends without its exit code. */
const LOST = new Set(['LINK_LOST', 'TIMEOUT', 'CANCELLED']);
const FIND_BUILD_MS = [1_500, 1_500, 3_000, 6_000, 12_000];

/**
 * Carries one job to its end: asks the host whether a build runs, sends the command once, keeps its output, and settles
 * from what the host says afterwards. Does nothing when another keeper has the job. The command is taken from disk
 * before it is sent, so that no other process can ever send it again.
 */
export async function runKeeper(folder: string, deps: KeeperDeps): Promise<void> {
  const job = new Job(folder);
  const spec = await job.spec();
  if (spec === undefined) return;
  const lease = await Lease.take(folder, 'keeper');
  if (lease === undefined) return;
  try {
    const command = await job.takeTicket();
    if (command === undefined) return;
    const client = deps.open(spec);
    try {
      await job.writeEnd(await carry(job, spec, command, client, deps));
      await settleJob(job, { ...deps, client, patienceMs: deps.deadlineMs ?? HOUR });
    } finally {
      await client.close();
    }
  } finally {
    lease.release();
  }
}

async function carry(
  job: Job,
  spec: JobSpec,
  command: Command,
  client: DokkuClient,
  deps: KeeperDeps,
): Promise<End> {
  const { clock } = deps;
  let sent: Sent | End;
  try {
    sent = await readBefore(spec, client, deps);
  } catch (error) {
    return { at: clock.now(), refused: reasonOf(error) };
  }
  if (!('knownBuilds' in sent)) return sent;
  await job.writeSent(sent);
  const ended = new AbortController();
  const search = sent.recorded ? findBuild(job, spec, sent, client, clock, ended.signal) : Promise.resolve();
  try {
    return await send(job, command, client, deps);
  } finally {
    ended.abort();
    await search;
  }
}

/** Facts that settle the job later; or its end, when a build runs: Dokku commits the new source before it refuses. */
async function readBefore(
  spec: JobSpec,
  client: DokkuClient,
  { clock, store }: KeeperDeps,
): Promise<Sent | End> {
  const records = await readRecords(client, spec.app);
  const running = records?.find(({ status }) => status === 'running');
  if (running !== undefined) {
    const locked = new DomainError('LOCKED', { app: spec.app, build: running.id });
    return { at: clock.now(), refused: reasonOf(locked) };
  }
  const source = await readSource(client, spec.app);
  if (records !== undefined && source !== undefined)
    await noteSeen(store, spec.host, spec.app, records, source);
  return {
    at: clock.now(),
    knownBuilds: (records ?? []).map(({ id }) => id),
    recorded: leavesRecord(spec.command, records),
    before: source === undefined ? {} : { source },
  };
}

async function send(job: Job, command: Command, client: DokkuClient, deps: KeeperDeps): Promise<End> {
  const { clock } = deps;
  const secrets = new Secrets();
  secrets.learn(command.secrets ?? []);
  const batch = new LineBatch((lines) => job.output.append(lines));
  try {
    const { exit } = await client.execute(command, {
      accept: 'any',
      deadlineMs: deps.deadlineMs ?? HOUR,
      keepBytes: 65_536,
      onLine: ({ text }) => batch.add(secrets.mask(text)),
    });
    return { at: clock.now(), exit, ...missing(await batch.flush()) };
  } catch (error) {
    const unsent = error instanceof DomainError && !LOST.has(error.code);
    if (unsent || isUnsentCancel(error)) return { at: clock.now(), refused: reasonOf(error) };
    const lost = error instanceof Error ? error.message : String(error);
    return { at: clock.now(), lost, ...missing(await batch.flush()) };
  }
}

function missing(outputLost: string | undefined): Pick<End, 'outputLost'> {
  return outputLost === undefined ? {} : { outputLost };
}

function isUnsentCancel(error: unknown): boolean {
  return DomainError.is(error, 'CANCELLED') && !error.details.sent;
}

/** Looks for Dokku's build id while the command runs, so that status and cancel can name it. */
async function findBuild(
  job: Job,
  spec: JobSpec,
  sent: Sent,
  client: DokkuClient,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  for (const pause of FIND_BUILD_MS) {
    try {
      await clock.sleep(pause, signal);
      const records = await readRecords(client, spec.app, signal);
      const build = findOwnBuild(records ?? [], sent.knownBuilds, spec.command);
      if (build === undefined) continue;
      await job.writeBuild(build.id);
      return;
    } catch (error) {
      if (signal.aborted) return;
      // Only a convenience: the settlement looks again when the command has ended.
      if (!(error instanceof DomainError)) throw error;
    }
  }
}

function reasonOf(error: unknown): NonNullable<End['refused']> {
  if (error instanceof DomainError) return { code: error.code, cause: error.message, advice: error.remedy };
  const cause = error instanceof Error ? error.message : String(error);
  return {
    code: 'INTERNAL',
    cause,
    advice: 'Nothing was sent. Read the log of the server, then call again.',
  };
}
