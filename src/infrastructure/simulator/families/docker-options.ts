import { byBytes, requireApp } from '../access.ts';
import { OptionFault, sameOption, splitOptions } from '../docker-option-words.ts';
import type { Family, Handler, Invocation } from '../invocation.ts';
import { fail, info, warning } from '../output.ts';
import { type FlagSpec, type ParsedFlags, parseFlags } from '../pflag.ts';
import { reportHandler } from '../report.ts';
import type { SimulatedApp } from '../state.ts';

const phases = ['build', 'deploy', 'run'] as const;
const DEFAULT = '_default_';
const process: FlagSpec = {
  kind: 'strings',
  usage: 'process types to scope this option to (deploy phase only)',
};

/** Where an option is kept: the phase alone, or `PROCESS.PHASE` when it is for one process type. */
const place = (phase: string, processType: string): string =>
  processType === DEFAULT ? phase : `${processType}.${phase}`;

function options(app: SimulatedApp, phase: string, processType = DEFAULT): readonly string[] {
  return app.dockerOptions.get(place(phase, processType)) ?? [];
}

/** Process types that ever got an option of their own. */
function processTypes(app: SimulatedApp): string[] {
  const scoped = [...app.dockerOptions.keys()].filter((key) => key.includes('.'));
  return [...new Set(scoped.map((key) => key.slice(0, key.lastIndexOf('.'))))].sort(byBytes);
}

function parsePhases(call: Invocation, text: string): string[] {
  const named = text === '' ? [] : text.split(',');
  if (named.some((phase) => !(phases as readonly string[]).includes(phase))) {
    fail(call, `Phase(s) must be one of [${phases.join(' ')}]`);
  }
  return named;
}

function checkProcesses(call: Invocation, processes: readonly string[], named: readonly string[]): void {
  if (processes.length === 0) return;
  if (processes.includes('')) fail(call, '--process value must not be empty');
  refuseReserved(call, processes);
  const other = named.find((phase) => phase !== 'deploy');
  if (other !== undefined) refusePhase(call, other);
}

function refuseReserved(call: Invocation, processes: readonly string[]): void {
  if (processes.includes(DEFAULT)) {
    fail(call, `"${DEFAULT}" is reserved and cannot be used as a --process value`);
  }
}

function refusePhase(call: Invocation, phase: string): never {
  return fail(call, `--process is only supported for the deploy phase, got "${phase}"`);
}

const listed = (flags: ParsedFlags): string[] => flags.texts('process').flatMap((text) => text.split(','));

/** `docker-options:add` and `:remove`, which differ in what they do with one list. */
function changing(verb: string, change: (known: readonly string[], option: string) => string[]): Handler {
  return async (call) => {
    await call.sleep(52);
    const flags = parseFlags(call, { process }, call.args, { interspersed: false });
    const app = requireApp(call, flags.arg(0));
    const named = parsePhases(call, flags.arg(1));
    const given = split(call, flags.rest.slice(2).join(' '));
    if (given.options.length === 0) fail(call, `Please specify docker options to ${verb} the phase`);
    const processes = [...new Set([...listed(flags), ...given.processes])];
    checkProcesses(call, processes, named);
    if (verb === 'add to') warnOfUnknown(call, app, processes);
    for (const option of given.options) {
      for (const processType of processes.length === 0 ? [DEFAULT] : processes) {
        for (const phase of named) {
          const changed = change(options(app, phase, processType), option).sort(byBytes);
          app.dockerOptions.set(place(phase, processType), changed);
        }
      }
    }
    return 0;
  };
}

function split(call: Invocation, text: string): { options: string[]; processes: string[] } {
  try {
    return splitOptions(text);
  } catch (error) {
    if (error instanceof OptionFault) return fail(call, error.message);
    throw error;
  }
}

/** Dokku looks into the Procfile of the last deploy; without one it says nothing. */
function warnOfUnknown(call: Invocation, app: SimulatedApp, processes: readonly string[]): void {
  if (!app.deployed || app.scale.size < 2) return;
  for (const processType of processes.filter((name) => !app.scale.has(name))) {
    const text = `Process type "${processType}" is not declared in the Procfile for ${app.name}`;
    call.err(warning(text));
  }
}

const clear: Handler = async (call) => {
  await call.sleep(50);
  const flags = parseFlags(call, { process }, call.args, { interspersed: false });
  const app = requireApp(call, flags.arg(0));
  const processes = listed(flags);
  if (processes.length === 0 && flags.arg(1) === '') {
    call.out(info(`Clearing docker-options for ${app.name} on all phases`));
    for (const phase of phases) app.dockerOptions.delete(phase);
    return 0;
  }
  const parsed = parsePhases(call, flags.arg(1));
  const named = parsed.length === 0 ? ['deploy'] : parsed;
  checkProcesses(call, processes, named);
  for (const processType of processes.length === 0 ? [DEFAULT] : processes) {
    for (const phase of named) {
      const scope = processType === DEFAULT ? '' : ` for process ${processType}`;
      call.out(info(`Clearing docker-options for ${app.name} on phase ${phase}${scope}`));
      app.dockerOptions.delete(place(phase, processType));
    }
  }
  return 0;
};

const list: Handler = async (call) => {
  await call.sleep(50);
  const flags = parseFlags(call, {
    process: { kind: 'string', usage: 'process type to query (omit for the default scope)' },
    phase: { kind: 'string', usage: 'phase to query [build|deploy|run] (required)' },
  });
  const app = requireApp(call, flags.arg(0));
  const phase = flags.text('phase');
  const processType = flags.text('process');
  if (phase === '') fail(call, '--phase is required');
  if (!(phases as readonly string[]).includes(phase)) {
    fail(call, `Phase must be one of [${phases.join(' ')}]`);
  }
  if (processType !== '') {
    refuseReserved(call, [processType]);
    if (phase !== 'deploy') refusePhase(call, phase);
  }
  for (const option of options(app, phase, processType || DEFAULT)) call.out(`${option}\n`);
  return 0;
};

function appKeys(app: SimulatedApp): Record<string, string> {
  const keys = phases.map((phase) => [`docker-options-${phase}`, options(app, phase).join(' ')]);
  const scoped = processTypes(app).map((type) => [
    `docker-options-deploy.${type}`,
    options(app, 'deploy', type).join(' '),
  ]);
  return Object.fromEntries([...keys, ...scoped]);
}

function lists(app: SimulatedApp): Record<string, readonly string[]> {
  return Object.fromEntries([
    ...phases.map((phase) => [`${phase}-list`, options(app, phase)]),
    ...processTypes(app).map((type) => [`deploy.${type}-list`, options(app, 'deploy', type)]),
  ]);
}

/** plugins/docker-options: options that Dokku gives docker in the phases of an app. */
export const dockerOptions: Family = {
  commands: {
    'docker-options:add': changing('add to', (known, option) => [...known, option]),
    'docker-options:clear': clear,
    'docker-options:list': list,
    'docker-options:remove': changing('remove from', (known, option) =>
      known.filter((other) => !sameOption(other, option)),
    ),
    'docker-options:report': reportHandler({
      type: 'docker-options',
      legacyPrefix: true,
      app: appKeys,
      global: () => ({}),
      furtherJson: lists,
      refusesSeveralKeys: true,
      cost: { base: 50, perApp: 1 },
    }),
  },
};
