import { isTooOld } from '../domain/infrastructure/host-access.ts';
import { variablesOf } from './masking/command-variables.ts';
import type { Command } from './ports.ts';

/** Commands with a way for their secret on standard input, and the Dokku that first has it. */
const SINCE: Readonly<Record<string, string>> = {
  'config:set': '0.37.0',
  'registry:login': '0.34.0',
  'git:auth': '0.38.0',
  'git:auth-status': '0.38.0',
};

/** True when the command's secrets can travel another way than as its arguments. */
export function canLeaveArgv({ name, secrets, stdin }: Command): boolean {
  return Object.hasOwn(SINCE, name) && stdin === undefined && (secrets ?? []).length > 0;
}

/**
 * The command that does the same with its secrets on standard input, so that they stand in no process list of the host;
 * on a Dokku that cannot take them there, the command itself.
 */
export function offArgv(command: Command, version: string): Command {
  const since = SINCE[command.name];
  if (!canLeaveArgv(command) || since === undefined || isTooOld(version, since)) return command;
  if (command.name === 'config:set') return asImport(command);
  const { name, args, secrets = [] } = command;
  const [password] = secrets;
  if (password === undefined || args.at(-1) !== password) return command;
  const rest = args.slice(0, -1);
  return {
    ...command,
    args: name === 'registry:login' ? ['--password-stdin', ...rest] : rest,
    stdin: password,
  };
}

/** `config:import` restarts like `config:set` and takes the same flags and target; its values arrive byte for byte. */
function asImport(command: Command): Command {
  const variables = variablesOf(command);
  const target = command.args.filter((word) => word !== '--encoded' && !word.includes('='));
  return {
    ...command,
    name: 'config:import',
    args: ['--format', 'json', ...target, '-'],
    stdin: JSON.stringify(Object.fromEntries(variables)),
    secrets: variables.map(([, value]) => value).filter((value) => value !== ''),
  };
}
