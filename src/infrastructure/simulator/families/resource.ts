import { requireApp } from '../access.ts';
import type { Family, Handler, Invocation } from '../invocation.ts';
import { title, verbose } from '../output.ts';
import { type FlagSpec, type ParsedFlags, parseFlags } from '../pflag.ts';
import { reportHandler } from '../report.ts';
import type { SimulatedApp } from '../state.ts';

/** The resources in the order in which Dokku lists them. */
const kinds = [
  'cpu',
  'memory',
  'memory-swap',
  'network',
  'network-ingress',
  'network-egress',
  'nvidia-gpu',
] as const;

/** Dokku walks over a map when it sets values; memory and cpu were seen in this order. */
const settingOrder = ['memory', 'cpu', ...kinds.slice(2)];

interface Limiting {
  readonly type: 'limit' | 'reserve';
  readonly noun: 'limits' | 'reservation';
  readonly flags: Readonly<Record<string, FlagSpec>>;
}

const processType: FlagSpec = { kind: 'string', usage: 'process-type: A process type to manage' };

const limit: Limiting = {
  type: 'limit',
  noun: 'limits',
  flags: {
    cpu: { kind: 'string', usage: 'cpu: The amount of cpu to limit processes by' },
    memory: { kind: 'string', usage: 'memory: The amount of memory to limit processes by' },
    'memory-swap': { kind: 'string', usage: 'memory-swap: The amount of swap memory to limit processes by' },
    network: { kind: 'string', usage: 'network: The amount of network bandwidth to limit processes by' },
    'network-egress': {
      kind: 'string',
      usage: 'network-egress: The amount of egress network bandwidth to limit processes by',
    },
    'network-ingress': {
      kind: 'string',
      usage: 'network-ingress: The amount of ingress network bandwidth to limit processes by',
    },
    'nvidia-gpu': { kind: 'string', usage: 'nvidia-gpu: The number of Nvidia GPUs to limit a process to' },
    'process-type': processType,
  },
};

const reserve: Limiting = {
  type: 'reserve',
  noun: 'reservation',
  flags: {
    cpu: { kind: 'string', usage: 'cpu: The amount of cpu to reserve for processes' },
    memory: { kind: 'string', usage: 'memory: The amount of memory to reserve for processes' },
    'memory-swap': {
      kind: 'string',
      usage: 'memory-swap: The amount of swap memory to reserve for processes',
    },
    network: { kind: 'string', usage: 'network: The amount of network bandwidth to reserve for processes' },
    'network-egress': {
      kind: 'string',
      usage: 'network-egress: The amount of egress network bandwidth to reserve for processes',
    },
    'network-ingress': {
      kind: 'string',
      usage: 'network-ingress: The amount of ingress network bandwidth to reserve for processes',
    },
    'nvidia-gpu': {
      kind: 'string',
      usage: 'nvidia-gpu: The number of Nvidia GPUs to resource for a process',
    },
    'process-type': processType,
  },
};

/** `resource:limit` and `resource:reserve`: sets what is given, shows all when nothing is. Values are not checked. */
function setting(limiting: Limiting): Handler {
  return async (call) => {
    await call.sleep(44);
    const flags = parseFlags(call, limiting.flags);
    const app = requireApp(call, flags.arg(0));
    const process = flags.text('process-type') || '_default_';
    if (kinds.every((kind) => flags.text(kind) === '')) return list(call, app, process, limiting);
    const named = process === '_default_' ? '' : ` (${process})`;
    announce(call, `Setting resource ${limiting.noun} for ${app.name}${named}`);
    for (const kind of settingOrder) change(call, app, `${process}.${limiting.type}.${kind}`, kind, flags);
    return 0;
  };
}

function change(call: Invocation, app: SimulatedApp, key: string, kind: string, flags: ParsedFlags): void {
  const value = flags.text(kind);
  if (value === '') return;
  if (value === 'clear') {
    call.out(verbose(`${kind}: cleared`));
    app.resources.delete(key);
  } else {
    call.out(verbose(`${kind}: ${value}`));
    app.resources.set(key, value);
  }
}

function list(call: Invocation, app: SimulatedApp, process: string, { noun, type }: Limiting): number {
  const scope = process === '_default_' ? '[defaults]' : `(${process})`;
  announce(call, `resource ${noun} ${app.name} information ${scope}`);
  for (const kind of kinds) {
    call.out(verbose(`${kind}: ${app.resources.get(`${process}.${type}.${kind}`) ?? ''}`));
  }
  return 0;
}

/** `resource:limit-clear` and `resource:reserve-clear`. Without a process type Dokku removes **both** kinds. */
function clearing({ type, noun }: Limiting): Handler {
  return async (call) => {
    await call.sleep(52);
    const flags = parseFlags(call, {
      'process-type': { kind: 'string', usage: 'process-type: A process type to clear' },
    });
    const app = requireApp(call, flags.arg(0));
    const process = flags.text('process-type');
    const named = process === '' || process === '_default_' ? '' : ` (${process})`;
    announce(call, `clearing ${app.name} ${noun}${named}`);
    if (process === '') app.resources.clear();
    else for (const kind of kinds) app.resources.delete(`${process}.${type}.${kind}`);
    return 0;
  };
}

function announce(call: Invocation, text: string): void {
  if (!call.flags.quiet) call.out(title(text));
}

/** plugins/resource: limits and reservations by process type, in force from the next deploy on. */
export const resource: Family = {
  commands: {
    'resource:limit': setting(limit),
    'resource:limit-clear': clearing(limit),
    'resource:report': reportHandler({
      type: 'resource',
      legacyPrefix: true,
      upperCase: false,
      app: (app) => Object.fromEntries([...app.resources].map(([key, value]) => [`resource-${key}`, value])),
      global: () => ({}),
      cost: { base: 44, perApp: 1 },
    }),
    'resource:reserve': setting(reserve),
    'resource:reserve-clear': clearing(reserve),
  },
};
