import { byBytes, computed, setProperty } from '../access.ts';
import { writeCrontab } from '../crontab.ts';
import { info, title, verbose, warning } from '../output.ts';
import { proxyType } from '../proxy/type.ts';
import { buildProxyConfig } from '../proxy.ts';
import type { SimulatedApp } from '../state.ts';
import { deployContainer, type ProcessPlan, retire } from './container-deploy.ts';
import { containers, dyno, shortId, stopContainer } from './containers.ts';
import { cronTasks } from './cron-tasks.ts';
import { type Deploy, isDeployed } from './deploy.ts';
import type { Manifest } from './manifest.ts';
import { poisonWarning } from './poison.ts';
import { runTask } from './tasks.ts';

/** What a rollout is about, besides the manifest. */
export interface Rollout {
  /** Only this process type. */
  readonly type?: string;
  /** True below ps:rebuild and ps:restart. */
  readonly wrapped?: boolean;
}

/** Starts the app's processes anew, web first, and lets the proxy follow (scheduler-deploy of plugins/scheduler-docker-local). */
export async function rollOut(deploy: Deploy, manifest: Manifest, rollout: Rollout = {}): Promise<void> {
  const { app, host } = deploy;
  const old = containers(app, rollout.type).map(({ id }) => id);
  const retireSeconds = computed(host, 'checks', app, 'wait-to-retire', '60');
  await deploy.sleep(1000);
  const later: ProcessPlan[] = [];
  for (const [type, count] of [...app.scale].sort(([a], [b]) => byBytes(a, b))) {
    if (rollout.type !== undefined && rollout.type !== type) continue;
    if (manifest.procfile !== undefined && manifest.procfile[type] === undefined) {
      deploy.err(warning(`Skipping ${type} as it is missing from the current Procfile`));
      continue;
    }
    const checks = checksState(app, type);
    const plan: ProcessPlan = { type, count, checks, retireSeconds, wrapped: rollout.wrapped === true };
    if (type === 'web') await deployProcess(deploy, manifest, plan);
    else later.push(plan);
  }
  for (const plan of later) await deployProcess(deploy, manifest, plan);
  await deploy.sleep(300);
  deploy.out(info('Running post-deploy'));
  await finish(deploy, manifest);
  if (old.length === 0) return;
  deploy.out(info(`Shutting down old containers in ${retireSeconds} seconds`));
  await deploy.sleep(100);
}

function checksState(app: SimulatedApp, type: string): ProcessPlan['checks'] {
  const holds = (list: readonly string[]): boolean => list.includes('_all_') || list.includes(type);
  if (holds(app.checks.disabled)) return 'disabled';
  return holds(app.checks.skipped) ? 'skipped' : 'on';
}

/** All containers of one process type (bin/scheduler-deploy-process). */
async function deployProcess(deploy: Deploy, manifest: Manifest, plan: ProcessPlan): Promise<void> {
  const { app, host } = deploy;
  const { type, count } = plan;
  deploy.out(info(`Deploying ${type} (count=${count})`));
  await deploy.sleep(250);
  if (plan.checks === 'disabled') stopBefore(deploy, plan);
  poisonWarning(deploy);
  await deploy.sleep(750);
  for (let index = 1; index <= count; index++) await deployContainer(deploy, manifest, plan, index);
  if (type === 'web' && proxyType(host, app) === 'nginx') {
    deploy.out(title('Triggering early nginx proxy rebuild'));
    await deploy.sleep(300);
    isDeployed(host, app);
    await buildProxyConfig(deploy, app);
  }
  for (const container of containers(app, type).sort((a, b) => a.index - b.index)) {
    if (container.index <= count) continue;
    deploy.out(
      verbose(`Scheduling orphaned container shutdown in ${plan.retireSeconds} seconds (${dyno(container)})`),
    );
    retire(deploy, plan, container.id);
    stopContainer(host, container);
    app.containers = app.containers.filter((other) => other !== container);
  }
}

function stopBefore(deploy: Deploy, plan: ProcessPlan): void {
  const { app, host } = deploy;
  deploy.out(verbose(`Zero downtime is disabled, stopping currently running containers  (${plan.type})`));
  if (!isDeployed(host, app)) return;
  for (const container of containers(app, plan.type).filter(({ state }) => state === 'running')) {
    deploy.out(verbose(`Stopping ${container.id} (${plan.type})`));
    retire(deploy, plan, container.id);
    stopContainer(host, container);
  }
}

/** The core-post-deploy and post-deploy triggers in the order of their plugins. */
async function finish(deploy: Deploy, manifest: Manifest): Promise<void> {
  const { app, host } = deploy;
  setProperty(host, 'common', app, 'deployed', 'true');
  app.deployed = true;
  adoptManifest(app, manifest);
  await deploy.sleep(500);
  await buildProxyConfig(deploy, app);
  app.restore = true;
  for (const [type, count] of app.scale) {
    if (count === 0 && manifest.procfile?.[type] === undefined) app.scale.delete(type);
  }
  await deploy.sleep(300);
  renameContainers(deploy);
  await deploy.sleep(200);
  await runTask(deploy, manifest, 'postdeploy');
  await deploy.sleep(700);
  writeCrontab(deploy);
}

function adoptManifest(app: SimulatedApp, { image, procfile, appJson }: Manifest): void {
  app.source.runningImage = image;
  delete app.procfile;
  delete app.appJson;
  if (procfile !== undefined) app.procfile = procfile;
  if (appJson !== undefined) app.appJson = appJson;
  app.cron = cronTasks(app.name, appJson?.cron ?? []);
}

/** Gives the new containers their names and the old ones a dated one (core-post-deploy of plugins/scheduler-docker-local). */
function renameContainers(deploy: Deploy): void {
  const { app, host } = deploy;
  const quiet = deploy.flags.quiet;
  deploy.out(info('Renaming containers'));
  for (const container of containers(app).sort((a, b) => a.index - b.index)) {
    if (app.scale.has(container.processType)) continue;
    if (!quiet) {
      deploy.out(verbose(`Container type (${container.processType}) is no longer defined. Removing state`));
    }
    app.containers = app.containers.filter((other) => other !== container);
  }
  const names = new Map((app.named ?? []).map(({ name, id }) => [name, id]));
  for (const container of containers(app)) {
    const name = `${app.name}.${dyno(container)}`;
    const previous = names.get(name);
    if (previous !== undefined && !quiet) {
      const dated = `${name}.${Math.floor(host.now() / 1000)}`;
      deploy.out(verbose(`Found previous container(s) (${shortId(previous)}) named ${name}`));
      deploy.out(verbose(`Renaming container (${shortId(previous)}) ${name} to ${dated}`));
      if (previous === container.id) container.name = dated;
    }
    if (!quiet)
      deploy.out(verbose(`Renaming container ${container.name} (${shortId(container.id)}) to ${name}`));
    container.name = name;
    names.set(name, container.id);
  }
  app.named = [...names].map(([name, id]) => ({ name, id }));
}
