import type { AppFacts, Cause, CauseRule, Impact } from './cause.ts';
import { lockHeld, stoppedService, unreadableConfig } from './causes-around.ts';
import { failedDeploy } from './causes-deploy.ts';
import { answersWrong } from './causes-proxy.ts';
import { expiredCertificate, mappedElsewhere, noDomain, proxyOff } from './causes-routing.ts';
import { absent, died, stopped, unwell } from './causes-running.ts';

const RULES: readonly CauseRule[] = [
  unreadableConfig,
  stopped,
  stoppedService,
  died,
  absent,
  unwell,
  failedDeploy,
  lockHeld,
  proxyOff,
  mappedElsewhere,
  expiredCertificate,
  noDomain,
  answersWrong,
];

const IMPACTS: readonly Impact[] = ['down', 'degraded', 'deploy', 'notice'];
const CONFIDENCES: readonly Cause['confidence'][] = ['certain', 'likely', 'possible'];

/**
 * Between causes that hit alike, what brings others about goes first: an app without its variables misses one of them,
 * an app whose database is stopped crashes or fails its checks. A code that is not here stands where `*` stands.
 */
const ROOTS = [
  'POISONED_CONFIG',
  'STOPPED',
  'SERVICE_STOPPED',
  'DISK_FULL',
  'OUT_OF_MEMORY',
  'MISSING_VARIABLE',
  'WRONG_PORT',
  '*',
  'HEALTH_CHECK_FAILED',
  'CRASHED_AT_BOOT',
  'SCALED_TO_ZERO',
  'NOT_RUNNING',
  'PROXY_DISABLED',
  'UPSTREAM_REFUSED',
  'UPSTREAM_CLOSED',
  'UPSTREAM_TIMEOUT',
  'BODY_TOO_LARGE',
  'CERTIFICATE_EXPIRED',
  'LOCKED',
  'NO_DOMAIN',
  'RESTARTS',
];

const MOST_EVIDENCE = 8;

/**
 * The causes that the facts show, the one to mend first at the head: by whom they hit, then root before consequence,
 * then how sure they are. The same cause seen twice is told once. Empty when nothing wrong was found.
 */
export function rankCauses(facts: AppFacts): readonly Cause[] {
  const found = new Map<string, Cause>();
  for (const cause of RULES.flatMap((rule) => rule(facts))) {
    const known = found.get(cause.code);
    found.set(cause.code, known === undefined ? cause : merged(known, cause));
  }
  return [...found.values()].sort((a, b) => compare(keyOf(a), keyOf(b)));
}

function keyOf({ code, impact, confidence }: Cause): readonly number[] {
  const root = ROOTS.indexOf(code);
  return [IMPACTS.indexOf(impact), root < 0 ? ROOTS.indexOf('*') : root, CONFIDENCES.indexOf(confidence)];
}

function compare(a: readonly number[], b: readonly number[]): number {
  return a.map((value, index) => value - (b[index] ?? 0)).find((difference) => difference !== 0) ?? 0;
}

/** The stronger of two sightings speaks; the evidence of both counts. */
function merged(a: Cause, b: Cause): Cause {
  const [first, second] = compare(keyOf(a), keyOf(b)) <= 0 ? [a, b] : [b, a];
  const evidence = [...new Set([...first.evidence, ...second.evidence])].slice(0, MOST_EVIDENCE);
  return { ...first, evidence };
}
