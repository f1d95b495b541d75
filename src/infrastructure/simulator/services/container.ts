import { Exit, type Invocation } from '../invocation.ts';
import { title, verbose, warning } from '../output.ts';
import { reconcilePorts, stopAmbassador } from './ambassador.ts';
import type { ServiceContainer } from './datastore.ts';
import { createFault, docker, networkFault } from './docker-faults.ts';
import { printInfo } from './info.ts';
import { imageTag } from './plugin.ts';
import type { DatabaseServer, ServerMoment } from './server.ts';
import { containerOf, hostnameOf, type Target } from './target.ts';

/* service_create_container, service_start, service_pause and service_container_rm of the official plugins' functions. */

/** Says a line of progress unless the command is to be quiet. */
export function quietly(call: Invocation, text: string): void {
  if (!call.flags.quiet) call.out(text);
}

/** The server's clock and log in one container. */
export function momentOf(call: Invocation, container: ServiceContainer | undefined): ServerMoment {
  return { now: call.host.now(), log: (line) => container?.log.push(line) };
}

/** Creates and starts the service's container; ends the command where docker or the server refuses. */
export async function createContainer(call: Invocation, target: Target, fresh: boolean): Promise<void> {
  const { host } = call;
  const { plugin, service, containerName } = target;
  service.id = undefined;
  for (const line of plugin.says?.container ?? []) call.out(title(line));
  const refused = createFault(host, target);
  if (refused !== undefined) docker(call, refused);
  const container = newContainer(call, target);
  host.serviceContainers.set(containerName, container);
  service.id = container.id;
  announceNetworks(call, 'create', service.properties.get('post-create-network'));
  const unreachable = networkFault(host, target);
  if (unreachable !== undefined) docker(call, unreachable);
  const crash = plugin.server.crash(service, service.configOptions);
  container.state = crash === undefined ? 'running' : 'restarting';
  if (crash === undefined) plugin.server.booted(service, momentOf(call, container), fresh);
  else container.crash = { since: host.now(), lines: crash.lines };
  await reconcilePorts(call, target);
  attachAfterStart(call, service.properties.get('post-start-network'));
  quietly(call, verbose('Waiting for container to be ready'));
  if (crash !== undefined) await giveUp(call, target, crash.quick);
  await call.sleep(plugin.costs.create);
  await setUp(call, target, container);
  call.out(title(`${plugin.title} container created: ${target.name}`));
  printInfo(call, target);
}

async function setUp(call: Invocation, target: Target, container: ServiceContainer): Promise<void> {
  const { service, plugin } = target;
  const { server } = plugin;
  const steps = server.setUp?.(service) ?? [];
  for (const step of steps) quietly(call, verbose(step));
  if (steps.length === 0) return;
  server.stopped(momentOf(call, container));
  server.booted(service, momentOf(call, container), false);
  await reconcilePorts(call, target);
}

function newContainer(call: Invocation, target: Target): ServiceContainer {
  const { host } = call;
  const { plugin, service, containerName } = target;
  const own = Object.fromEntries(
    service.customEnv
      .split(';')
      .filter((pair) => pair.includes('='))
      .map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  );
  return {
    id: host.random.hex(64),
    name: containerName,
    state: 'created',
    image: imageTag(service.image, service.version),
    ip: (service.properties.get('initial-network') ?? '') === '' ? address(call) : '',
    environment: {
      PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      HOSTNAME: containerName,
      ...own,
      ...(plugin.name === 'postgres' ? { POSTGRES_PASSWORD: service.password } : {}),
      ...plugin.server.environment(service.version),
      HOME: '/root',
    },
    log: [],
  };
}

/** The lowest address of docker's own network that is free. */
function address({ host }: Invocation): string {
  const used = new Set([...host.serviceContainers.values()].map(({ ip }) => ip));
  for (const app of host.apps.values()) for (const { ip } of app.containers) used.add(ip);
  const free = Array.from({ length: 250 }, (_, index) => `172.17.0.${index + 2}`).find((ip) => !used.has(ip));
  return free ?? '172.17.0.254';
}

