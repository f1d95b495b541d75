import { requireApp } from '../access.ts';
import type { Invocation } from '../invocation.ts';
import { fail } from '../output.ts';
import { type FlagSpec, type ParsedFlags, parseFlags } from '../pflag.ts';
import { EnvFileFault } from './env-file.ts';
import { readEnvironment, type Scope } from './environment.ts';

const global: FlagSpec = { kind: 'bool', usage: '--global: use the global environment' };

/** What a config command works on: the words after the app and the variables' place. */
export interface Target {
  readonly scope: Scope;
  readonly flags: ParsedFlags;
  readonly words: readonly string[];
}

/** The app, or the global environment, that the command names. */
export function target(call: Invocation, specs: Readonly<Record<string, FlagSpec>>): Target {
  const flags = parseFlags(call, { global, ...specs });
  if (flags.has('global')) return { scope: '--global', flags, words: flags.rest };
  return { scope: requireApp(call, flags.arg(0)), flags, words: flags.rest.slice(1) };
}

/** The variables, or the end of the command with Dokku's reason. */
export function load(
  call: Invocation,
  { scope, flags }: Pick<Target, 'scope' | 'flags'>,
): Map<string, string> {
  const own = readEnvironment(call.host, scope);
  if (own instanceof EnvFileFault) fail(call, own.message);
  if (!flags.has('merged') || scope === '--global') return own;
  const shared = readEnvironment(call.host, '--global');
  if (shared instanceof EnvFileFault) fail(call, shared.message);
  return new Map([...shared, ...own]);
}

/** Says it unless the command is to be quiet. */
export function say(call: Invocation, text: string): void {
  if (!call.flags.quiet) call.out(text);
}
