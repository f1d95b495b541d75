import { DomainError } from '../../domain/errors.ts';
import { conditionOf } from '../../domain/service/condition.ts';
import type { Service } from '../../domain/service/service.ts';
import type { Context } from '../context.ts';
import type { Plan } from '../operation.ts';
import type { Command } from '../ports.ts';
import { keyIn, title, usersOf } from './services-facts.ts';
import type { Ask } from './services-input.ts';

/** Restarts of linked apps that belong to a plan: the only running one as its last step; of several it is said. */
export interface Followers {
  readonly step?: { readonly app: string; readonly command: Command };
  readonly said: readonly string[];
}

/** Which linked apps run, from the flat overview of all apps. */
export async function followers(service: Service, wanted: boolean, context: Context): Promise<Followers> {
  const { step, said } = await seen(service, wanted, context);
  const others =
    service.usedByOthers === true
      ? [
          'Apps that this role may not read use it as well; whether they run is not known, and none is restarted.',
        ]
      : [];
  return { ...(step === undefined ? {} : { step }), said: [...said, ...others] };
}

async function seen(service: Service, wanted: boolean, { apps, signal }: Context): Promise<Followers> {
  if (service.links.length === 0) return { said: [] };
  const { apps: all } = await apps.getAll(signal);
  const live = service.links.filter((name) =>
    all.some((app) => app.name === name && app.state === 'deployed'),
  );
  const [only] = live;
  if (only === undefined) return { said: ['No linked app runs.'] };
  if (wanted && live.length === 1) {
    return {
      step: { app: only, command: { name: 'ps:restart', args: [only] } },
      said: [`${only} is restarted afterwards, so that it connects anew.`],
    };
  }
  const calls = live.map((app) => `ps_control {"app": "${app}", "action": "restart"}`);
  return {
    said: [
      `Linked apps are not restarted (${live.join(', ')}); if one does not connect again by itself: ${calls.join(', ')}`,
    ],
  };
}

/** Adds the restart of the one linked app as the job of a plan. */
export function followedBy(plan: Plan, { step, said }: Followers): Plan {
  const consequences = [...plan.consequences, ...said];
  if (step === undefined) return { ...plan, consequences };
  return {
    ...plan,
    consequences,
    effect: plan.effect === 'destructive' ? 'destructive' : 'disruptive',
    app: step.app,
    commands: [...plan.commands, step.command],
    job: { kind: 'command', command: step.command.name },
  };
}

/** A recorded port keeps a service from starting (exit 1 although it runs), so it is closed before and opened after. */
export function aroundExposure(
  service: Service,
  commands: readonly Command[],
  { services }: Context,
): readonly Command[] {
  const [port] = service.exposed.map((mapping) => mapping.split('->')[1] ?? '');
  if (port === undefined) return commands;
  const open = /^(?:[\d.]+:)?[1-9]\d{0,4}$/.test(port) ? services.expose(service, port) : [];
  return [...services.unexpose(service), ...commands, ...open];
}

export async function planStart(input: Ask, context: Context): Promise<Plan> {
  const { services, signal } = context;
  const key = keyIn(input);
  const service = await services.getByName(key, signal);
  const { state } = conditionOf(service);
  const start = services.control(key, 'start');
  return {
    summary: `Start the ${title(key)}`,
    effect: 'reversible',
    commands: state === 'stopped' ? aroundExposure(service, start, context) : start,
    consequences: [
      state === 'running' ? 'It runs already; nothing changes.' : `It is ${state}.`,
      ...(service.exposed.length > 0 && state === 'stopped'
        ? [
            `Its open port (${service.exposed.join(' ')}) is closed and opened again, without which the start fails half way.`,
          ]
        : []),
    ],
    facts: { ...key, state, exposed: service.exposed },
    inverse: state === 'running' ? [] : services.control(key, 'stop'),
  };
}

