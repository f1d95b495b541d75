import type { AuditLog, Clock, DokkuClient, StateStore } from '../../application/ports.ts';
import type { BuildSummary } from '../../domain/application/application.ts';
import type { Deployment } from '../../domain/application/deployment.ts';
import { phaseOf } from '../../domain/application/phases.ts';
import { type Evidence, type Settlement, settle } from '../../domain/application/settlement.ts';
import { DomainError } from '../../domain/errors.ts';
import { readBuildOutput } from '../dokku/builds.ts';
import { Lease } from '../state/lease.ts';
import { findOwnBuild, readRecords, readServes } from './host-facts.ts';
import type { End, Job, JobSpec, Sent } from './job.ts';
import { auditOutcome, writeAudit } from './job-audit.ts';
import { noteDeploy } from './ledger.ts';

export interface SettleDeps {
  readonly client: DokkuClient;
  readonly store: StateStore;
  readonly audit: AuditLog;
  readonly clock: Clock;
  /** How long to wait for the host to finish or to answer: long for a keeper, a moment for a server that is asked. */
  readonly patienceMs: number;
}

const POLL_MS = { first: 500, most: 10_000 };
/** Faults of the way to the host, not of its answer. */
const UNREACHABLE = new Set([
  'HOST_UNREACHABLE',
  'HOST_KEY_UNKNOWN',
  'HOST_KEY_CHANGED',
  'AUTH_REFUSED',
  'LINK_LOST',
  'TIMEOUT',
  'CANCELLED',
]);
/** A host that could not be asked for so long leaves the outcome unknown for good. */
const GIVE_UP_MS = 24 * 3_600_000;
/** A record that has not appeared by then never will. */
const RECORD_APPEARS_MS = 10_000;

/**
 * Ends a job: reads the host until Dokku's record has ended, decides (domain/application/settlement.ts), notes the
 * deploy in the ledger, and writes the outcome to the audit and to the job. Exactly one process does it, under a lease; sends nothing but reads.
 * Undefined when another process is at it, or when the host cannot tell yet (it runs on, or cannot be reached).
 */
export async function settleJob(job: Job, deps: SettleDeps): Promise<Deployment | undefined> {
  const lease = await Lease.take(job.folder, 'settle');
  if (lease === undefined) return await job.outcome();
  try {
    const done = await job.outcome();
    if (done !== undefined) return done;
    const spec = await job.spec();
    if (spec === undefined) return undefined;
    const deployment = await conclude(job, spec, deps);
    if (deployment === undefined) return undefined;
    await noteDeploy(deps.store, deployment, { via: spec.command, actor: spec.actor });
    await writeAudit(job, spec, auditOutcome(deployment), deps.audit);
    await job.writeOutcome(deployment);
    return deployment;
  } finally {
    lease.release();
  }
}

async function conclude(job: Job, spec: JobSpec, deps: SettleDeps): Promise<Deployment | undefined> {
  const [sent, end] = [await job.sent(), await job.end()];
  const lines = await job.output.lines();
  if (end?.refused !== undefined) return concluded(spec, lines, deps, refused(end.refused));
  if (sent === undefined) return concluded(spec, lines, deps, refused(neverSent(await job.complaint())));
  const since = end?.at ?? sent.at;
  const read = await unlessUnreachable(() => readBack(job, spec, sent, end, lines, deps));
  if (read === 'not yet' && deps.clock.now() - since < GIVE_UP_MS) return undefined;
  const { evidence, ...found } =
    read === 'not yet' ? { evidence: evidenceOf(spec, sent, end, lines.join('\n')) } : read;
  const settlement = settle(evidence);
  const missing = end?.outputLost === undefined ? [] : [`Part of the output was not kept: ${end.outputLost}`];
  return concluded(
    spec,
    lines,
    deps,
    { ...settlement, warnings: [...settlement.warnings, ...missing] },
    found,
  );
}

type Found = Pick<Deployment, 'build' | 'serves'>;

async function readBack(
  job: Job,
  spec: JobSpec,
  sent: Sent,
  end: End | undefined,
  lines: readonly string[],
  deps: SettleDeps,
): Promise<({ evidence: Evidence } & Found) | 'not yet'> {
  const exitKnown = end?.exit !== undefined;
  const build = await endedBuild(job, spec, sent, exitKnown, deps);
  if (build === 'not yet') return 'not yet';
  // A record that Dokku has dropped since proves nothing, least of all that nothing began.
  const dropped = build === undefined && (await job.build()) !== undefined;
  const own = lines.join('\n');
  const output = !exitKnown && build !== undefined ? await fullestOutput(spec, build, own, deps) : own;
  const serves = await patiently(() => readServes(deps.client, spec.app, output.split('\n')), deps);
  return {
    evidence: {
      ...evidenceOf(spec, sent, end, output),
      ...(dropped ? { recorded: false } : {}),
      ...(build === undefined ? {} : { build }),
      ...(serves === undefined ? {} : { after: serves }),
    },
    ...(build === undefined ? {} : { build: build.id }),
    ...(serves === undefined ? {} : { serves }),
  };
}

