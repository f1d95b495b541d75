import { byBytes, computed } from '../access.ts';
import { EnvFileFault } from '../config/env-file.ts';
import { readEnvironment } from '../config/environment.ts';
import type { SimulatedHost } from '../host.ts';
import type { SimulatedApp, SimulatedContainer, SimulatedImage } from '../state.ts';
import { endsAtBoot, memoryLimit, starves } from './fate.ts';
import { bootLine, crashLine, isWorker, STOP_LINE, startDelay, ticks } from './program.ts';

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The app's containers in the order of their CONTAINER files. */
export function containers(app: SimulatedApp, processType?: string): SimulatedContainer[] {
  return app.containers
    .filter((container) => processType === undefined || container.processType === processType)
    .sort((a, b) => byBytes(dyno(a), dyno(b)));
}

/** `web.1` */
export const dyno = (container: SimulatedContainer): string => `${container.processType}.${container.index}`;

export const shortId = (id: string): string => id.slice(0, 12);

/** Variables that Dokku gives to a container: global ones, the app's own; none while the app's file is unreadable. */
export function appVariables(host: SimulatedHost, app: SimulatedApp): Record<string, string> {
  const shared = readEnvironment(host, '--global');
  const own = readEnvironment(host, app);
  if (own instanceof EnvFileFault) return {};
  const all = new Map([...(shared instanceof EnvFileFault ? [] : shared), ...own]);
  return Object.fromEntries([...all].sort(([a], [b]) => byBytes(a, b)));
}

/** The environment of a process as docker orders it: path and host name, Dokku's variables, the image's, home. */
export function processEnvironment(
  variables: Readonly<Record<string, string>>,
  image: SimulatedImage | undefined,
  hostname: string,
): Record<string, string> {
  return {
    PATH,
    HOSTNAME: hostname,
    ...variables,
    ...Object.fromEntries(
      Object.entries(image?.base?.environment ?? {}).filter(([key]) => !Object.hasOwn(variables, key)),
    ),
    HOME: '/',
  };
}

/** Creates and starts a container of a process; it is not yet one of the app's own. */
export function startContainer(
  host: SimulatedHost,
  app: SimulatedApp,
  image: SimulatedImage,
  process: { type: string; index: number; command: string; port: string },
): SimulatedContainer {
  const id = host.random.hex(64);
  const variables = {
    ...appVariables(host, app),
    DYNO: `${process.type}.${process.index}`,
    PORT: process.port,
  };
  const environment = processEnvironment(variables, image, shortId(id));
  const startedAt = host.now();
  const container: SimulatedContainer = {
    id,
    name: `${app.name}.${process.type}.${process.index}.upcoming-${host.random.integer(300, 32_767)}`,
    processType: process.type,
    index: process.index,
    state: 'running',
    startedAt,
    restartCount: 0,
    ip: freeAddress(host),
    image: `dokku/${app.name}:latest`,
    command: process.command,
    logs: [],
    environment,
    definition: image,
    memoryLimit: memoryLimit(app, process.type),
  };
  if (endsAtBoot(container)) container.state = 'restarting';
  const limit = restartLimit(host, app);
  if (limit !== undefined) container.restartLimit = limit;
  if (crashLine(environment) === undefined) {
    const delay = isWorker(process.command) ? 0 : startDelay(environment);
    container.logs.push({ at: startedAt + delay, text: bootLine(process.command, environment) });
  }
  return container;
}

/** The count of `on-failure:N`, 0 for `no`, undefined for a policy without an end (ps:set restart-policy). */
function restartLimit(host: SimulatedHost, app: SimulatedApp): number | undefined {
  const policy = computed(host, 'ps', app, 'restart-policy', 'on-failure:10');
  if (policy === 'no') return 0;
  const found = /^on-failure:(\d+)$/.exec(policy);
  return found === null ? undefined : Number(found[1]);
}

/** Docker's bridge gives the lowest address that is free. */
function freeAddress(host: SimulatedHost): string {
  const used = new Set<string>();
  for (const app of host.apps.values()) {
    for (const { state, ip } of app.containers) if (state === 'running') used.add(ip);
  }
  let last = 2;
  while (used.has(`172.17.0.${last}`) && last < 254) last++;
  return `172.17.0.${last}`;
}

/** What the container has written until now, in order. */
export function containerLogs(
  host: SimulatedHost,
  container: SimulatedContainer,
): readonly { at: number; text: string }[] {
  const now = container.stoppedAt ?? host.now();
  const environment = container.environment ?? {};
  const crash = crashLine(environment);
  if (crash !== undefined || starves(container)) {
    // A process that is killed for its memory says nothing of it.
    const text = crash ?? bootLine(container.command ?? '', environment);
    const count = container.restartCount + 1;
    return Array.from({ length: count }, (_, index) => ({ at: container.startedAt + index * 300, text }));
  }
  const own = container.logs.filter(({ at }) => at <= now);
  const worker = isWorker(container.command ?? '') ? ticks(container.startedAt, now) : [];
  return [...own, ...worker].sort((a, b) => a.at - b.at);
}

/** Stops the container; its program says goodbye. */
export function stopContainer(host: SimulatedHost, container: SimulatedContainer): void {
  if (container.state === 'exited') return;
  const running = container.state === 'running';
  container.state = 'exited';
  container.stoppedAt = host.now();
  if (running && !isWorker(container.command ?? '')) {
    container.logs.push({ at: host.now(), text: STOP_LINE });
  }
}
