import { SimulatedHost } from '../../src/infrastructure/simulator/host.ts';
import { runSession } from '../../src/infrastructure/simulator/session.ts';
import { attemptsOf } from './attempts.ts';
import { type CorpusCase, expand, expectationOf } from './case.ts';
import { judgeFrame } from './frames.ts';
import { judgeHttp } from './http/http-cases.ts';
import { type Served, startServed } from './http/served.ts';
import { judgeToken } from './http/token-cases.ts';
import { startTarget, type Target } from './target.ts';
import { judgeOutput } from './untrusted.ts';
import { judge } from './verdict.ts';

export interface Failure {
  readonly id: string;
  readonly reason: string;
}

/** What came of a corpus. A case that no part of the product takes is not applicable, never passed. */
export interface CorpusResult {
  readonly cases: number;
  readonly pass: number;
  readonly notApplicable: readonly Failure[];
  readonly failures: readonly Failure[];
  readonly groups: ReadonlyMap<string, { pass: number; fail: number; notApplicable: number }>;
}

/** Groups of cases for the HTTP endpoint. */
const OVER_HTTP: ReadonlySet<string> = new Set(['http', 'auth_jwt']);

/** Runs every case through the tools of the product; a crash or an unhandled rejection fails the case that caused it. */
export async function runCorpus(cases: readonly CorpusCase[]): Promise<CorpusResult> {
  const crashes: string[] = [];
  const crashed = (error: unknown): void => void crashes.push(error instanceof Error ? error.message : String(error));
  process.on('unhandledRejection', crashed);
  process.on('uncaughtException', crashed);
  const target = await startTarget();
  const served = cases.some(({ group }) => OVER_HTTP.has(group)) ? await startServed() : undefined;
  const groups = new Map<string, { pass: number; fail: number; notApplicable: number }>();
  const notApplicable: Failure[] = [];
  const failures: Failure[] = [];
  try {
    for (const given of cases) {
      const count = groups.get(given.group) ?? { pass: 0, fail: 0, notApplicable: 0 };
      groups.set(given.group, count);
      const impossible = await impossibleOnDokku(given);
      const { positive: _, ...hostile } = given;
      const wanted = impossible === undefined ? given : { ...hostile, expect: 'INVALID_ARGUMENT' };
      const reasons = await reasonsAgainst(wanted, target, served);
      reasons.push(...crashes.splice(0).map((crash) => `crash: ${crash}`));
      if (impossible !== undefined && reasons.length === 0) {
        notApplicable.push({ id: given.id, reason: impossible });
        count.notApplicable += 1;
        continue;
      }
      if (reasons.length === 0) count.pass += 1;
      else {
        failures.push({ id: given.id, reason: reasons.join('; ') });
        count.fail += 1;
      }
    }
  } finally {
    await target.stop();
    await served?.stop();
    process.off('unhandledRejection', crashed);
    process.off('uncaughtException', crashed);
  }
  const pass = cases.length - notApplicable.length - failures.length;
  return { cases: cases.length, pass, notApplicable, failures, groups };
}

async function reasonsAgainst(given: CorpusCase, target: Target, served: Served | undefined): Promise<string[]> {
  try {
    if (served !== undefined && OVER_HTTP.has(given.group)) {
      return given.group === 'http' ? await judgeHttp(given, served) : await judgeToken(given, served);
    }
    if (given.group === 'jsonrpc') return await judgeFrame(given);
    if (given.group === 'untrusted_output') return await judgeOutput(given, target);
    const attempts = attemptsOf(given);
    return attempts === undefined ? [`no tool takes the group ${given.group}`] : await judge(given, attempts, target);
  } catch (error) {
    return [`the run itself failed: ${error instanceof Error ? error.message : String(error)}`];
  }
}

/**
 * Dokku itself loses some values (it answers 0 and the configuration of the app is unreadable). The simulated host has
 * that from recordings of a real one; where it cannot keep a value that was to be accepted, a refusal is right.
 */
async function impossibleOnDokku(given: CorpusCase): Promise<string | undefined> {
  if (given.group !== 'env_value' || expectationOf(given).kind !== 'accepted') return undefined;
  const { vars } = expand(given.input) as { vars: Readonly<Record<string, string>> };
  const host = new SimulatedHost({ speed: 0 });
  await runSession(host, { line: 'apps:create scratch' });
  const stdin = Buffer.from(JSON.stringify(vars));
  await runSession(host, { line: 'config:import --no-restart --format json scratch -', stdin });
  await runSession(host, { line: 'config:set --no-restart scratch ANOTHER=1' });
  const app = host.apps.get('scratch');
  const kept = Object.entries(vars).every(([key, value]) => app?.config.get(key) === value);
  return kept && app?.poisoned === undefined
    ? undefined
    : 'Dokku 0.38 itself loses the configuration of an app with this value, so it is refused before it is sent';
}