function announceNetworks(call: Invocation, moment: 'create' | 'start', networks = ''): void {
  if (networks === '') return;
  quietly(call, verbose(`Connecting to networks after container ${moment}`));
  for (const name of networks.split(',')) quietly(call, verbose(`- ${name}`));
}

function attachAfterStart(call: Invocation, networks = ''): void {
  announceNetworks(call, 'start', networks);
  const known = call.host.networks.map(({ name }) => name);
  const missing = networks === '' ? undefined : networks.split(',').find((name) => !known.includes(name));
  if (missing === undefined) return;
  call.err(`Error response from daemon: network ${missing} not found\n`);
  throw new Exit(1);
}

/** The container that waits for the port gives up after eight tries of a second. */
async function giveUp(
  call: Invocation,
  { plugin, name, service, containerName }: Target,
  quick: boolean,
): Promise<never> {
  const host = hostnameOf(containerName);
  const port = plugin.ports[0];
  await call.sleep(8200);
  const unknown = `.nc: getaddrinfo for host "${host}" port ${port}: Name or service not known\n`;
  const tries = quick ? `${unknown.repeat(7)}.` : '.'.repeat(8);
  call.out(`Waiting for ${host}:${port}  ${tries}  ERROR: unable to connect\n`);
  quietly(call, title(`Start of ${name} container output`));
  for (const line of logLines(service.container, call.host.now())) {
    if (line.trim() !== '') quietly(call, verbose(line));
  }
  quietly(call, title(`End of ${name} container output`));
  throw new Exit(1);
}

/** The container's log; docker starts a crashing server again after 0.1 s, 0.2 s, 0.4 s and so on. */
export function logLines(container: ServiceContainer | undefined, now: number): string[] {
  const { log = [], crash } = container ?? {};
  if (crash === undefined) return [...log];
  const runs: string[] = [];
  for (let run = 0, at = crash.since; at <= now && run < 100; run++) {
    runs.push(...crash.lines(at, run));
    at += 300 + Math.min(100 * 2 ** run, 60_000);
  }
  return [...log, ...runs];
}

/** service_start; `silent` as `expose` calls it. */
export async function startService(call: Invocation, target: Target, silent = false): Promise<void> {
  const { service, plugin, name } = target;
  const container = containerOf(call.host, target);
  if (container?.state === 'running') {
    if (!silent) call.err(warning('Service is already started'));
    if (service.id !== container.id) {
      if (!silent) call.err(warning('Updating local container ID'));
      service.id = container.id;
    }
    return;
  }
  quietly(call, title('Starting container'));
  if (container?.state === 'exited') {
    await call.sleep(plugin.costs.start);
    container.state = 'running';
    plugin.server.booted(service, momentOf(call, container), false);
    await reconcilePorts(call, target);
    call.out(title('Container started'));
  } else if (plugin.passwordDigits > 0 && service.password === '') {
    quietly(call, verbose(`Neither container nor valid configuration exists for ${name}`));
  } else {
    await createContainer(call, target, false);
  }
}

/** service_pause: stops the container, and the one that exposes it. */
export async function pauseService(call: Invocation, target: Target): Promise<void> {
  const container = containerOf(call.host, target);
  if (container === undefined) {
    call.err(warning('Service is already paused'));
    return;
  }
  quietly(call, title('Pausing container'));
  await call.sleep(target.plugin.costs.stop);
  stop(call, target.plugin.server, container);
  await stopAmbassador(call, target);
  quietly(call, verbose('Container paused'));
}

function stop(call: Invocation, server: DatabaseServer, container: ServiceContainer): void {
  if (container.state === 'running') server.stopped(momentOf(call, container));
  if (container.state === 'running' || container.state === 'restarting') container.state = 'exited';
}

/** service_container_rm: stops the container and removes it; the data stays. */
export async function removeContainer(call: Invocation, target: Target): Promise<void> {
  await pauseService(call, target);
  if (containerOf(call.host, target) === undefined) return;
  quietly(call, verbose('Removing container'));
  call.host.serviceContainers.delete(target.containerName);
}
