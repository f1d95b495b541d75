import type { SimulatedHost } from '../host.ts';
import { Exit, type Invocation } from '../invocation.ts';
import { containerOf, type Target } from './target.ts';

/** What docker says and the exit code of its program. */
export interface DockerFault {
  readonly text: string;
  readonly exit: number;
}

const CREATE_USAGE =
  "\n\nUsage:  docker container create [OPTIONS] IMAGE [COMMAND] [ARG...]\n\nRun 'docker container create --help' for more information\n";
const SIZE = /^\d+(\.\d+)?\s?([kmgtp]?i?b?)?$/i;
/** Networks of docker itself, on which a container cannot have a name of its own. */
const scoped: ReadonlySet<string> = new Set(['bridge', 'host', 'none', 'default']);

/** Ends the command with docker's fault; the plugins catch its words and print them on standard output. */
export function docker(call: Invocation, { text, exit }: DockerFault): never {
  call.out(text);
  throw new Exit(exit);
}

/** Why docker does not create the service's container. */
export function createFault(host: SimulatedHost, target: Target): DockerFault | undefined {
  const { service, containerName } = target;
  if (service.memory !== '' && !SIZE.test(`${service.memory}m`)) {
    const value = `${service.memory}m`;
    return {
      text: `invalid argument "${value}" for "-m, --memory" flag: invalid size: '${value}'${CREATE_USAGE}`,
      exit: 125,
    };
  }
  if (service.memory !== '' && Number(service.memory) < 6) {
    return { text: 'Error response from daemon: Minimum memory limit allowed is 6MB\n', exit: 1 };
  }
  if (service.shmSize !== '' && !SIZE.test(service.shmSize)) {
    const value = service.shmSize;
    return {
      text: `invalid argument "${value}" for "--shm-size" flag: invalid size: '${value}'${CREATE_USAGE}`,
      exit: 125,
    };
  }
  if (scoped.has(service.properties.get('initial-network') ?? '')) {
    return {
      text: "docker: network-scoped aliases are only supported for user-defined networks\n\nRun 'docker create --help' for more information\n",
      exit: 125,
    };
  }
  const other = containerOf(host, target);
  if (other === undefined) return undefined;
  return {
    text: `Error response from daemon: Conflict. The container name "/${containerName}" is already in use by container "${other.id}". You have to remove (or rename) that container to be able to reuse that name.\n`,
    exit: 1,
  };
}

/** Why docker does not start the container that it has created: a network that is not there. */
export function networkFault(host: SimulatedHost, { service }: Target): DockerFault | undefined {
  const wanted = ['initial-network', 'post-create-network']
    .flatMap((key) => (service.properties.get(key) ?? '').split(','))
    .filter((name) => name !== '' && !scoped.has(name));
  const missing = wanted.find((name) => !host.networks.some((known) => known.name === name));
  if (missing === undefined) return undefined;
  return {
    text: `Error response from daemon: network ${missing} not found\nError: failed to start containers: ${service.id}\n`,
    exit: 1,
  };
}

/** Why no program can run in the container of that name; undefined when it can. */
export function execFault(host: SimulatedHost, target: Target): string | undefined {
  const container = containerOf(host, target);
  if (container === undefined) {
    return `Error response from daemon: No such container: ${target.containerName}\n`;
  }
  if (container.state === 'running') return undefined;
  if (container.state === 'restarting') {
    return `Error response from daemon: Container ${container.id} is restarting, wait until the container is running\n`;
  }
  return `Error response from daemon: Container ${container.id} is not running\n`;
}

/** Ends the command with docker's reason when no program can run in the container. */
export function requireExec(call: Invocation, target: Target): void {
  const fault = execFault(call.host, target);
  if (fault === undefined) return;
  call.err(fault);
  throw new Exit(1);
}
