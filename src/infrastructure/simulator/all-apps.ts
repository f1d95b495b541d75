import { requireApps } from './access.ts';
import { Exit, type Invocation } from './invocation.ts';
import { fail, info, warning } from './output.ts';
import type { SimulatedApp } from './state.ts';

/** Something done to one app; returns its exit code. */
export type AppCommand = (app: SimulatedApp) => Promise<number>;

/**
 * Runs a command against every app, one after the other or several at a time (RunCommandAgainstAllApps of
 * plugins/common/parallel.go): -1 takes as many as there are processors. Returns the exit code.
 */
export async function againstAllApps(
  call: Invocation,
  name: string,
  parallel: number,
  command: AppCommand,
): Promise<number> {
  if (parallel < -1) fail(call, `Invalid value ${parallel} for --parallel flag`);
  if (parallel === -1) call.err(warning('Setting --parallel=-1 value to CPU count of 2'));
  if (parallel === 0 || parallel === 1) {
    call.err(warning(`Running ${name} in serial mode`));
    return inSeries(call, name, command);
  }
  const waiting = [...requireApps(call)];
  const faults: string[] = [];
  const work = async (): Promise<void> => {
    for (let app = waiting.shift(); app !== undefined; app = waiting.shift()) {
      call.out(info(`Running command against ${app.name}`));
      if ((await exitOf(() => command(app))) !== 0) faults.push(app.name);
    }
  };
  await Promise.all(Array.from({ length: parallel === -1 ? 2 : parallel }, work));
  for (const app of faults) call.err(warning(`Error running ${name} against ${app}: `));
  if (faults.length > 0) fail(call, `Encountered ${faults.length} errors during parallel run`);
  return 0;
}

/** Runs a command against every app in the order of their names (RunCommandAgainstAllAppsSerially). */
export async function inSeries(call: Invocation, name: string, command: AppCommand): Promise<number> {
  let errors = 0;
  for (const app of requireApps(call)) {
    call.out(info(`Running ${name} against app ${app.name}`));
    if ((await exitOf(() => command(app))) === 0) continue;
    errors++;
    call.err(warning(`Error running ${name} against app ${app.name}: `));
  }
  if (errors > 0) fail(call, `${name} command returned ${errors} errors`);
  return 0;
}

async function exitOf(work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Exit) return error.code;
    throw error;
  }
}