export async function planStop(input: Ask, context: Context): Promise<Plan> {
  const { services, signal } = context;
  const key = keyIn(input);
  const service = await services.getByName(key, signal);
  const apps = usersOf(service).join(', ');
  return {
    summary: `Stop the ${title(key)}`,
    effect: 'disruptive',
    commands: services.control(key, 'stop'),
    consequences: [
      'Its container is removed; the data stays, and start makes a new container.',
      ...(apps === ''
        ? ['No app is linked to it.']
        : [
            `Linked apps lose it at once (${apps}), and their next restart or deploy fails until it is started again.`,
          ]),
      ...(service.exposed.length === 0 ? [] : ['Its open port stays recorded; closing it takes 10 s.']),
    ],
    facts: { ...key, status: service.status, links: service.links },
    inverse: services.control(key, 'start'),
  };
}

export async function planRestart(input: Ask, context: Context): Promise<Plan> {
  const { services, signal } = context;
  const key = keyIn(input);
  const service = await services.getByName(key, signal);
  const { state } = conditionOf(service);
  const restart = services.control(key, 'restart');
  const plan: Plan = {
    summary: `Restart the ${title(key)}`,
    effect: 'disruptive',
    commands: state === 'stopped' ? aroundExposure(service, restart, context) : restart,
    consequences: ['Its connections break for some seconds.'],
    facts: { ...key, status: service.status, links: service.links },
    inverse: [],
  };
  return followedBy(plan, await followers(service, input.restart === true, context));
}

export async function planExpose(input: Ask, context: Context): Promise<Plan> {
  const { services, signal } = context;
  const { port } = input;
  const key = keyIn(input);
  const service = await services.getByName(key, signal);
  const { state, remedy = '' } = conditionOf(service);
  if (service.exposed.length > 0) {
    throw new DomainError('CONFLICT', {
      reason: `The ${title(key)} has an open port already: ${service.exposed.join(' ')}.`,
      wayOut: 'unexpose it first.',
    });
  }
  if (state !== 'running') {
    throw new DomainError('CONFLICT', {
      reason: `The ${title(key)} does not run (${state}).`,
      wayOut: remedy,
    });
  }
  await refuseTaken(port, context);
  const local = port?.startsWith('127.') === true;
  return {
    summary: `Open ${port === undefined ? 'a random port' : `port ${port}`} of the host to the ${title(key)}`,
    effect: 'disruptive',
    commands: services.expose(key, port),
    consequences: [
      local
        ? 'Only programs on the host itself can reach it there.'
        : 'ANYONE who can reach this host can try to log in to it from outside: docker opens the port past a firewall such as ufw. Only its password protects it, mostly without encryption.',
    ],
    facts: { ...key, exposed: service.exposed },
    inverse: services.unexpose(key),
    needsConsent: !local,
  };
}

/** A port that another service has makes expose fail and is recorded all the same. */
async function refuseTaken(port: string | undefined, { services, signal }: Context): Promise<void> {
  if (port === undefined) return;
  const number = port.split(':').at(-1) ?? port;
  const all = await services.getAll({ signal });
  const holder = all.find(({ facts }) =>
    facts?.value.exposed.some((mapping) => mapping.split(/->|:/).at(-1) === number),
  );
  if (holder === undefined) return;
  throw new DomainError('CONFLICT', {
    reason: `Port ${number} is taken by the ${title(holder)}.`,
    wayOut: 'Choose another port.',
  });
}

export async function planUnexpose(input: Ask, context: Context): Promise<Plan> {
  const { services, signal } = context;
  const key = keyIn(input);
  const service = await services.getByName(key, signal);
  const port = service.exposed[0]?.split('->')[1];
  return {
    summary: `Close the open port of the ${title(key)}`,
    effect: 'disruptive',
    commands: services.unexpose(key),
    consequences: [
      service.exposed.length === 0
        ? 'It has none.'
        : `Whoever connects over ${service.exposed.join(' ')} loses the connection (10 s); linked apps do not use it.`,
    ],
    facts: { ...key, exposed: service.exposed },
    inverse: port === undefined ? [] : services.expose(key, port),
  };
}
