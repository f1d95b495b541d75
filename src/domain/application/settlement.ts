import type { BuildSummary, Source } from './application.ts';
import type { Deployment, DeploySource, DeployStatus, Diagnosis } from './deployment.ts';
import { diagnose, outputWarnings } from './diagnosis.ts';
import { parseOutput, plainText } from './output.ts';
import { describeServed, sameSource, servesAsked } from './served-source.ts';

/** Everything that was read back after a deploy's command ended or its link was lost. */
export interface Evidence {
  readonly source: DeploySource;
  /** Exit code of our own command; absent when nobody saw it. */
  readonly exit?: number;
  /** Why the exit code is missing: `the link was lost`, `the keeper died`. */
  readonly lost?: string;
  /** The fullest output there is: our own, or `builds:output` after a lost link. */
  readonly output: string;
  /** Dokku's record of this very command, when there is one. */
  readonly build?: BuildSummary;
  /** True when the host keeps build records for this kind of command (Dokku >= 0.38), so that none means none. */
  readonly recorded: boolean;
  /** What served before the command was sent; absent when it could not be read. */
  readonly before?: { readonly source?: Source };
  /** What serves now; absent when it could not be read. */
  readonly after?: NonNullable<Deployment['serves']>;
}

export interface Settlement {
  readonly status: Exclude<DeployStatus, 'running'>;
  readonly diagnosis?: Diagnosis;
  readonly warnings: readonly string[];
}

const DEPLOYED = /^=====> Application deployed:$/m;

/**
 * The one decision about how a deploy ended. `succeeded` needs positive proof read back from the host: exit code 0 (or,
 * after a lost link, Dokku's record or its own closing line), running processes, and the served source that was asked
 * for. A record with exit code -1 proves nothing (measured on 0.38.27: successful restarts end so). What cannot be
 * told is `unknown`, never guessed.
 */
export function settle(evidence: Evidence): Settlement {
  const warnings = outputWarnings(evidence.output);
  if (evidence.build?.status === 'canceled') return { status: 'canceled', diagnosis: canceled(), warnings };
  const ended = evidence.exit ?? exitOfRecord(evidence);
  if (ended === 0) return good(evidence, warnings);
  if (ended !== undefined) return bad(evidence, ended, warnings);
  return lost(evidence, warnings);
}

/** What the host's own record proves without our exit code. */
function exitOfRecord({ build, output }: Evidence): number | undefined {
  if (build?.status === 'succeeded') return 0;
  if (build?.status === 'failed' && build.exitCode !== undefined && build.exitCode !== 141)
    return build.exitCode;
  return build?.status === 'interrupted' && DEPLOYED.test(plainText(output)) ? 0 : undefined;
}

function good(evidence: Evidence, warnings: readonly string[]): Settlement {
  const { source, after, build, output } = evidence;
  const text = plainText(output);
  if (source.kind !== 'command' && /^ {7}Skipping build as no changes were detected$/m.test(text)) {
    return {
      status: 'unchanged',
      diagnosis: diagnose({ output: ' !     No changes detected, skipping git commit' }),
      warnings,
    };
  }
  if (source.kind !== 'command' && /^-----> Skipping deployment$/m.test(text))
    return { status: 'unchanged', warnings };
  if (after === undefined) {
    return unknown('the command ended well, but what serves now could not be read', evidence, warnings);
  }
  if (build?.status === 'failed' && evidence.exit !== undefined && source.kind !== 'command') {
    return unknown(
      `the command ended well, but Dokku's record ${build.id} says that it failed`,
      evidence,
      warnings,
    );
  }
  if (servesAsked(after.source, source) === false) {
    return unknown(
      `the command ended well, but the host says that it serves ${describeServed(after.source)}`,
      evidence,
      warnings,
    );
  }
  if (source.kind === 'command') return { status: 'succeeded', warnings };
  if (after.processes === 0) {
    return {
      status: 'succeeded',
      warnings: [...warnings, 'No process is scaled above 0, so nothing runs: see ps_scale.'],
    };
  }
  if (after.running !== 'true') return { status: 'failed', diagnosis: notRunning(after), warnings };
  return { status: 'succeeded', warnings };
}

function bad(evidence: Evidence, exit: number, warnings: readonly string[]): Settlement {
  const diagnosis = diagnose({ output: evidence.output, exit });
  if (diagnosis.code === 'NO_CHANGES') return { status: 'unchanged', diagnosis, warnings };
  return { status: 'failed', diagnosis, warnings: [...warnings, ...leftovers(evidence, diagnosis)] };
}

/** Processes that went over to the new version before the deploy ended: Dokku replaces them one after the other. */
function newProcesses(output: string): string[] {
  const { own } = parseOutput(output);
  return own
    .map((line) => /^ {7}All checks successful \((\S+)\)/.exec(line)?.[1])
    .filter((name) => name !== undefined);
}

