import { Exit, type Invocation } from '../invocation.ts';
import { fail, info, warning } from '../output.ts';
import type { ServiceContainer } from './datastore.ts';
import { docker } from './docker-faults.ts';
import { containerOf, type Target } from './target.ts';

/* The ambassador is a container of its own that leads from ports of the host to a service (service_port_*). */

/** How long docker waits for an ambassador, which does not react when it is told to stop. */
const STOP_MS = 10_000;
/** Ports of the host that are taken: sshd and the proxy. */
const taken: ReadonlySet<string> = new Set(['22', '80', '443']);
const RUN_HELP = "\n\nRun 'docker run --help' for more information\n";

const nameOf = ({ containerName }: Target): string => `${containerName}.ambassador`;

/** `5432->30801 `, as info shows it; `-` when nothing is exposed. */
export function exposedPorts({ plugin, service }: Target): string {
  if (service.exposedPort === undefined) return '-';
  const ports = service.exposedPort.split(' ');
  return plugin.ports.map((port, index) => `${port}->${ports[index] ?? ''} `).join('');
}

export async function stopAmbassador(call: Invocation, target: Target): Promise<void> {
  const ambassador = call.host.serviceContainers.get(nameOf(target));
  if (ambassador?.state !== 'running') return;
  await call.sleep(STOP_MS);
  ambassador.state = 'exited';
}

async function removeAmbassador(call: Invocation, target: Target): Promise<void> {
  await stopAmbassador(call, target);
  call.host.serviceContainers.delete(nameOf(target));
}

/** service_port_reconcile_status: the ambassador is made to fit the file PORT, or the command ends. */
export async function reconcilePorts(call: Invocation, target: Target): Promise<void> {
  const { service } = target;
  const ambassador = call.host.serviceContainers.get(nameOf(target));
  if (service.exposedPort === undefined) {
    if (ambassador !== undefined) await removeAmbassador(call, target);
    return;
  }
  if (ambassador?.state === 'running') return;
  if (ambassador !== undefined) return startAgain(call, target, ambassador);
  const ports = service.exposedPort.split(' ');
  const invalid = ports.find((port) => !isPort(portOf(port)));
  if (invalid !== undefined) dockerRun(call, `docker: invalid hostPort: ${portOf(invalid)}`);
  await call.sleep(250);
  const fresh: ServiceContainer = {
    id: call.host.random.hex(64),
    name: nameOf(target),
    state: 'created',
    image: 'dokku/ambassador:0.8.2',
    ip: '',
    environment: {},
    log: [],
    target: { id: containerOf(call.host, target)?.id ?? '', ports },
  };
  const fault = bindFault(call, fresh);
  call.host.serviceContainers.set(fresh.name, fresh);
  if (fault !== undefined) {
    const endpoint = `docker: Error response from daemon: driver failed programming external connectivity on endpoint ${fresh.name} (${call.host.random.hex(64)})`;
    dockerRun(call, `${endpoint}: ${fault}`);
  }
  fresh.state = 'running';
}

/** A stopped ambassador still leads to the container it was made for, which may be gone. */
function startAgain(call: Invocation, target: Target, ambassador: ServiceContainer): void {
  const service = containerOf(call.host, target);
  if (service?.state === 'running' && service.id === ambassador.target?.id) {
    ambassador.state = 'running';
    return;
  }
  docker(call, {
    text: `Error response from daemon: Cannot link to a non running container: /${target.containerName} AS /${ambassador.name}/${target.plugin.name}\nError: failed to start containers: ${ambassador.name}\n`,
    exit: 1,
  });
}

/** `docker container run` of the plugins is not caught: its words go to standard error. */
function dockerRun(call: Invocation, text: string): never {
  call.err(text + RUN_HELP);
  throw new Exit(125);
}

const portOf = (text: string): string => text.slice(text.lastIndexOf(':') + 1);
const isPort = (text: string): boolean => /^\d+$/.test(text) && Number(text) <= 65_535;

function bindFault(call: Invocation, fresh: ServiceContainer): string | undefined {
  for (const wanted of fresh.target?.ports ?? []) {
    const port = portOf(wanted);
    const address = wanted.includes(':') ? wanted.slice(0, wanted.lastIndexOf(':')) : '0.0.0.0';
    const others = [...call.host.serviceContainers.values()].filter(({ state }) => state === 'running');
    if (others.some(({ target }) => target?.ports.some((known) => portOf(known) === port))) {
      return `Bind for ${address}:${port} failed: port is already allocated`;
    }
    if (taken.has(port)) {
      return `Error starting userland proxy: listen tcp4 ${address}:${port}: bind: address already in use`;
    }
  }
  return undefined;
}

/** service_port_expose without the start of the service, which stands between its two halves. */
export async function exposeService(
  call: Invocation,
  target: Target,
  words: readonly string[],
  start: () => Promise<void>,
): Promise<number> {
  const { plugin, service, name } = target;
  const given = words.flatMap((word) => word.split(/\s+/).filter((part) => part !== ''));
  const ports =
    given.length === 0 ? plugin.ports.map(() => String(call.host.random.integer(1024, 32_767))) : given;
  if (ports.length !== plugin.ports.length) {
    const order = plugin.ports.join(' ');
    fail(
      call,
      `${plugin.ports.length} ports to be exposed need to be provided in the following order: ${order}`,
    );
  }
  if (service.exposedPort !== undefined) {
    fail(call, `Service ${name} already exposed on port(s) ${service.exposedPort}`);
  }
  if (call.host.serviceContainers.has(nameOf(target))) {
    call.err(warning(`Service ${name} has an untracked expose container, removing`));
    await removeAmbassador(call, target);
  }
  service.exposedPort = ports.join(' ');
  await start();
  await reconcilePorts(call, target);
  call.out(info(`Service ${name} exposed on port(s) [container->host]: ${exposedPorts(target)}`));
  return 0;
}

/** service_port_unexpose */
export async function unexposeService(call: Invocation, target: Target): Promise<number> {
  target.service.exposedPort = undefined;
  await reconcilePorts(call, target);
  call.out(info(`Service ${target.name} unexposed`));
  return 0;
}
