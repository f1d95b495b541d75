import { type Command, Option } from 'commander';
import type { Flags } from '../config/load.ts';

/** Flags that every command takes; each has its counterpart in the environment and in the configuration file. */
export function common(command: Command): Command {
  return command
    .addOption(new Option('--host <name...>', 'user@host, or a host of the configuration'))
    .addOption(new Option('--identity <file>', 'private key that ssh would not find itself'))
    .addOption(new Option('--port <number>', 'SSH port').hideHelp(command.parent === null))
    .addOption(new Option('--read-only', 'nothing can be changed'))
    .addOption(
      new Option('--role <name>', 'role that the policy knows you by').hideHelp(command.parent === null),
    )
    .addOption(new Option('--config <file>', 'configuration file (YAML)'))
    .addOption(
      new Option('--state-dir <dir>', 'where deploys and the audit are kept').hideHelp(
        command.parent === null,
      ),
    )
    .addOption(new Option('--demo', 'a simulated host instead of a real one'));
}

/** Flags of whoever serves. */
export function serving(command: Command): Command {
  return common(command)
    .addOption(new Option('--http', 'serve over HTTP (needs tokens in the configuration)'))
    .addOption(new Option('--listen <host:port>', 'where, default 127.0.0.1:7780'));
}

export interface CommonOptions extends Flags {
  readonly demo?: boolean;
}

/** The flags as given, before or after the command's name. */
export function flags(command: Command): CommonOptions {
  return command.optsWithGlobals<CommonOptions>();
}

/** Prints a line for a person on standard output. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Prints a line on standard error. */
export function warn(text: string): void {
  process.stderr.write(`${text}\n`);
}
