import { computed, property } from '../access.ts';
import type { SimulatedHost } from '../host.ts';
import type { Family, Handler } from '../invocation.ts';
import { warning } from '../output.ts';
import { parseFlags } from '../pflag.ts';
import { propertyHandler } from '../properties.ts';
import { type ReportKeys, reportHandler } from '../report.ts';
import type { SimulatedApp } from '../state.ts';
import { type Defaults, tieredKeys } from '../tiers.ts';

const setBuilder = propertyHandler({
  plugin: 'builder',
  style: 'go',
  keys: ['build-dir', 'detected', 'selected', 'skip-cleanup'],
  globalKeys: ['build-dir', 'selected', 'skip-cleanup'],
});

const set: Handler = async (call) => {
  const flags = parseFlags(call, { global: { kind: 'bool', usage: '--global: set a global property' } });
  if (flags.arg(flags.has('global') ? 0 : 1) !== 'detected') return setBuilder(call);
  await call.sleep(40);
  call.err(warning('detected is a read-only property'));
  return 0;
};

function appKeys(host: SimulatedHost, app: SimulatedApp): ReportKeys {
  const tiers = tieredKeys(host, 'builder', app, { selected: '', 'build-dir': '', 'skip-cleanup': 'false' });
  return { ...tiers, 'builder-detected': property(host, 'builder', app, 'detected') };
}

function globalKeys(host: SimulatedHost): ReportKeys {
  const value = (key: string): string => property(host, 'builder', '--global', key);
  return {
    'builder-global-selected': value('selected'),
    'builder-global-build-dir': value('build-dir'),
    'builder-global-skip-cleanup': value('skip-cleanup'),
    'builder-computed-skip-cleanup': computed(host, 'builder', '--global', 'skip-cleanup', 'false'),
  };
}

/** The one property of every builder plugin and what it is by itself. */
const builders: Readonly<Record<string, Defaults>> = {
  'builder-dockerfile': { 'dockerfile-path': 'Dockerfile' },
  'builder-herokuish': { allowed: 'true' },
  'builder-lambda': { 'lambdayml-path': 'lambda.yml' },
  'builder-nixpacks': { 'nixpackstoml-path': 'nixpacks.toml' },
  'builder-pack': { 'projecttoml-path': 'project.toml' },
  'builder-railpack': { 'railpackjson-path': 'railpack.json' },
};

/** plugins/builder and the builder-* plugins: which builder makes an app's image, and where it finds its file. */
export const builder: Family = {
  commands: {
    'builder:report': reportHandler({
      type: 'builder',
      legacyPrefix: true,
      app: (app, call) => appKeys(call.host, app),
      global: (call) => globalKeys(call.host),
    }),
    'builder:set': set,
    ...Object.fromEntries(
      Object.entries(builders).flatMap(([plugin, defaults]) => commands(plugin, defaults)),
    ),
  },
};

function commands(plugin: string, defaults: Defaults): [string, Handler][] {
  const report = reportHandler({
    type: plugin,
    legacyPrefix: false,
    app: (app, call) => tieredKeys(call.host, plugin, app, defaults),
    global: (call) => tieredKeys(call.host, plugin, '--global', defaults),
    cost: { base: 56, perApp: 1 },
  });
  const keys = Object.keys(defaults);
  return [
    [`${plugin}:report`, report],
    [`${plugin}:set`, propertyHandler({ plugin, style: 'shell', keys, globalKeys: keys, cost: 60 })],
  ];
}
