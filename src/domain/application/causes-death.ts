import type { AppFacts, Cause, Impact, NextCall } from './cause.ts';
import { diskLine, errorLine, memoryLine, missingVariable } from './clues.ts';
import * as next from './next-calls.ts';

/** A process that did not live: what it wrote, and where that is to be read. */
export interface Death {
  readonly lines: readonly string[];
  /** `web.1` */
  readonly process: string;
  readonly impact: Impact;
  /** `when it was started by the last deploy` */
  readonly when: string;
  readonly evidence: readonly string[];
  /** Starts it again once the cause is mended. */
  readonly again: NextCall;
  /** What docker says of its end, where the container is still there. */
  /** Names of the variables that it was started with, or else when that was. */
  readonly startedWith?: readonly string[];
  readonly startedAt?: number;
  readonly killedForMemory?: boolean;
  readonly exitCode?: number;
}

const MEGABYTE = 1024 * 1024;

/** Why a process died, from the most telling sign to the least. */
export function causeOfDeath(facts: AppFacts, death: Death): Cause {
  const { lines, process, impact, evidence, again } = death;
  const [type = 'web'] = process.split('.');
  const common = { impact, evidence };
  const limit = memoryLimit(facts, type);
  const memory = memoryLine(lines);
  const variable = missingVariable(lines);
  const silent = errorLine(lines) === undefined;
  if (death.killedForMemory === true || memory !== undefined) {
    return {
      ...common,
      ...outOfMemory(facts, type, limit),
      confidence: death.killedForMemory === true ? 'certain' : 'likely',
    };
  }
  if (variable !== undefined) {
    return { ...common, ...missed(facts, death, variable.value) };
  }
  if (diskLine(lines) !== undefined) {
    return {
      ...common,
      code: 'DISK_FULL',
      confidence: 'likely',
      explanation: `${process} ended ${death.when} because a disk it writes to is full: make room first.`,
      next: next.cleanUp(),
    };
  }
  // Killed from outside a process says nothing; docker's own word is gone with the container of a failed deploy.
  if (limit !== undefined && silent && (death.exitCode === undefined || death.exitCode === 137)) {
    const confidence = death.exitCode === undefined ? 'possible' : 'likely';
    return { ...common, ...outOfMemory(facts, type, limit), confidence };
  }
  return {
    ...common,
    code: 'CRASHED_AT_BOOT',
    confidence: silent ? 'likely' : 'certain',
    explanation: `${process} ended by itself ${death.when}${
      death.exitCode === undefined ? '' : ` (exit code ${death.exitCode})`
    }: mend what it printed last, then start it again.`,
    next: again,
  };
}

/** The variable that it says it misses: not set, set in vain, or set since. */
function missed(
  { application, variables }: AppFacts,
  { process, when, again, startedWith, startedAt }: Death,
  name: string,
): Pick<Cause, 'code' | 'confidence' | 'explanation' | 'next'> {
  const code = 'MISSING_VARIABLE';
  const set = next.setVariable(application.name, name);
  if (!application.configKeys.includes(name)) {
    return {
      code,
      confidence: 'certain',
      explanation: `${process} ended ${when} because the config variable ${name} is not set: set it.`,
      next: set,
    };
  }
  if (variables?.empty.includes(name)) {
    return {
      code,
      confidence: 'certain',
      explanation: `${process} ended ${when} because the config variable ${name} is set, but empty: give it its value.`,
      next: set,
    };
  }
  const changed = variables?.changedAt.get(name);
  const since = changed !== undefined && startedAt !== undefined && changed > startedAt;
  if (startedWith === undefined ? since : !startedWith.includes(name)) {
    return {
      code,
      confidence: 'likely',
      explanation: `${process} ended ${when} because it missed ${name}, which was set only afterwards: start it again.`,
      next: again,
    };
  }
  return {
    code,
    confidence: 'likely',
    explanation: `${process} ended ${when} over the config variable ${name}, ${
      startedWith === undefined
        ? 'which is set (since before, as far as is known)'
        : 'with which it was started'
    }: its value is not what the app takes, so give it the right one.`,
    next: set,
  };
}

function outOfMemory(facts: AppFacts, type: string, limit: string | undefined) {
  const process = facts.application.resources[`${type}.limit.memory`] === undefined ? undefined : type;
  return {
    code: 'OUT_OF_MEMORY',
    explanation:
      limit === undefined
        ? `A process of type ${type} was ended for lack of memory on the host: give the host more, or limit what else runs there.`
        : `A process of type ${type} takes more than its memory limit of ${limit}, so it is ended each time: raise the limit, then restart.`,
    next:
      limit === undefined
        ? next.restart(facts.application.name)
        : next.raiseMemory(facts.application.name, process, doubled(limit)),
  };
}

/** The limit in force for a process type, as Dokku keeps it or as docker tells it. */
function memoryLimit({ application: { resources, processes } }: AppFacts, type: string): string | undefined {
  const kept = resources[`${type}.limit.memory`] ?? resources['_default_.limit.memory'];
  if (kept !== undefined && kept !== '') return kept;
  const bytes = processes.find((process) => process.type === type)?.memoryLimit;
  return bytes === undefined ? undefined : `${Math.max(1, Math.round(bytes / MEGABYTE))}m`;
}

/** Twice a limit such as `128m`, in the form that ps_set takes. */
function doubled(limit: string): string {
  const [, digits = '256', unit = ''] = /^(\d+)(?:\.\d+)?\s*([bkmg]?)/i.exec(limit) ?? [];
  return `${Number(digits) * 2}${unit.toLowerCase()}`;
}
