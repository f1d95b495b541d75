import type { Service } from './service.ts';

/** How a service stands, and what to do when it is not as it should be. */
export interface Condition {
  readonly state: 'running' | 'paused' | 'stopped' | 'broken';
  readonly problem?: string;
  readonly remedy?: string;
}

/**
 * Tells the states of `X:info` apart (measured): a stopped service has no container but keeps its id, one whose create
 * or start failed has neither; a container that was only `created`, or is `restarting`, never served.
 */
export function conditionOf(service: Service): Condition {
  const { status, hadContainer, links } = service;
  const call = (action: string): string =>
    `services_set {"action": "${action}", "type": "${service.type}", "service": "${service.name}"}`;
  const apps = links.length === 0 ? '' : ` The next restart of ${links.join(', ')} fails until it runs.`;
  switch (status) {
    case 'running':
      return portProblem(service) ?? { state: 'running' };
    case 'exited':
      return { state: 'paused', problem: `It is paused.${apps}`, remedy: `Start it: ${call('start')}` };
    case 'restarting':
      return {
        state: 'broken',
        problem: `Its container starts and dies again and again.${apps}`,
        remedy: `Read services_logs. After an upgrade, upgrade back to the version it had (the data stays); when it was just created, remove it: ${call('destroy')}`,
      };
    case 'missing':
      return hadContainer
        ? {
            state: 'stopped',
            problem: `It is stopped; its data stays.${apps}`,
            remedy: `Start it: ${call('start')}`,
          }
        : halfMade(
            `It has no container: its creation, or its last start, failed (a bad option, memory or network).${apps}`,
            call,
          );
    case 'created':
      return halfMade(
        `Its container was made but never ran (often a network that is not there).${apps}`,
        call,
      );
    default:
      return {
        state: 'broken',
        problem: `Docker says "${status}".${apps}`,
        remedy: `Read services_logs, then restart it: ${call('restart')}`,
      };
  }
}

function halfMade(problem: string, call: (action: string) => string): Condition {
  return {
    state: 'broken',
    problem,
    remedy: `Nothing repairs a failed creation but removing it, and while it stands its name is taken: ${call('destroy')}. When it held data before, mend the network or option first and start it: ${call('start')}`,
  };
}

/** A failed expose is recorded all the same; a port that cannot be one is recorded and never open. */
function portProblem({ type, name, exposed }: Service): Condition | undefined {
  const bad = exposed.find((port) => !/->(?:[\d.]+:)?[1-9]\d{0,4}$/.test(port));
  if (bad === undefined) return undefined;
  return {
    state: 'running',
    problem: `The port ${bad} is recorded, but it is none and nothing is open.`,
    remedy: `Take it back: services_set {"action": "unexpose", "type": "${type}", "service": "${name}"}`,
  };
}
