import type { BuildSummary } from './application.ts';
import type { FailedBuild } from './cause.ts';
import { diagnose } from './diagnosis.ts';
import { parseOutput } from './output.ts';
import { phaseOf } from './phases.ts';

/** Outputs are read of so many builds at most; what is older tells nothing of today. */
const MOST_READ = 4;

/** Refusals that change nothing: they neither are the fault nor mend one. */
const REFUSALS: ReadonlySet<string> = new Set(['LOCKED', 'NO_CHANGES', 'APP_NOT_FOUND']);

/**
 * The builds (newest first) whose output has to be read to tell whether the last deploy failed: those without success
 * since the last one that built with success. Never a running one, whose output has no end.
 */
export function buildsToRead(builds: readonly BuildSummary[]): readonly BuildSummary[] {
  const good = builds.findIndex(({ status, kind }) => status === 'succeeded' && kind === 'build');
  return builds
    .slice(0, good < 0 ? undefined : good)
    .filter(({ status }) => status === 'failed' || status === 'interrupted')
    .slice(0, MOST_READ);
}

/** What the records together with their outputs tell of the last deploy. */
export interface BuildVerdict {
  readonly failed?: FailedBuild;
  /** The newest record, when it is a deploy that was refused because of another one's lock. */
  readonly refused?: BuildSummary;
}

/**
 * Finds the failure that still stands. A later success without a build (a restart, a change of config) started the
 * same image, so it makes up for a failed start, and not for a failed build. Dokku leaves no end on the record of a
 * restart that went well, so there the output decides (measured on 0.38.27).
 */
export function judgeBuilds(
  builds: readonly BuildSummary[],
  outputs: ReadonlyMap<string, string>,
): BuildVerdict {
  let restarted = false;
  let refused: BuildSummary | undefined;
  for (const build of builds) {
    if (build.status === 'succeeded') {
      if (build.kind === 'build') break;
      restarted = true;
    }
    const output = outputs.get(build.id);
    if (output === undefined || build.status === 'canceled') continue;
    const diagnosis = diagnose({ output });
    if (diagnosis.code === 'LOCKED') refused ??= build;
    if (REFUSALS.has(diagnosis.code)) continue;
    if (build.status === 'interrupted' && diagnosis.code === 'UNKNOWN') {
      restarted ||= phaseOf(output.split('\n')) === 'end';
      continue;
    }
    const stands = !restarted || diagnosis.phase === 'fetch' || diagnosis.phase === 'build';
    if (!stands) break;
    return { failed: { build, diagnosis, output: parseOutput(output) }, ...(refused && { refused }) };
  }
  return refused === undefined ? {} : { refused };
}
