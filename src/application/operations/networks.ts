import { z } from 'zod';
import { DomainError, ValidationError } from '../../domain/errors.ts';
import {
  attachmentsOf,
  danglingAttachments,
  isBuiltIn,
  type Network,
  type NetworkSettings,
  orphanNetworks,
  PHASES,
} from '../../domain/infrastructure/network.ts';
import type { Context } from '../context.ts';
import { defineChange, defineQuery, type Plan } from '../operation.ts';
import type { Command } from '../ports.ts';
import { table } from '../text.ts';
import { app, restart } from './fields.ts';
import { isServing, LATER_NOTE, RESTART_NOTE, restartOutcome, thenRestart } from './restarting.ts';

const NetworkName = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/,
    'a network name begins with a letter or digit and holds only letters, digits and . _ -',
  );
const phase = z.enum(PHASES);

export const networksInfo = defineQuery({
  name: 'networks_info',
  listed: false,
  title: 'List docker networks and what is attached',
  description:
    'Docker networks of the host, which app joins each in which phase, networks that nobody joins, and attachments to networks that do not exist.',
  input: z.strictObject({}),
  output: z.object({
    networks: z.array(
      z.object({
        name: z.string(),
        driver: z.string(),
        dokku_managed: z.boolean(),
        attached: z.array(z.object({ app: z.string(), phase })),
      }),
    ),
    orphans: z.array(z.string()),
    missing: z.array(z.object({ app: z.string(), phase, network: z.string() })),
  }),
  async run(_input, context) {
    const { networks, settings } = await read(context);
    const rows = networks.map(({ name, driver, dokkuManaged }) => ({
      name,
      driver,
      dokku_managed: dokkuManaged,
      attached: [...attachmentsOf(name, settings)],
    }));
    const orphans = orphanNetworks(networks, settings).map(({ name }) => name);
    const missing = [...danglingAttachments(networks, settings)];
    const shown = table(
      ['network', 'driver', 'made by', 'joined by'],
      rows.map(({ name, driver, dokku_managed, attached }) => [
        name,
        driver,
        dokku_managed ? 'dokku' : 'docker',
        attached.map((one) => `${one.app} (${one.phase})`).join(', ') || '-',
      ]),
    );
    const notes = [
      ...(orphans.length === 0 ? [] : [`Nobody joins: ${orphans.join(', ')} (data services may).`]),
      ...missing.map((one) => `${one.app} joins ${one.network} (${one.phase}), which does not exist.`),
    ];
    return { data: { networks: rows, orphans, missing }, text: [shown, ...notes].join('\n') };
  },
});

const Input = z.strictObject({
  action: z.enum(['create', 'destroy', 'attach', 'detach']),
  network: NetworkName,
  app: app.optional().describe('App to attach or detach'),
  phase: phase
    .default('attach-post-deploy')
    .describe(
      'When containers join: as they are made (initial-network), before, or after they pass their checks',
    ),
  restart,
});
type Input = z.output<typeof Input>;

export const networksSet = defineChange({
  name: 'networks_set',
  listed: false,
  title: 'Create, destroy, attach or detach a docker network',
  description: 'Changes docker networks, and which networks the containers of an app join.',
  effect: 'destructive',
  isSevere: ({ action }) => action === 'destroy',
  idempotent: true,
  input: Input,
  output: z.object({
    network: z.string(),
    exists: z.boolean(),
    attached: z.array(z.object({ app: z.string(), phase })),
  }),
  async plan(input, context) {
    const { networks, settings } = await read(context);
    return input.action === 'create' || input.action === 'destroy'
      ? existence(input, networks, settings, context)
      : await attachment(input, networks, settings, context);
  },
  async readBack(input, context, done) {
    const { networks, settings } = await read(context);
    const { action, network, app } = input;
    const exists = networks.some(({ name }) => name === network);
    const attached = [...attachmentsOf(network, settings)];
    const joins = attached.some((one) => one.app === app && one.phase === input.phase);
    const good = { create: exists, destroy: !exists, attach: joins, detach: !joins }[action];
    if (!good) {
      throw new DomainError('NOT_APPLIED', {
        command: done.plan.commands[0]?.name ?? 'network:set',
        found: `${network} ${exists ? 'exists' : 'does not exist'}; joined by ${words(attached)}`,
        wayOut: 'Another change may have come between; call networks_info and decide anew.',
      });
    }
    const { text, untrusted } = restartOutcome(done);
    const about = `${network} ${exists ? `exists, joined by ${words(attached)}` : 'is gone'}.`;
    return {
      data: { network, exists, attached },
      text: action === 'attach' || action === 'detach' ? `${about} ${text}` : about,
      ...(untrusted === undefined ? {} : { untrusted }),
    };
  },
});

