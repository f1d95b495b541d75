import { byBytes } from '../access.ts';
import { bundle } from '../config/bundle.ts';
import { clear, importFile, set, unsetKeys } from '../config/changes.ts';
import { EnvFileFault } from '../config/env-file.ts';
import { readEnvironment } from '../config/environment.ts';
import { exportFormats, pretty, quoted } from '../config/formats.ts';
import { load, say, type Target, target } from '../config/target.ts';
import { Exit, type Family, type Handler, type Invocation } from '../invocation.ts';
import { fail, title, warning } from '../output.ts';
import type { FlagSpec } from '../pflag.ts';

const merged: FlagSpec = { kind: 'bool', usage: '--merged: merge app environment and global environment' };
const mergedShown: FlagSpec = {
  kind: 'bool',
  usage: "--merged: display the app's environment merged with the global environment",
};
const FORMATS =
  'docker-args | docker-args-keys | exports | envfile | json | json-list | pack-keys | pretty | shell';

const get: Handler = async (call) => {
  await call.sleep(50);
  const { scope, flags, words } = target(call, {
    quoted: { kind: 'bool', usage: '--quoted: get the value quoted' },
  });
  const [key, ...more] = words;
  if (key === undefined) fail(call, 'Expected: key');
  if (more.length > 0) fail(call, `Unexpected argument(s): [${more.join(' ')}]`);
  const variables = readEnvironment(call.host, scope);
  const value = variables instanceof EnvFileFault ? undefined : variables.get(key);
  if (value === undefined) return 1;
  call.out(`${flags.has('quoted') ? quoted(value) : value}\n`);
  return 0;
};

const keys: Handler = async (call) => {
  await call.sleep(50);
  const variables = load(call, target(call, { merged }));
  for (const key of [...variables.keys()].sort(byBytes)) call.out(`${key}\n`);
  return 0;
};

const show: Handler = async (call) => {
  await call.sleep(50);
  const place = target(call, { merged: mergedShown });
  return print(call, place);
};

function print(call: Invocation, place: Target): number {
  const variables = load(call, place);
  say(call, title(`${place.scope === '--global' ? 'global' : place.scope.name} env vars`));
  call.out(`${pretty(variables)}\n`);
  return 0;
}

const exported: Handler = async (call) => {
  await call.sleep(50);
  const place = target(call, {
    merged,
    format: {
      kind: 'string',
      usage: `--format: [ ${FORMATS} ] which format to export as)`,
      initial: 'exports',
    },
  });
  const variables = load(call, place);
  const format = place.flags.text('format');
  const write = exportFormats[format];
  if (write === undefined) fail(call, `Unknown export format: ${format}`);
  call.out(`${write(variables)}${format === 'shell' ? ' ' : '\n'}`);
  return 0;
};

const bundled: Handler = async (call) => {
  await call.sleep(50);
  call.out(bundle(load(call, target(call, { merged }))).toString('utf8'));
  return 0;
};

const bare: Handler = async (call) => {
  await call.sleep(100);
  const place = target(call, {
    shell: {
      kind: 'bool',
      usage: '--shell: in a single-line for usage in command-line utilities [deprecated]',
    },
    export: { kind: 'bool', usage: '--export: print the env as eval-compatible exports [deprecated]' },
    merged: mergedShown,
  });
  const { shell, exports } = { shell: place.flags.has('shell'), exports: place.flags.has('export') };
  if (shell && exports) fail(call, 'Only one of --shell and --export can be given');
  if (!shell && !exports) return print(call, place);
  const format = shell ? 'shell' : 'exports';
  call.err(warning(`Deprecated: Use 'config:export --format ${format}' instead`));
  const write = exportFormats[format];
  if (write === undefined) throw new Exit(1);
  call.out(`${write(load(call, place))}${shell ? '' : '\n'}`);
  return 0;
};

/** The config plugin (plugins/config of Dokku 0.38.27). */
export const config: Family = {
  commands: {
    config: bare,
    'config:bundle': bundled,
    'config:clear': clear,
    'config:export': exported,
    'config:get': get,
    'config:import': importFile,
    'config:keys': keys,
    'config:set': set,
    'config:show': show,
    'config:unset': unsetKeys,
  },
};
