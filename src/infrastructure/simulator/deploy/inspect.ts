import { createHash } from 'node:crypto';
import { property } from '../access.ts';
import type { SimulatedHost } from '../host.ts';
import { Exit, type Invocation } from '../invocation.ts';
import type { SimulatedApp, SimulatedContainer } from '../state.ts';
import { containers, shortId } from './containers.ts';
import { bytes, exitCode, starves } from './fate.ts';
import { hostDefaults } from './inspect-defaults.ts';
import { containerLabels } from './inspect-labels.ts';
import { isWorker, listenPort } from './program.ts';

const CONTAINERS = '/var/lib/docker/containers';
const SHOWN = ['CACHE_PATH', 'DOCKER_', 'DOKKU_', 'DYNO', 'PATH', 'PORT', 'USER'];

/** ps:inspect: docker's own description of the app's containers, values of the app's variables masked; returns the exit code. */
export function inspectContainers(call: Invocation, app: SimulatedApp): number {
  const found = containers(app);
  if (found.length === 0) {
    call.err(
      "docker: 'docker container inspect' requires at least 1 argument\n\nUsage:  docker container inspect [OPTIONS] CONTAINER [CONTAINER...]\n\nRun 'docker container inspect --help' for more information\nTraceback (most recent call last):\njson.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)\n",
    );
    throw new Exit(1);
  }
  const described = found.map((container) => sorted(describe(call.host, app, container)));
  call.out(`${JSON.stringify(described, null, 4)}\n`);
  return 0;
}

function describe(
  host: SimulatedHost,
  app: SimulatedApp,
  container: SimulatedContainer,
): Record<string, unknown> {
  const { id } = container;
  const running = container.state === 'running';
  const command = (container.command ?? '').split(' ');
  const own = hash(id, 'layer');
  const base = [1, 2, 3, 4].map((number) => hash(container.definition?.id ?? '', `base ${number}`));
  const policy = property(host, 'ps', app, 'restart-policy') || 'on-failure:10';
  return {
    AppArmorProfile: '',
    Args: command.slice(1),
    Config: config(host, app, container, command),
    Created: nanoseconds(container.startedAt),
    Driver: 'overlay2',
    ExecIDs: null,
    GraphDriver: {
      Data: {
        LowerDir: [`${own}-init`, ...base].map((layer) => `/var/lib/docker/overlay2/${layer}/diff`).join(':'),
        MergedDir: `/var/lib/docker/overlay2/${own}/merged`,
        UpperDir: `/var/lib/docker/overlay2/${own}/diff`,
        WorkDir: `/var/lib/docker/overlay2/${own}/work`,
      },
      Name: 'overlay2',
    },
    HostConfig: hostConfig(app, container, running || exitCode(container) !== 0 ? policy : 'no'),
    HostnamePath: `${CONTAINERS}/${id}/hostname`,
    HostsPath: `${CONTAINERS}/${id}/hosts`,
    Id: id,
    Image: `sha256:${container.definition?.id ?? hash(id, 'image')}`,
    LogPath: `${CONTAINERS}/${id}/${id}-json.log`,
    MountLabel: '',
    Mounts: app.mounts.map(({ hostPath, containerPath, readonly }) => ({
      Destination: containerPath,
      Mode: readonly === true ? 'ro' : '',
      Propagation: 'rprivate',
      RW: readonly !== true,
      Source: hostPath,
      Type: 'bind',
    })),
    Name: `/${container.name}`,
    NetworkSettings: networkSettings(container, running),
    Path: command[0] ?? '',
    Platform: 'linux',
    ProcessLabel: '',
    ResolvConfPath: `${CONTAINERS}/${id}/resolv.conf`,
    RestartCount: container.restartCount,
    State: {
      Dead: false,
      Error: '',
      ExitCode: exitCode(container),
      FinishedAt:
        container.stoppedAt === undefined ? '0001-01-01T00:00:00Z' : nanoseconds(container.stoppedAt),
      OOMKilled: starves(container) && exitCode(container) === 137,
      Paused: false,
      Pid: running ? Number.parseInt(id.slice(0, 4), 16) + 1000 : 0,
      Restarting: container.state === 'restarting',
      Running: running,
      StartedAt: nanoseconds(container.startedAt),
      Status: container.state,
    },
  };
}

