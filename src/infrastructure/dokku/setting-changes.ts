import type { Application, DesiredApplication } from '../../domain/application/application.ts';
import type { PlannedCommand } from '../../domain/application/repository.ts';
import { type AppSettings, type DockerPhase, noSettings } from '../../domain/application/settings.ts';

const PHASES: readonly DockerPhase[] = ['build', 'deploy', 'run'];

/**
 * The fewest commands that give an app the wanted limits, checks, mounts, docker options, builder, buildpacks and
 * properties of nginx. What `desired` does not name stays; what it names becomes exactly so. They take effect with the
 * next restart or deploy, builder and buildpacks with the next build.
 */
export function settingCommands(
  current: Application,
  desired: DesiredApplication,
  settings: AppSettings = noSettings,
): readonly PlannedCommand[] {
  const { name } = current;
  return [
    ...propertyCommands('builder', name, settings.builder, desired.builder),
    ...buildpackCommands(name, settings.buildpacks, desired.buildpacks),
    ...PHASES.flatMap((phase) =>
      optionCommands(name, phase, settings.dockerOptions[phase], desired.dockerOptions?.[phase]),
    ),
    ...resourceCommands(name, current.resources, desired.resources),
    ...checkCommands(current, desired.checks),
    ...mountCommands(name, current.mounts, desired.mounts),
    ...propertyCommands('nginx', name, settings.nginx, desired.nginx),
  ];
}

type Texts = Readonly<Record<string, string>>;

/** Names whose value is another one, wanted ones first; undefined where it is to go. */
function changesOf(found: Texts, wanted: Texts): [string, string | undefined][] {
  const set = Object.entries(wanted).filter(([key, value]) => found[key] !== value);
  const gone = Object.keys(found).filter((key) => !(key in wanted));
  return [...set, ...gone.map((key): [string, undefined] => [key, undefined])];
}

function propertyCommands(plugin: string, app: string, found: Texts, wanted?: Texts): PlannedCommand[] {
  if (wanted === undefined) return [];
  return changesOf(found, wanted).map(([key, value]) => ({
    name: `${plugin}:set`,
    args: [app, key, ...(value === undefined || value === '' ? [] : [value])],
  }));
}

/** Their order counts, so that they are only ever set as a whole; buildpacks:set replaces one by one. */
function buildpackCommands(
  app: string,
  found: readonly string[],
  wanted?: readonly string[],
): PlannedCommand[] {
  if (wanted === undefined || wanted.join('\n') === found.join('\n')) return [];
  const clear: PlannedCommand[] = found.length === 0 ? [] : [{ name: 'buildpacks:clear', args: [app] }];
  return [...clear, ...wanted.map((url) => ({ name: 'buildpacks:add', args: [app, url] }))];
}

function optionCommands(
  app: string,
  phase: DockerPhase,
  found: readonly string[],
  wanted?: readonly string[],
): PlannedCommand[] {
  if (wanted === undefined) return [];
  const surplus = found.filter((option) => !wanted.includes(option));
  const absent = [...new Set(wanted)].filter((option) => !found.includes(option));
  return [
    ...surplus.map((option) => ({ name: 'docker-options:remove', args: [app, phase, option] })),
    ...absent.map((option) => ({ name: 'docker-options:add', args: [app, phase, option] })),
  ];
}

/** One command for each process type and kind; `clear` takes one amount away (plugins/resource of Dokku). */
function resourceCommands(app: string, found: Texts, wanted?: Texts): PlannedCommand[] {
  if (wanted === undefined) return [];
  const groups = new Map<string, string[]>();
  for (const [key, value] of changesOf(found, wanted)) {
    const [type = '', kind = '', amount = ''] = key.split('.');
    const group = `${kind}.${type}`;
    groups.set(group, [...(groups.get(group) ?? []), `--${amount}`, value ?? 'clear']);
  }
  return [...groups].map(([group, words]) => {
    const [kind = '', type = ''] = group.split('.');
    const process = type === '_default_' ? [] : ['--process-type', type];
    return { name: `resource:${kind}`, args: [...words, ...process, app] };
  });
}

function checkCommands(
  { name, checks }: Application,
  wanted: DesiredApplication['checks'] = {},
): PlannedCommand[] {
  const found = { disabled: checkedProcesses(checks.disabled), skipped: checkedProcesses(checks.skipped) };
  const disabled = [...(wanted.disabled ?? found.disabled)].sort();
  const skipped = [...(wanted.skipped ?? found.skipped)].sort();
  const same = disabled.join() === found.disabled.join() && skipped.join() === found.skipped.join();
  const retire = wanted.waitToRetire;
  return [
    ...(same ? [] : [{ name: 'checks:enable', args: [name] }]),
    ...(same ? [] : marking('checks:disable', name, disabled)),
    ...(same ? [] : marking('checks:skip', name, skipped)),
    ...(retire === undefined || String(retire) === checks['wait-to-retire']
      ? []
      : [{ name: 'checks:set', args: [name, 'wait-to-retire', String(retire)] }]),
  ];
}

function marking(name: string, app: string, types: readonly string[]): PlannedCommand[] {
  if (types.length === 0) return [];
  return [{ name, args: types.includes('_all_') ? [app] : [app, types.join(',')] }];
}

/** The process types of a list in checks:report, sorted; `none` is none. */
function checkedProcesses(list = ''): readonly string[] {
  return list
    .split(/[\s,]+/)
    .filter((type) => type !== '' && type !== 'none')
    .sort();
}

/** A path is mounted as it is, a storage entry by its name. */
function mountCommands(
  app: string,
  found: Application['mounts'],
  wanted?: Application['mounts'],
): PlannedCommand[] {
  if (wanted === undefined) return [];
  const has = (mounts: Application['mounts'], one: Application['mounts'][number]): boolean =>
    mounts.some(({ from, to }) => from === one.from && to === one.to);
  const args = ({ from, to }: Application['mounts'][number]): string[] =>
    from.includes('/') ? [app, `${from}:${to}`] : ['--container-dir', to, app, from];
  return [
    ...found.filter((one) => !has(wanted, one)).map((one) => ({ name: 'storage:unmount', args: args(one) })),
    ...wanted.filter((one) => !has(found, one)).map((one) => ({ name: 'storage:mount', args: args(one) })),
  ];
}
