import { byBytes, requireApp } from '../access.ts';
import { bundle } from '../config/bundle.ts';
import { EnvFileFault, readEnvFile } from '../config/env-file.ts';
import { readEnvironment, type Scope, writeEnvironment } from '../config/environment.ts';
import { exportFormats, pretty, quoted } from '../config/formats.ts';
import { readJsonVariables } from '../config/import.ts';
import { redeploy } from '../deploy/redeploy.ts';
import { Exit, type Family, type Handler, type Invocation } from '../invocation.ts';
import { fail, info, title, warning } from '../output.ts';
import { type FlagSpec, type ParsedFlags, parseFlags } from '../pflag.ts';

const global: FlagSpec = { kind: 'bool', usage: '--global: use the global environment' };
const merged: FlagSpec = { kind: 'bool', usage: '--merged: merge app environment and global environment' };
const mergedShown: FlagSpec = {
  kind: 'bool',
  usage: "--merged: display the app's environment merged with the global environment",
};
const noRestart: FlagSpec = { kind: 'bool', usage: '--no-restart: no restart' };
const FORMATS =
  'docker-args | docker-args-keys | exports | envfile | json | json-list | pack-keys | pretty | shell';

/** What a config command works on: the words after the app and the variables' place. */
interface Target {
  readonly scope: Scope;
  readonly flags: ParsedFlags;
  readonly words: readonly string[];
}

function target(call: Invocation, specs: Readonly<Record<string, FlagSpec>>): Target {
  const flags = parseFlags(call, { global, ...specs });
  if (flags.has('global')) return { scope: '--global', flags, words: flags.rest };
  return { scope: requireApp(call, flags.arg(0)), flags, words: flags.rest.slice(1) };
}

/** The variables, or the end of the command with Dokku's reason. */
function load(call: Invocation, { scope, flags }: Pick<Target, 'scope' | 'flags'>): Map<string, string> {
  const own = readEnvironment(call.host, scope);
  if (own instanceof EnvFileFault) fail(call, own.message);
  if (!flags.has('merged') || scope === '--global') return own;
  const shared = readEnvironment(call.host, '--global');
  if (shared instanceof EnvFileFault) fail(call, shared.message);
  return new Map([...shared, ...own]);
}

function checkKeys(call: Invocation, keys: readonly string[]): void {
  const wrong = keys.find((key) => !/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(key));
  if (wrong !== undefined) fail(call, `Invalid key name: '${wrong}'`);
}

function say(call: Invocation, text: string): void {
  if (!call.flags.quiet) call.out(text);
}

/** SetMany of plugins/config/config.go. */
async function setMany(
  call: Invocation,
  place: Target,
  entries: ReadonlyMap<string, string>,
  replace: boolean,
): Promise<number> {
  const variables = load(call, place);
  checkKeys(call, [...entries.keys()]);
  if (replace) variables.clear();
  for (const [key, value] of entries) variables.set(key, value);
  say(call, info('Setting config vars'));
  say(call, `${pretty(entries, '       ')}\n`);
  await call.sleep(70);
  writeEnvironment(call.host, place.scope, variables);
  return restart(call, place);
}

async function unset(call: Invocation, place: Target, keys: readonly string[]): Promise<number> {
  const variables = load(call, place);
  checkKeys(call, keys);
  let changed = false;
  for (const key of keys) {
    if (variables.delete(key)) {
      changed = true;
      say(call, info(`Unsetting ${key}`));
    } else {
      say(call, info(`Skipping ${key}, it is not set in the environment`));
    }
  }
  if (changed) {
    await call.sleep(70);
    writeEnvironment(call.host, place.scope, variables);
  }
  return restart(call, place);
}

/** A deployed app that was not stopped is redeployed; that its redeploy failed does not change the exit code. */
async function restart(call: Invocation, { scope, flags }: Target): Promise<number> {
  if (scope === '--global' || flags.has('no-restart') || !scope.restore || !scope.deployed) return 0;
  call.out(info(`Restarting app ${scope.name}`));
  const code = await redeploy(call, scope, 'config-redeploy');
  if (code !== 0) call.err(warning(`Failure while restarting app: exit status ${code}`));
  return 0;
}

const set: Handler = async (call) => {
  await call.sleep(50);
  const place = target(call, {
    encoded: { kind: 'bool', usage: '--encoded: interpret VALUEs as base64' },
    'no-restart': noRestart,
  });
  if (place.words.length === 0) fail(call, 'At least one env pair must be given');
  const entries = new Map<string, string>();
  for (const pair of place.words) {
    const equals = pair.indexOf('=');
    if (equals < 0) fail(call, `Invalid env pair: ${pair}`);
    const key = pair.slice(0, equals);
    const value = pair.slice(equals + 1);
    entries.set(key, place.flags.has('encoded') ? decode(call, key, value) : value);
  }
  return setMany(call, place, entries, false);
};

/** base64.StdEncoding.DecodeString: line breaks are skipped, everything else must fit. */
function decode(call: Invocation, key: string, value: string): string {
  const text = value.replace(/[\r\n]/g, '');
  const wrong = text.search(/[^A-Za-z0-9+/]/);
  const padded = /^[A-Za-z0-9+/]*={0,2}$/.test(text) && text.length % 4 === 0;
  if (!padded) {
    const at = wrong >= 0 && text.charAt(wrong) !== '=' ? wrong : text.length - (text.length % 4);
    fail(call, `illegal base64 data at input byte ${at} for key '${key}'`);
  }
  return Buffer.from(text, 'base64').toString('utf8');
}

const unsetKeys: Handler = async (call) => {
  await call.sleep(50);
  const place = target(call, { 'no-restart': noRestart });
  if (place.words.length === 0) fail(call, 'At least one key must be given');
  return unset(call, place, place.words);
};

const clear: Handler = async (call) => {
  await call.sleep(50);
  const place = target(call, { 'no-restart': noRestart });
  return unset(call, place, [...load(call, place).keys()].sort(byBytes));
};

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

const importFile: Handler = async (call) => {
  await call.sleep(50);
  const place = target(call, {
    'no-restart': noRestart,
    replace: { kind: 'bool', usage: '--replace: replace existing config vars' },
    format: {
      kind: 'string',
      usage: '--format: [ envfile | json ] which format to export as)',
      initial: 'envfile',
    },
  });
  const file = place.words[0] ?? '';
  if (file === '-') say(call, info('Reading config vars from stdin'));
  const entries = imported(call, place.flags.text('format'), file, place.scope);
  if (entries.size === 0) fail(call, 'No config vars to set');
  for (const [key, value] of entries) say(call, info(`Setting config var ${key}=${value}`));
  return setMany(call, place, entries, place.flags.has('replace'));
};

/** The host's own files are out of the simulator's reach: a file name reads as one that does not exist. */
function imported(call: Invocation, format: string, file: string, scope: Scope): Map<string, string> {
  const text = file === '-' ? call.stdin.toString('utf8') : undefined;
  try {
    if (format === 'json') {
      if (text === undefined) fail(call, `open ${file}: no such file or directory`);
      return readJsonVariables(text);
    }
    if (format !== 'envfile' && format !== '') fail(call, `Unknown format: ${format}`);
    const variables = readEnvFile(text ?? '');
    const name = scope === '--global' ? '' : scope.name;
    for (const key of [...variables.keys()].filter((word) => !/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(word))) {
      call.out(info(`Deleting invalid key ${key} from config for ${name}`));
      variables.delete(key);
    }
    return variables;
  } catch (error) {
    if (error instanceof EnvFileFault) fail(call, error.message);
    throw error;
  }
}

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
