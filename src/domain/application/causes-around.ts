import type { AppFacts, Cause, CauseRule } from './cause.ts';
import { evidenceOf, impactOfDeploy } from './causes-deploy.ts';
import { refusedLine } from './clues.ts';
import * as next from './next-calls.ts';

/** A value that Dokku stored and cannot read back takes every variable from the app at its next start. */
export const unreadableConfig: CauseRule = ({ application: { name }, unread }) => {
  const poisoned = unread.find(({ code }) => code === 'POISONED_CONFIG');
  if (poisoned === undefined) return [];
  return [
    {
      code: 'POISONED_CONFIG',
      impact: 'down',
      confidence: 'certain',
      explanation: `Dokku can no longer read the app's variables (one ends in a double quote or a backslash), so every start is without any: an administrator has to mend /home/dokku/${name}/ENV on the host; then this call shows them again.`,
      evidence: [`config:keys ${name}: ${poisoned.reason}`],
      next: next.readVariables(name),
    },
  ];
};

/** Linked data services that do not run, or did not when the last deploy wanted them. */
export const stoppedService: CauseRule = (facts) => {
  const { name } = facts.application;
  const down: Cause[] = facts.services
    .filter(({ status }) => status !== 'running')
    .map(({ type, name: service, status }) => {
      const refused = refusedLine(facts.log.map(({ text }) => text));
      return {
        code: 'SERVICE_STOPPED',
        impact: 'down',
        confidence: 'certain',
        explanation: `The app is linked to the ${type} service ${service}, which does not run: start it, then restart the app if that does not come back by itself.`,
        evidence: [
          `${type}:info ${service}: status ${status}`,
          ...(refused === undefined ? [] : [`logs ${name}: ${refused.line}`]),
          ...missedEvidence(facts),
        ],
        next: next.startService(type, service),
      };
    });
  const [type, service] = missedService(facts);
  if (type === undefined || service === undefined || down.length > 0) return down;
  const known = facts.services.find((one) => one.type === type && one.name === service);
  return [
    {
      code: 'SERVICE_STOPPED',
      impact: impactOfDeploy(facts),
      confidence: known === undefined ? 'certain' : 'likely',
      explanation:
        known === undefined
          ? `The ${type} service ${service}, to which the app is linked, has no container, so the app could not be started: start the service.`
          : `The last deploy failed because the ${type} service ${service} was stopped; it runs again, so deploy or restart now.`,
      evidence: missedEvidence(facts),
      next: known === undefined ? next.startService(type, service) : next.restart(name),
    },
  ];
};

function missedEvidence({ failed, application }: AppFacts): string[] {
  return failed?.diagnosis.code === 'SERVICE_MISSING' ? evidenceOf(failed, application) : [];
}

/** The service that docker did not find when the last deploy started the app. */
function missedService({ failed }: AppFacts): readonly string[] {
  if (failed?.diagnosis.code !== 'SERVICE_MISSING') return [];
  const found = /could not get container for dokku\.([a-z]+)\.(\S+): No such container/.exec(
    failed.output.own.join('\n'),
  );
  return found === null ? [] : found.slice(1);
}

/** A deploy that runs holds the lock; a lock without one was left behind or set by hand. */
export const lockHeld: CauseRule = (facts) => {
  const { name, locked, builds, state } = facts.application;
  const runs = builds.find(({ status }) => status === 'running');
  if (runs !== undefined) {
    const { refused } = facts;
    return [
      {
        code: 'LOCKED',
        impact: state === 'created' || facts.application.running === 'false' ? 'degraded' : 'deploy',
        confidence: 'certain',
        explanation: `A deploy of the app is running and holds its lock, so another one is refused: follow it to its end, or end it with deploy_cancel.`,
        evidence: [
          `builds:list ${name}: ${runs.id} (${runs.source}) running`,
          ...(refused === undefined
            ? []
            : [`builds:output ${name} ${refused.id}: ${name} currently has a deploy lock in place`]),
        ],
        next: { tool: 'deploy_status', arguments: { app: name, id: runs.id } },
      },
    ];
  }
  if (!locked) return [];
  const cut = builds.find(({ status }) => status === 'interrupted');
  return [
    {
      code: 'LOCKED',
      impact: 'deploy',
      confidence: 'certain',
      explanation:
        'The app has a deploy lock although nothing is being deployed: a deploy that was cut off (or whose build failed) left it, or somebody locked the app by hand.',
      evidence: [
        `apps:report ${name}: locked true`,
        `builds:list ${name}: none running${cut === undefined ? '' : `, ${cut.id} (${cut.source}) without an end`}`,
      ],
      next: next.unlock(name),
    },
  ];
};