function existence(
  { action, network }: Input,
  networks: readonly Network[],
  settings: ReadonlyMap<string, NetworkSettings>,
  { infrastructure }: Context,
): Plan {
  const exists = networks.some(({ name }) => name === network);
  const users = attachmentsOf(network, settings);
  const facts = { exists, users };
  if (action === 'create') {
    if (exists) throw new DomainError('NAME_TAKEN', { what: 'network', name: network });
    return {
      summary: `Create the network ${network}`,
      effect: 'reversible',
      commands: infrastructure.createNetwork(network),
      consequences: ['No app joins it yet: attach them with action attach.'],
      facts,
      inverse: infrastructure.destroyNetwork(network),
    };
  }
  known(network, networks);
  if (isBuiltIn(network))
    throw new ValidationError('network', `${network} is docker's own and cannot be removed`);
  if (users.length > 0) {
    throw new DomainError('CONFLICT', {
      reason: `${words(users)} would fail at the next deploy without the network ${network}.`,
      wayOut: 'Detach these apps first.',
    });
  }
  return {
    summary: `Destroy the network ${network}`,
    effect: 'destructive',
    commands: infrastructure.destroyNetwork(network),
    consequences: [
      'Data services that were put into it lose it too; docker refuses while containers are in it.',
    ],
    facts,
    inverse: infrastructure.createNetwork(network),
    typedName: network,
  };
}

async function attachment(
  { action, network, app, phase, restart }: Input,
  networks: readonly Network[],
  settings: ReadonlyMap<string, NetworkSettings>,
  context: Context,
): Promise<Plan> {
  if (app === undefined) throw new ValidationError('app', `${action} needs the app`);
  const serving = await isServing(context, app);
  const before = settings.get(app)?.own[phase] ?? [];
  if (action === 'attach') known(network, networks);
  if (isBuiltIn(network))
    throw new ValidationError('network', `Dokku attaches no app to docker's own ${network}`);
  const elsewhere = PHASES.find(
    (other) => other !== phase && settings.get(app)?.own[other].includes(network),
  );
  if (action === 'attach' && elsewhere !== undefined) {
    throw new DomainError('CONFLICT', {
      reason: `${app} joins ${network} already in the phase ${elsewhere}.`,
      wayOut: `Detach it there first, or leave it.`,
    });
  }
  if (action === 'attach' ? before.includes(network) : !before.includes(network)) {
    throw new DomainError('NO_CHANGE', {
      app,
      reason: `${app} ${action === 'attach' ? 'joins' : 'does not join'} ${network} in the phase ${phase} ${action === 'attach' ? 'already' : 'by itself'}.`,
      wayOut: 'networks_info shows who joins what, global settings among them.',
    });
  }
  const wanted =
    action === 'detach'
      ? before.filter((name) => name !== network)
      : phase === 'initial-network'
        ? [network]
        : [...before, network];
  const commands: readonly Command[] = context.infrastructure.attach(app, phase, wanted);
  const restarts = restart && serving;
  return {
    summary: `${action === 'attach' ? 'Attach' : 'Detach'} ${app} ${action === 'attach' ? 'to' : 'from'} the network ${network} (${phase})`,
    ...thenRestart(app, commands, restarts),
    consequences: [
      `${phase} of ${app} is now: ${before.join(', ') || 'none'}; then: ${wanted.join(', ') || 'none'}.`,
      ...(phase === 'initial-network'
        ? ['An initial network replaces the default bridge: links to services on the bridge stop working.']
        : []),
      restarts ? RESTART_NOTE : LATER_NOTE,
    ],
    facts: { app, before },
    inverse: context.infrastructure.attach(app, phase, before),
  };
}

function known(network: string, networks: readonly Network[]): void {
  if (networks.some(({ name }) => name === network)) return;
  throw new DomainError('NOT_FOUND', {
    what: 'network',
    name: network,
    nearest: networks
      .filter(({ dokkuManaged }) => dokkuManaged)
      .map(({ name }) => name)
      .slice(0, 3),
    wayOut: 'Create it with action create: Dokku would store the name of one that does not exist.',
  });
}

async function read({ infrastructure, signal }: Context) {
  const [networks, settings] = await Promise.all([
    infrastructure.networks(signal),
    infrastructure.networkSettings(signal),
  ]);
  return { networks, settings };
}

function words(attached: readonly { readonly app: string; readonly phase: string }[]): string {
  return attached.map((one) => `${one.app} (${one.phase})`).join(', ') || 'nobody';
}