function evidenceOf(spec: JobSpec, sent: Sent, end: End | undefined, output: string): Evidence {
  return {
    source: spec.source,
    ...(end?.exit === undefined
      ? { lost: end?.lost ?? 'the keeper of the deploy was killed' }
      : { exit: end.exit }),
    output,
    recorded: sent.recorded,
    ...(sent.before === undefined ? {} : { before: sent.before }),
  };
}

/** Polls with growing pauses until the record ended; with an exit code in hand a record that lags is not waited for. */
async function endedBuild(
  job: Job,
  spec: JobSpec,
  sent: Sent,
  exitKnown: boolean,
  deps: SettleDeps,
): Promise<BuildSummary | undefined | 'not yet'> {
  const { client, clock, patienceMs } = deps;
  if (!sent.recorded) return undefined;
  const id = await job.build();
  const patience = exitKnown ? Math.min(patienceMs, 5_000) : patienceMs;
  const started = clock.now();
  for (let pause = POLL_MS.first; ; pause = Math.min(pause * 2, POLL_MS.most)) {
    const records = await patiently(() => readRecords(client, spec.app), deps);
    const build =
      records?.find((record) => record.id === id) ??
      (records === undefined ? undefined : findOwnBuild(records, sent.knownBuilds, spec.command));
    if (build !== undefined && id === undefined) await job.writeBuild(build.id);
    if (build !== undefined && build.status !== 'running') return build;
    const elapsed = clock.now() - started;
    if (build === undefined && (exitKnown || clock.now() - sent.at >= RECORD_APPEARS_MS)) return undefined;
    if (elapsed >= patience) return exitKnown ? build : 'not yet';
    await clock.sleep(pause);
  }
}

async function fullestOutput(
  spec: JobSpec,
  build: BuildSummary,
  own: string,
  deps: SettleDeps,
): Promise<string> {
  const kept = await patiently(() => readBuildOutput(deps.client, spec.app, build.id), deps);
  return kept !== undefined && kept.length > own.length ? kept : own;
}

/**
 * A read that waits, within our patience, for a host that cannot be reached. Undefined for what the host refuses to
 * answer: the settlement then says that it could not be read.
 */
async function patiently<T>(
  read: () => Promise<T>,
  { clock, patienceMs }: SettleDeps,
): Promise<T | undefined> {
  const started = clock.now();
  for (let pause = POLL_MS.first; ; pause = Math.min(pause * 2, POLL_MS.most)) {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      if (!isUnreachable(error)) return undefined;
      if (clock.now() - started >= patienceMs) throw error;
    }
    await clock.sleep(pause);
  }
}

async function unlessUnreachable<T>(read: () => Promise<T>): Promise<T | 'not yet'> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof DomainError && isUnreachable(error)) return 'not yet';
    throw error;
  }
}

function isUnreachable({ code }: DomainError): boolean {
  return UNREACHABLE.has(code);
}

function neverSent(complaint: string | undefined): NonNullable<End['refused']> {
  const said = complaint === undefined ? '' : ` (it said: ${complaint})`;
  return {
    code: 'NEVER_SENT',
    cause: `the process that was to run it ended before anything was sent${said}; nothing was changed`,
    advice: 'Call it again.',
  };
}

function refused({ code, cause, advice }: NonNullable<End['refused']>): Settlement {
  return {
    status: 'failed',
    diagnosis: { code, phase: 'unknown', cause, evidence: [], advice },
    warnings: [],
  };
}

function concluded(
  spec: JobSpec,
  lines: readonly string[],
  { clock }: SettleDeps,
  settlement: Settlement,
  found: Found = {},
): Deployment {
  const { status, diagnosis, warnings } = settlement;
  return {
    id: spec.id,
    host: spec.host,
    app: spec.app,
    source: spec.source,
    status,
    phase: status === 'succeeded' ? 'end' : (diagnosis?.phase ?? phaseOf(lines)),
    startedAt: spec.startedAt,
    finishedAt: clock.now(),
    ...(diagnosis === undefined ? {} : { diagnosis }),
    ...found,
    warnings,
    lines: lines.length,
  };
}
