import { computed } from '../access.ts';
import type { SimulatedHost } from '../host.ts';
import { linkFault } from '../services/hooks.ts';
import type { SimulatedApp } from '../state.ts';

const USAGE =
  "\n\nUsage:  docker container create [OPTIONS] IMAGE [COMMAND] [ARG...]\n\nRun 'docker container create --help' for more information\n";

/** Why docker does not create a container of the app; undefined when it does. */
export function containerFault(
  host: SimulatedHost,
  app: SimulatedApp,
  processType: string,
): string | undefined {
  return (
    diskFault(host) ??
    linksFault(host, app, processType) ??
    limitFault(app, processType) ??
    networkFault(host, app)
  );
}

function diskFault({ world }: SimulatedHost): string | undefined {
  if (!world.diskFull) return undefined;
  return 'Error response from daemon: mkdir /var/lib/docker/overlay2/init: no space left on device\n';
}

function linksFault(host: SimulatedHost, app: SimulatedApp, processType: string): string | undefined {
  const name = (): string => `/${app.name}.${processType}.1.upcoming-${host.random.integer(1000, 32_000)}`;
  return (app.dockerOptions.get('deploy') ?? [])
    .map((option) => linkFault(host, /^--link[ =](\S+)/.exec(option)?.[1] ?? '', name))
    .find((fault) => fault !== undefined);
}

function limitFault(app: SimulatedApp, processType: string): string | undefined {
  const limit = (key: string): string =>
    app.resources.get(`${processType}.limit.${key}`) ?? app.resources.get(`_default_.limit.${key}`) ?? '';
  const memory = limit('memory');
  if (memory !== '' && !/^\d+(\.\d+)?\s?([kmgtp]?i?b?)?$/i.test(memory)) {
    return `invalid argument ${JSON.stringify(memory)} for "-m, --memory" flag: invalid size: '${memory}'${USAGE}`;
  }
  const cpu = limit('cpu');
  if (cpu !== '' && !/^\d+(\.\d+)?$/.test(cpu)) {
    return `invalid argument ${JSON.stringify(cpu)} for "--cpus" flag: failed to parse ${cpu} as a rational number${USAGE}`;
  }
  return undefined;
}

function networkFault(host: SimulatedHost, app: SimulatedApp): string | undefined {
  const name = computed(host, 'network', app, 'initial-network');
  const known = ['', 'none', 'host', 'bridge', ...host.networks.map((network) => network.name)];
  if (known.includes(name) || name.startsWith('container:')) return undefined;
  return `Error response from daemon: network ${name} not found\n`;
}
