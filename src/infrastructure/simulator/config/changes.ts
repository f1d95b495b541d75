import { byBytes } from '../access.ts';
import { isDeployed } from '../deploy/deploy.ts';
import { redeploy } from '../deploy/redeploy.ts';
import type { Handler, Invocation } from '../invocation.ts';
import { fail, info, warning } from '../output.ts';
import type { FlagSpec } from '../pflag.ts';
import { EnvFileFault, readEnvFile } from './env-file.ts';
import { type Scope, writeEnvironment } from './environment.ts';
import { pretty } from './formats.ts';
import { readJsonVariables } from './import.ts';
import { load, say, type Target, target } from './target.ts';

/* The commands that write variables: config:set, unset, clear and import. */

const noRestart: FlagSpec = { kind: 'bool', usage: '--no-restart: no restart' };

function checkKeys(call: Invocation, keys: readonly string[]): void {
  const wrong = keys.find((key) => !/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(key));
  if (wrong !== undefined) fail(call, `Invalid key name: '${wrong}'`);
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
  if (scope === '--global' || flags.has('no-restart') || !scope.restore || !isDeployed(call.host, scope))
    return 0;
  call.out(info(`Restarting app ${scope.name}`));
  const code = await redeploy(call, scope, 'config-redeploy');
  if (code !== 0) call.err(warning('Failure while restarting app: '));
  return 0;
}

export const set: Handler = async (call) => {
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

export const unsetKeys: Handler = async (call) => {
  await call.sleep(50);
  const place = target(call, { 'no-restart': noRestart });
  if (place.words.length === 0) fail(call, 'At least one key must be given');
  return unset(call, place, place.words);
};

export const clear: Handler = async (call) => {
  await call.sleep(50);
  const place = target(call, { 'no-restart': noRestart });
  return unset(call, place, [...load(call, place).keys()].sort(byBytes));
};

export const importFile: Handler = async (call) => {
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
