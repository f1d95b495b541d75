import type { AppFacts, Cause, CauseRule, Impact } from './cause.ts';
import { causeOfDeath } from './causes-death.ts';
import { diskLine } from './clues.ts';
import * as next from './next-calls.ts';
import type { Process } from './process.ts';

/** Below so many restarts a crash healed itself and may be long past. */
const FEW_RESTARTS = 3;

const nameOf = ({ type, index }: Process): string => `${type}.${index}`;
const isUp = ({ state }: Process): boolean =>
  state === 'running' || state === 'created' || state === 'paused';
const linesOf = ({ log }: AppFacts, process: string): string[] =>
  log.filter((line) => line.process === process).map(({ text }) => text);

export const stopped: CauseRule = (facts) => {
  const { name, state, running } = facts.application;
  if (state !== 'stopped' || running === 'true') return [];
  const service = facts.services.find(({ status }) => status !== 'running');
  return [
    {
      code: 'STOPPED',
      impact: 'down',
      confidence: 'certain',
      explanation:
        service === undefined
          ? 'The app was stopped by hand (ps:stop) and stays down, also over a reboot, until it is started.'
          : `The app was stopped by hand (ps:stop); start its ${service.type} service ${service.name} before it, or the start fails.`,
      evidence: [`ps:report ${name}: running ${running}, restore false`],
      next: next.start(name),
    },
  ];
};

/** Processes that ended and were not stopped: by docker's word on their end and by their last lines. */
export const died: CauseRule = (facts) => {
  const { name, state, processes } = facts.application;
  if (state === 'created' || state === 'stopped') return [];
  const dead = processes.filter((process) => !isUp(process) && process.state !== 'missing');
  const impact: Impact = impactOf(facts, dead);
  return dead.map((process) => {
    const { restarts, exitCode, outOfMemory, variables } = process;
    const lines = linesOf(facts, nameOf(process));
    const last = lines.filter((line) => line.trim() !== '').slice(-3);
    return causeOfDeath(facts, {
      lines,
      process: nameOf(process),
      impact,
      when: restarts ? `each of the ${restarts + 1} times docker started it` : 'while it ran',
      evidence: [
        `ps:inspect ${name}: ${told(process)}`,
        ...[...new Set(last)].map((line) => `logs ${name}: ${line}`),
      ],
      again: next.restart(name),
      ...(outOfMemory === undefined ? {} : { killedForMemory: outOfMemory }),
      ...(exitCode === undefined ? {} : { exitCode }),
      ...(variables === undefined ? {} : { startedWith: variables }),
    });
  });
};

function told(process: Process): string {
  const { state, exitCode, restarts, outOfMemory } = process;
  return [
    `${nameOf(process)} ${state}`,
    ...(exitCode === undefined ? [] : [`exit code ${exitCode}`]),
    ...(restarts === undefined ? [] : [`restarted ${restarts} times`]),
    ...(outOfMemory === true ? ['OOMKilled true'] : []),
  ].join(', ');
}

/** Nobody is served when no web process is left, or none at all of an app without web. */
function impactOf({ application: { processes } }: AppFacts, dead: readonly Process[]): Impact {
  const left = processes.filter((process) => !dead.includes(process));
  const web = processes.some(({ type }) => type === 'web');
  return left.some(({ type }) => !web || type === 'web') ? 'degraded' : 'down';
}

/** Not there, scaled away, or down for no reason that shows. */
export const absent: CauseRule = (facts) => {
  const { name, state, running, processes, scale, builds } = facts.application;
  if (state === 'created') {
    if (facts.failed !== undefined) return [];
    return [
      {
        code: 'NOT_DEPLOYED',
        impact: 'down',
        confidence: 'certain',
        explanation: 'Nothing was deployed to the app yet: deploy it (the image in the call is an example).',
        evidence: [`ps:report ${name}: deployed false`, `builds:list ${name}: ${builds.length} builds`],
        next: { tool: 'deploy_start', arguments: { app: name, image: 'registry.example.com/team/app:1' } },
      },
    ];
  }
  if (state !== 'deployed') return [];
  const desired = Object.entries(scale.desired);
  if (desired.length > 0 && desired.every(([, count]) => count === 0)) {
    return [
      {
        code: 'SCALED_TO_ZERO',
        impact: 'down',
        confidence: 'certain',
        explanation: 'Every process type is scaled to zero, so nothing runs.',
        evidence: [`ps:scale ${name}: ${desired.map(([type, count]) => `${type}=${count}`).join(' ')}`],
        next: next.scale(name, 'web' in scale.desired ? 'web' : (desired[0]?.[0] ?? 'web')),
      },
    ];
  }
  const gone = processes.filter((process) => process.state === 'missing');
  if (gone.length === 0 && (running !== 'false' || processes.some((process) => !isUp(process)))) return [];
  return [
    {
      code: 'NOT_RUNNING',
      impact: running === 'false' ? 'down' : 'degraded',
      confidence: 'likely',
      explanation:
        'Containers of the app are gone although nobody stopped it (a reboot, or docker was cleaned up).',
      evidence: [
        `ps:report ${name}: running ${running}${gone.map((process) => `, ${told(process)}`).join('')}`,
      ],
      next: next.restart(name),
    },
  ];
};

/** What shows on processes that do run. */
export const unwell: CauseRule = (facts) => {
  const { name, processes, state } = facts.application;
  if (state === 'stopped') return [];
  const causes: Cause[] = [];
  const sick = processes.filter((process) => isUp(process) && process.health === 'unhealthy');
  for (const process of sick) {
    causes.push({
      code: 'HEALTH_CHECK_FAILED',
      impact: impactOf(facts, sick),
      confidence: 'certain',
      explanation: `${nameOf(process)} runs, but fails the health check of its image: its log says why; a restart helps where it hangs.`,
      evidence: [
        `ps:inspect ${name}: ${nameOf(process)} running, health unhealthy`,
        ...linesOf(facts, nameOf(process))
          .slice(-2)
          .map((line) => `logs ${name}: ${line}`),
      ],
      next: next.restart(name),
    });
  }
  const restless = processes.find((process) => isUp(process) && (process.restarts ?? 0) >= FEW_RESTARTS);
  if (restless !== undefined) {
    causes.push({
      code: 'RESTARTS',
      impact: 'notice',
      confidence: 'likely',
      explanation: `${nameOf(restless)} runs now, but docker had to start it again ${restless.restarts} times: it crashes from time to time.`,
      evidence: [`ps:inspect ${name}: ${told(restless)}`],
      next: next.readLog(name, nameOf(restless)),
    });
  }
  const full = diskLine(facts.log.map(({ text }) => text));
  if (full !== undefined && processes.every(isUp)) {
    causes.push({
      code: 'DISK_FULL',
      impact: 'degraded',
      confidence: 'likely',
      explanation: 'The app writes to a disk that is full: make room.',
      evidence: [`logs ${name}: ${full.line}`],
      next: next.cleanUp(),
    });
  }
  return causes;
};