/** What a failed deploy leaves behind that its output does not say (measured on Dokku 0.38.27). */
function leftovers({ source, after, before, output }: Evidence, { code, phase }: Diagnosis): string[] {
  const moved = source.kind === 'git' && (phase !== 'fetch' || code === 'REF_NOT_FOUND');
  const image = phase !== 'fetch' && phase !== 'build' && phase !== 'unknown';
  const passed = newProcesses(output);
  return [
    moved || code === 'LOCKED'
      ? 'The source of the app on the host has moved all the same: a rebuild (ps:rebuild) would build the refused version.'
      : undefined,
    image && source.kind !== 'command'
      ? 'The new image stays tagged as the current one: a restart, a change of scale or of configuration would start it. Deploy a good version first.'
      : undefined,
    passed.length > 0
      ? `${passed.join(', ')} of the new version had passed the checks already and may serve: the app can be half new until the next good deploy.`
      : undefined,
    before !== undefined && after !== undefined && !sameSource(before.source, after.source)
      ? `The host now says that it serves ${describeServed(after.source)}.`
      : undefined,
  ].filter((warning) => warning !== undefined);
}

function lost(evidence: Evidence, warnings: readonly string[]): Settlement {
  const { source, build, after, before, recorded } = evidence;
  const changed = before !== undefined && after !== undefined && !sameSource(before.source, after.source);
  if (changed && servesAsked(after.source, source) === true) return good({ ...evidence, exit: 0 }, warnings);
  if (build === undefined && recorded && source.kind !== 'command') {
    return { status: 'failed', diagnosis: neverStarted(evidence), warnings };
  }
  const told = diagnose({ output: evidence.output });
  if (build !== undefined && told.code !== 'UNKNOWN') return bad(evidence, build.exitCode ?? 1, warnings);
  const stopped = source.kind !== 'command' && after !== undefined && !changed;
  if (build !== undefined && (build.exitCode === 141 || stopped)) {
    if (newProcesses(evidence.output).length > 0) {
      const reason = `${reasonOf(evidence)} after new processes had passed their checks`;
      return unknown(reason, evidence, [...warnings, ...leftovers(evidence, cutOff(evidence))]);
    }
    return {
      status: 'failed',
      diagnosis: cutOff(evidence),
      warnings: [...warnings, ...leftovers(evidence, cutOff(evidence))],
    };
  }
  return unknown(reasonOf(evidence), evidence, warnings);
}

function unknown(reason: string, { build, after }: Evidence, warnings: readonly string[]): Settlement {
  const record = build === undefined ? 'no build record' : `build ${build.id} is ${build.status}`;
  const serving =
    after === undefined
      ? 'what serves could not be read'
      : `${after.processes} processes, running: ${after.running}, serving ${describeServed(after.source)}`;
  return {
    status: 'unknown',
    diagnosis: {
      code: 'OUTCOME_UNKNOWN',
      phase: 'unknown',
      cause: `${reason}; read back: ${record}; ${serving}`,
      evidence: [],
      advice:
        'It was sent once and is not repeated. Compare what serves with what you want, and deploy again if it differs.',
    },
    warnings,
  };
}

function reasonOf({ lost: why }: Evidence): string {
  return (why ?? 'the link was lost').replace(/\.$/, '');
}

function canceled(): Diagnosis {
  return {
    code: 'CANCELED',
    phase: 'unknown',
    cause: 'the deploy was canceled; the version before it serves on',
    evidence: [],
    advice:
      'The source of the app on the host stays moved, and release tasks may have run. Deploy again when you are ready.',
  };
}

function neverStarted(evidence: Evidence): Diagnosis {
  return {
    code: 'NEVER_STARTED',
    phase: 'unknown',
    cause: `${reasonOf(evidence)} before Dokku began; it has no record of this deploy, so nothing was changed`,
    evidence: [],
    advice: 'Deploy again.',
  };
}

function cutOff(evidence: Evidence): Diagnosis {
  const reached = diagnose({ output: evidence.output }).phase;
  return {
    code: 'INTERRUPTED',
    phase: reached,
    cause: `${reasonOf(evidence)} and Dokku stopped at its next line of output; the version before it serves on`,
    evidence: [],
    advice:
      'Deploy again. A lock that still shows is stale and does not stop the next deploy; release tasks may have run already.',
  };
}

function notRunning({ running, processes }: NonNullable<Deployment['serves']>): Diagnosis {
  return {
    code: 'NOT_RUNNING',
    phase: 'end',
    cause: `the deploy ended well, but ${running === 'mixed' ? `not all of its ${processes} processes run` : 'its processes do not run'}`,
    evidence: [],
    advice: 'Read the logs of the app (logs_read), mend it, and deploy again.',
  };
}
