import type { SimulatedHost } from '../../src/infrastructure/simulator/host.ts';
import type { Random } from './random.ts';

/** One change that a run asks for, and how the host shows whether it was carried out. */
export interface Asked {
  readonly tool: string;
  readonly input: Record<string, unknown>;
  /** The changing commands that it may send, each at most once. */
  readonly commands: readonly RegExp[];
  holds(host: SimulatedHost): boolean;
  /** Takes away what later runs would only be slowed down by. */
  tidy?(host: SimulatedHost): void;
}

/** The app that every change but a new app is about; it has to be deployed. */
export const APP = 'shop';

const shop = (host: SimulatedHost) => host.apps.get(APP);

/** Changes that are carried out on the spot. Each is new to the host, so that its traces belong to this run alone. */
export function quickChange(run: number, random: Random): Asked {
  const kinds: readonly (() => Asked)[] = [
    () => ({
      tool: 'domains_set',
      input: { app: APP, action: 'add', domains: [`r${run}.example.com`] },
      commands: [new RegExp(`^domains:add shop r${run}\\.example\\.com$`)],
      holds: (host) => shop(host)?.domains.names.includes(`r${run}.example.com`) ?? false,
      tidy: (host) => {
        const domains = shop(host)?.domains;
        if (domains !== undefined) domains.names = [];
      },
    }),
    () => ({
      tool: 'config_set',
      input: { app: APP, values: { [`RUN_${run}`]: `value ${run}` }, restart: false },
      commands: [/^config:import /],
      holds: (host) => shop(host)?.config.get(`RUN_${run}`) === `value ${run}`,
    }),
    () => ({
      tool: 'apps_create',
      input: { app: `new-${run}` },
      commands: [new RegExp(`^apps:create new-${run}$`)],
      holds: (host) => host.apps.has(`new-${run}`),
      tidy: (host) => void host.apps.delete(`new-${run}`),
    }),
    () => ({
      tool: 'ps_set',
      input: { app: APP, limit: { memory: `${100 + run}m` } },
      commands: [new RegExp(`^resource:limit --memory ${100 + run}m shop$`)],
      holds: (host) => shop(host)?.resources.get('_default_.limit.memory') === `${100 + run}m`,
    }),
  ];
  return random.pick(kinds)();
}

/** Changes that run in a keeper. */
export function longChange(run: number, random: Random, host: SimulatedHost): Asked {
  const served = shop(host)?.source.deployMetadata ?? '';
  const image = served === 'demo/web:2' ? 'demo/web:1' : 'demo/web:2';
  const count = shop(host)?.scale.get('web') === 1 ? 2 : 1;
  const kinds: readonly (() => Asked)[] = [
    () => ({
      tool: 'deploy_start',
      input: { app: APP, image },
      commands: [new RegExp(`^git:from-image shop ${image}$`)],
      holds: (now) => shop(now)?.source.deployMetadata === image,
    }),
    () => ({
      tool: 'ps_scale',
      input: { app: APP, processes: { web: count } },
      commands: [new RegExp(`^ps:scale shop web=${count}$`)],
      holds: (now) => shop(now)?.scale.get('web') === count,
    }),
    () => ({
      tool: 'config_set',
      input: { app: APP, values: { [`RUN_${run}`]: `value ${run}` } },
      commands: [/^config:import /, /^ps:restart shop$/],
      holds: (now) => shop(now)?.config.get(`RUN_${run}`) === `value ${run}`,
    }),
  ];
  return random.pick(kinds)();
}
