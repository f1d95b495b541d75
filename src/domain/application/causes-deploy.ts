import type { AppFacts, Cause, CauseRule, FailedBuild, Impact, NextCall } from './cause.ts';
import { causeOfDeath } from './causes-death.ts';
import { listeningPorts, listensElsewhere, portOf } from './clues.ts';
import * as next from './next-calls.ts';
import { wrongPort } from './wrong-port.ts';

/** Whom a failed deploy hits: everybody when nothing served before it, otherwise only the next version. */
export function impactOfDeploy({ application: { state, running } }: AppFacts): Impact {
  if (state === 'stopped') return 'deploy';
  return state === 'created' || running === 'false' ? 'down' : 'deploy';
}

/** What the last deploy failed of, more exactly than its output alone tells. */
export const failedDeploy: CauseRule = (facts) => {
  const { failed } = facts;
  if (failed === undefined) return [];
  const { code } = failed.diagnosis;
  if (code === 'CRASHED_AT_BOOT' || code === 'HEALTH_CHECK_FAILED') {
    const port = portOfFailed(facts, failed);
    if (port !== undefined) return [port];
  }
  if (code === 'CRASHED_AT_BOOT') return [crashed(facts, failed)];
  return [plain(facts, failed)];
};

/** The deciding lines of its output. */
export function evidenceOf(
  { build, diagnosis }: FailedBuild,
  application: { readonly name: string },
): string[] {
  return diagnosis.evidence.map((line) => `builds:output ${application.name} ${build.id}: ${line}`);
}

/** The new version did come up and listens where nobody asks. */
function portOfFailed(facts: AppFacts, failed: FailedBuild): Cause | undefined {
  const elsewhere = listensElsewhere(failed.output.own);
  const said = listeningPorts(containerLines(failed));
  const refused = /dial tcp \S+:(\d+): connect: connection refused/.exec(failed.output.own.join('\n'));
  const expected = elsewhere?.value.expected ?? Number(refused?.[1] ?? Number.NaN);
  const actual = elsewhere === undefined ? said.at(-1)?.value : portOf(elsewhere.value.actual);
  if (Number.isNaN(expected) || actual === undefined) return undefined;
  if (elsewhere === undefined && said.some(({ value }) => value === expected)) return undefined;
  const where = `builds:output ${facts.application.name} ${failed.build.id}`;
  return wrongPort(facts, {
    expected,
    actual,
    bound: elsewhere?.value.actual,
    impact: impactOfDeploy(facts),
    confidence: elsewhere === undefined ? 'likely' : 'certain',
    evidence: [...said.map(({ line }) => `${where}: ${line}`), ...evidenceOf(failed, facts.application)],
  });
}

const containerLines = ({ output }: FailedBuild): string[] =>
  output.blocks.filter(({ kind }) => kind === 'container').flatMap(({ lines }) => lines);

const dockerErrors = ({ output: { own } }: FailedBuild): string[] =>
  own.filter((line) => /^(?:docker: )?Error(?: response from daemon)?: |OCI runtime/.test(line));

function crashed(facts: AppFacts, failed: FailedBuild): Cause {
  const { application } = facts;
  const process = /\((\S+\.\d+)\)/.exec(
    failed.output.own.find((line) => /Could not start due to/.test(line)) ?? '',
  )?.[1];
  return causeOfDeath(facts, {
    lines: [...facts.failedLog, ...dockerErrors(failed), ...containerLines(failed)],
    process: process ?? 'web.1',
    impact: impactOfDeploy(facts),
    when: 'when it was started by the last deploy',
    evidence: evidenceOf(failed, application),
    again: next.again(facts),
    startedAt: failed.build.startedAt,
  });
}

/** Causes that the output of a deploy names beyond doubt, in our words. */
const WORDS: Readonly<Record<string, string>> = {
  BUILD_FAILED: 'The image could not be built: mend the failing step in the source, then deploy it again.',
  DISK_FULL: 'The disk of the host is full, so nothing can be pulled, built or started: make room first.',
  HEALTH_CHECK_FAILED:
    'The new version started, but did not pass its health check: make it answer the check (or correct the check in app.json), then deploy it again.',
  IMAGE_NOT_FOUND:
    'The image is not on the host and cannot be pulled: check its name and tag, that the registry still has it, and that the host may read it, then deploy it again.',
  OUT_OF_MEMORY: 'The host, or a limit, left the deploy too little memory: give it more, then deploy again.',
  RELEASE_TASK_FAILED:
    'The release task failed, so the new version was not started: mend the task (or what it works on), then deploy again.',
};

function plain(facts: AppFacts, failed: FailedBuild): Cause {
  const { application } = facts;
  const { code, phase, advice } = failed.diagnosis;
  const known = code !== 'UNKNOWN';
  return {
    code: known ? code : 'DEPLOY_FAILED',
    impact: impactOfDeploy(facts),
    confidence: known ? 'certain' : 'possible',
    explanation:
      WORDS[code] ??
      `The last deploy failed in the ${phase} phase. ${known ? advice : 'Its output tells more.'}`,
    evidence: evidenceOf(failed, application),
    next: nextOf(facts, failed),
  };
}

function nextOf(facts: AppFacts, { build, diagnosis: { code } }: FailedBuild): NextCall {
  if (code === 'DISK_FULL') return next.cleanUp();
  if (code === 'UNKNOWN') return next.readOutput(facts.application.name, build.id);
  return next.again(facts);
}
