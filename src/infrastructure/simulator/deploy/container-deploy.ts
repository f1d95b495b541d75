import { Exit } from '../invocation.ts';
import { title, verbose, warning } from '../output.ts';
import { effectivePortMaps } from '../proxy/port-maps.ts';
import type { SimulatedContainer } from '../state.ts';
import { containerLogs, shortId, startContainer, stopContainer } from './containers.ts';
import type { Deploy } from './deploy.ts';
import { checksOf, runChecks } from './health.ts';
import { type Manifest, processCommand } from './manifest.ts';
import { poisonWarning } from './poison.ts';
import { containerFault } from './refusals.ts';

const BIN = '/var/lib/dokku/plugins/available/scheduler-docker-local/bin';

/** One process of a deploy: its type, how many there shall be, and whether its checks are off. */
export interface ProcessPlan {
  readonly type: string;
  readonly count: number;
  readonly checks: 'on' | 'disabled' | 'skipped';
  readonly retireSeconds: string;
  /** True below ps:rebuild and ps:restart, which carry standard error on their own way. */
  readonly wrapped: boolean;
}

/** Starts, checks and adopts one container (bin/scheduler-deploy-process-container of plugins/scheduler-docker-local). */
export async function deployContainer(
  deploy: Deploy,
  manifest: Manifest,
  plan: ProcessPlan,
  index: number,
): Promise<void> {
  const { app, host } = deploy;
  const name = `${plan.type}.${index}`;
  await deploy.sleep(1500);
  poisonWarning(deploy);
  const fault = containerFault(host, app, plan.type);
  if (fault !== undefined) {
    deploy.err(fault);
    jobFailed(deploy, plan, index);
  }
  const web = plan.type === 'web';
  const port = web ? effectivePortMaps(host, app).find(({ scheme }) => scheme !== 'udp') : undefined;
  await deploy.sleep(web ? 2500 : 500);
  poisonWarning(deploy);
  const container = startContainer(host, app, manifest.image, {
    type: plan.type,
    index,
    command: processCommand(manifest, plan.type),
    port: port === undefined ? '' : String(port.containerPort),
  });
  await deploy.sleep(600);
  if (plan.checks !== 'disabled') {
    deploy.out(verbose(`Attempting pre-flight checks (${name})`));
    await deploy.sleep(700);
    await checkContainer(deploy, manifest, plan, container, index);
  }
  adopt(deploy, plan, container);
}

async function checkContainer(
  deploy: Deploy,
  manifest: Manifest,
  plan: ProcessPlan,
  container: SimulatedContainer,
  index: number,
): Promise<void> {
  const { host } = deploy;
  const name = `${plan.type}.${index}`;
  if (plan.checks === 'skipped') {
    if (!deploy.flags.quiet) deploy.out(title(`Zero downtime checks have been skipped (${name})`));
    return;
  }
  const checks = checksOf(plan.type, manifest.appJson?.healthchecks?.[plan.type]);
  const failed = await runChecks(deploy, container, checks, plan.wrapped);
  if (failed === 0) {
    deploy.out(verbose(`All checks successful (${name})`));
    printOutput(deploy, container, name);
    await deploy.sleep(300);
    return;
  }
  stopContainer(host, container);
  deploy.out(`${container.id}\n`);
  deploy.err(warning(`Could not start due to ${failed} failed checks (${name})`));
  printOutput(deploy, container, name);
  printOutput(deploy, container, name);
  retire(deploy, plan, container.id);
  await deploy.sleep(400);
  jobFailed(deploy, plan, index);
}

/** What the container has printed so far, between two lines that name it. */
export function printOutput(
  deploy: Pick<Deploy, 'app' | 'flags' | 'host' | 'out'>,
  container: SimulatedContainer,
  name: string,
): void {
  if (deploy.flags.quiet) return;
  const label = `${deploy.app.name} container output (${shortId(container.id)} ${name})`;
  deploy.out(title(`Start of ${label}`));
  for (const { text } of containerLogs(deploy.host, container)) deploy.out(verbose(text));
  deploy.out(title(`End of ${label}`));
}

/** The end of a process whose container did not come up, as GNU parallel tells it. */
function jobFailed(deploy: Deploy, { type, count }: ProcessPlan, index: number): never {
  const { name } = deploy.app;
  const rest = `${name} dockerfile dokku/${name}:latest latest ${type} ${count}`;
  deploy.err(`parallel: This job failed:\n${BIN}/scheduler-deploy-process-container ${rest} ${index}\n`);
  if (type !== 'web') deploy.err(`parallel: This job failed:\n${BIN}/scheduler-deploy-process ${rest}\n`);
  throw new Exit(1);
}

function adopt(deploy: Deploy, plan: ProcessPlan, container: SimulatedContainer): void {
  const { app, host } = deploy;
  const old = app.containers.find(
    ({ processType, index }) => processType === plan.type && index === container.index,
  );
  if (old !== undefined) {
    deploy.out(
      verbose(
        `Scheduling old container shutdown in ${plan.retireSeconds} seconds (${plan.type}.${container.index})`,
      ),
    );
    retire(deploy, plan, old.id);
  }
  app.containers = app.containers.filter((other) => other !== old);
  app.containers.push(container);
  for (const other of old === undefined ? [] : [old]) stopContainer(host, other);
}

/** Notes a container for ps:retire, which removes it when its time has come (scheduler-register-retired). */
export function retire(
  deploy: Deploy,
  { retireSeconds }: Pick<ProcessPlan, 'retireSeconds'>,
  id: string,
): void {
  const at = deploy.host.now() + (Number.parseInt(retireSeconds, 10) || 0) * 1000;
  deploy.app.retired = [...(deploy.app.retired ?? []), { id, at }];
}
