import { byBytes, requireAppOfShell } from '../access.ts';
import { printOutput } from '../deploy/container-deploy.ts';
import { checksOf, runChecks } from '../deploy/health.ts';
import type { Family, Handler, Invocation } from '../invocation.ts';
import { fail, info, title, verbose, warning } from '../output.ts';
import type { SimulatedApp } from '../state.ts';

/** checks:run: the checks of running containers, all of them or those of some process types (plugins/checks/subcommands/run). */
const run: Handler = async (call) => {
  await call.sleep(60);
  const app = requireAppOfShell(call, call.args[0]);
  const [, wanted = '_all_'] = call.args;
  call.out(info('Running pre-flight checks'));
  await call.sleep(70);
  if (wanted === '_all_' || wanted === '') return checkTypes(call, app, undefined);
  for (const word of wanted.split(',')) {
    const [type = '', index] = word.split('.');
    const exit =
      index === undefined
        ? await checkTypes(call, app, type)
        : await checkOne(call, app, type, Number(index));
    if (exit !== 0) return exit;
  }
  return 0;
};

async function checkTypes(call: Invocation, app: SimulatedApp, only: string | undefined): Promise<number> {
  let valid = false;
  for (const [type, count] of [...app.scale].sort(([a], [b]) => byBytes(a, b))) {
    if (only !== undefined && type !== only) continue;
    valid = true;
    if (app.checks.disabled.includes('_all_') || app.checks.disabled.includes(type)) {
      call.out(info(`Zero downtime is disabled for app (${app.name}.${type}). Skipping checks`));
      continue;
    }
    for (let index = 1; index <= count; index++) {
      const exit = await checkOne(call, app, type, index);
      if (exit !== 0) return exit;
    }
  }
  if (!valid) fail(call, `Invalid process type specified (${app.name}.${only ?? ''})`);
  return 0;
}

async function checkOne(call: Invocation, app: SimulatedApp, type: string, index: number): Promise<number> {
  const container = app.containers.find((one) => one.processType === type && one.index === index);
  if (container === undefined) fail(call, `Invalid container index specified (${app.name}.${type}.${index})`);
  call.out(info(`Running checks for app (${app.name}.${type}.${index})`));
  await call.sleep(700);
  if (app.checks.skipped.includes('_all_') || app.checks.skipped.includes(type)) {
    if (!call.flags.quiet) call.out(title(`Zero downtime checks have been skipped (${type}.)`));
    return 0;
  }
  const own = { ...call, app };
  // The script leaves the index of the container empty, and a trap then finds the name of a file in its place.
  const file = `/tmp/dokku-${call.host.random.integer(1000, 32_000)}-trigger-scheduler-docker-local-check-deploy.${call.host.random.base36(6)}`;
  if (container.state !== 'running') {
    call.err(`\x1b[1m\x1b[31m !     \x1b[0m\x1b[0mContainer state: ${container.state}\n`);
    call.out(`${container.id}\n`);
    call.err(warning(`Could not start due to 1 failed checks (${type}.)`));
    printOutput(own, container, `${type}.${file}`);
    return 1;
  }
  const failed = await runChecks(call, container, checksOf(type, app.appJson?.healthchecks?.[type]), false);
  if (failed > 0) {
    container.state = 'exited';
    container.stoppedAt = call.host.now();
    call.out(`${container.id}\n`);
    call.err(warning(`Could not start due to ${failed} failed checks (${type}.)`));
  } else {
    call.out(verbose(`All checks successful (${type}.)`));
  }
  printOutput(own, container, `${type}.${file}`);
  return failed > 0 ? 1 : 0;
}

/** The command of the checks plugin that runs checks. */
export const checksRun: Family = { commands: { 'checks:run': run } };