function config(
  host: SimulatedHost,
  app: SimulatedApp,
  container: SimulatedContainer,
  command: readonly string[],
): Record<string, unknown> {
  const { HOSTNAME: _, HOME: __, PATH, ...variables } = container.environment ?? {};
  const image = container.definition?.base?.environment ?? {};
  const own = Object.entries(variables).filter(([key]) => !Object.hasOwn(image, key));
  const env = [...own, ['PATH', PATH ?? ''], ...Object.entries(image)];
  return {
    AttachStderr: true,
    AttachStdin: false,
    AttachStdout: true,
    Cmd: command,
    Domainname: '',
    Entrypoint: null,
    Env: env.map(([key = '', value]) =>
      SHOWN.some((shown) => (shown.endsWith('_') ? key.startsWith(shown) : key === shown))
        ? `${key}=${value}`
        : `${key}=XXXXXX`,
    ),
    ExposedPorts: Object.fromEntries(
      (container.definition?.exposes ?? []).map((port) => [`${port}/tcp`, {}]),
    ),
    Hostname: shortId(container.id),
    Image: container.image,
    Labels: containerLabels(host, app, container),
    OnBuild: null,
    OpenStdin: false,
    StdinOnce: false,
    Tty: false,
    User: '',
    Volumes: null,
    WorkingDir:
      container.definition?.revision?.dockerfile.directory ?? container.definition?.base?.directory ?? '',
  };
}

function hostConfig(
  app: SimulatedApp,
  container: SimulatedContainer,
  policy: string,
): Record<string, unknown> {
  const [name = 'no', count = '0'] = policy.split(':');
  const limit = (key: string): string => app.resources.get(`${container.processType}.limit.${key}`) ?? '';
  const memory = bytes(limit('memory'));
  const binds = app.mounts.map(({ hostPath, containerPath }) => `${hostPath}:${containerPath}`);
  return {
    ...hostDefaults,
    Binds: binds.length === 0 ? null : binds,
    Links: null,
    Memory: memory,
    MemorySwap: memory === 0 ? 0 : memory * 2,
    NanoCpus: Math.round(Number(limit('cpu') || '0') * 1e9),
    NetworkMode: 'default',
    RestartPolicy: { MaximumRetryCount: Number(count), Name: name },
  };
}

function networkSettings(container: SimulatedContainer, running: boolean): Record<string, unknown> {
  const octets = container.ip.split('.').map((part) => Number(part).toString(16).padStart(2, '0'));
  const endpoint = {
    EndpointID: running ? hash(container.id, 'endpoint') : '',
    Gateway: running ? '172.17.0.1' : '',
    GlobalIPv6Address: '',
    GlobalIPv6PrefixLen: 0,
    IPAddress: running ? container.ip : '',
    IPPrefixLen: running ? 16 : 0,
    IPv6Gateway: '',
    MacAddress: running ? `02:42:${octets.join(':')}` : '',
  };
  const sandbox = hash(container.id, 'sandbox');
  const exposed = [...new Set([...(container.definition?.exposes ?? [])])];
  const ports =
    exposed.length === 0 && !isWorker(container.command ?? '')
      ? [listenPort(container.environment ?? {})]
      : exposed;
  return {
    ...endpoint,
    Bridge: '',
    HairpinMode: false,
    LinkLocalIPv6Address: '',
    LinkLocalIPv6PrefixLen: 0,
    Networks: {
      bridge: {
        ...endpoint,
        Aliases: null,
        DriverOpts: null,
        IPAMConfig: null,
        Links: null,
        NetworkID: hash('', 'bridge'),
      },
    },
    Ports: running ? Object.fromEntries(ports.map((port) => [`${port}/tcp`, null])) : {},
    SandboxID: sandbox,
    SandboxKey: `/var/run/docker/netns/${shortId(sandbox)}`,
    SecondaryIPAddresses: null,
    SecondaryIPv6Addresses: null,
  };
}

/** 64 hexadecimal digits that belong to this id and purpose. */
const hash = (id: string, purpose: string): string =>
  createHash('sha256').update(`${purpose} ${id}`).digest('hex');

const nanoseconds = (at: number): string => new Date(at).toISOString().replace('Z', '000000Z');

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
