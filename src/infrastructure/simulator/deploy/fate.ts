import type { SimulatedHost } from '../host.ts';
import type { SimulatedApp, SimulatedContainer } from '../state.ts';
import { crashes, memoryGrace, memoryNeed } from './program.ts';

/*
 * What becomes of a process by itself: the program may end with an error, or take more memory than its container may
 * have, so that the kernel kills it. Docker starts it again, each time after twice the pause, as often as its policy says.
 */

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 60_000;
/** Nobody looks at what is older. */
const MOST_RUNS = 1000;

/** Bytes in docker's notation (`128m`); 0 for none. */
export function bytes(text: string): number {
  const found = /^(\d+(?:\.\d+)?)\s?([kmgt]?)/i.exec(text);
  const power = ['', 'k', 'm', 'g', 't'].indexOf((found?.[2] ?? '').toLowerCase());
  return found === null ? 0 : Math.round(Number(found[1]) * 1024 ** power);
}

/** The memory that docker gives to a process of this type; 0 without a limit. */
export function memoryLimit(app: SimulatedApp, type: string): number {
  return bytes(
    app.resources.get(`${type}.limit.memory`) ?? app.resources.get('_default_.limit.memory') ?? '',
  );
}

/** True when the program outgrows what its container may have. */
export function starves({ environment = {}, memoryLimit: limit = 0 }: SimulatedContainer): boolean {
  return limit > 0 && memoryNeed(environment) > limit;
}

/** True when the process never comes up. */
export function endsAtBoot(container: SimulatedContainer): boolean {
  const { environment = {} } = container;
  return crashes(environment) || (starves(container) && memoryGrace(environment) === 0);
}

/** The code of the container's last end; docker says 0 while it runs. */
export const exitCode = (container: SimulatedContainer): number =>
  container.state === 'running' || !endsByItself(container) ? 0 : starves(container) ? 137 : 3;

const endsByItself = (container: SimulatedContainer): boolean => endsAtBoot(container) || starves(container);

/** Lets the ends and restarts happen that are due by now. Only containers that a deploy took over grow old. */
export function ageContainers(host: SimulatedHost): void {
  const now = host.now();
  for (const app of host.apps.values()) {
    for (const container of app.containers) {
      if (container.stoppedAt === undefined && endsByItself(container)) age(container, now);
    }
  }
}

function age(container: SimulatedContainer, now: number): void {
  const life = endsAtBoot(container) ? 0 : memoryGrace(container.environment ?? {});
  const most = Math.min(container.restartLimit ?? MOST_RUNS, MOST_RUNS);
  let ended = container.startedAt + life;
  for (let run = 0; ended <= now; run++) {
    const again = ended + Math.min(FIRST_PAUSE_MS * 2 ** run, LONGEST_PAUSE_MS);
    container.restartCount = Math.max(container.restartCount, again <= now ? run + 1 : run);
    if (run >= most) {
      container.restartCount = most;
      container.state = 'exited';
      container.stoppedAt = ended;
      return;
    }
    container.state = again > now || life === 0 ? 'restarting' : 'running';
    ended = again + life;
  }
}
