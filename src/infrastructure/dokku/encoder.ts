import type { Command } from '../../application/ports.ts';
import { DomainError, ValidationError } from '../../domain/errors.ts';
import { resolveAlias } from './core-plugins.ts';
import { type Dispatched, dispatch } from './dispatcher.ts';
import { isAtLeast } from './version.ts';

export interface EncodeOptions {
  /** The host's Dokku version, as `0.38.27`. Absent: 0.34 or newer. */
  readonly version?: string;
}

/** SSH_ORIGINAL_COMMAND is one environment string, which Linux limits to 131,072 bytes. */
export const longestLine = 120_000;

/**
 * Makes the SSH command string that reaches Dokku as exactly this argv and these global flags, which is proved by
 * decoding the string with the model of Dokku's dispatcher before it is returned.
 *
 * Faults: ValidationError for what no string can carry (see `travels`), naming the argument but never its value;
 * INTERNAL when the proof fails, which would be an error in this file.
 */
export function encode(command: Command, options: EncodeOptions = {}): string {
  const { name, args, flags = [] } = command;
  checkName(name);
  const git = name.includes('git');
  for (const [index, argument] of args.entries()) {
    travels(argument, fieldOf(argument, index), git);
    if (isOld(options.version)) travelsUnquoted(argument, fieldOf(argument, index));
  }
  const words = [...flags.map((flag) => `--${flag}`), name, ...args.map(git ? (word) => word : quote)];
  // xargs drops an empty argument at the very end of its input.
  const line = words.join(' ') + (args.at(-1) === '' ? ' ' : '');
  const bytes = Buffer.byteLength(line);
  if (bytes > longestLine) {
    throw new ValidationError('args', `the command is ${bytes} bytes long, and ${longestLine} is the most`, {
      wayOut: 'Send long values on standard input (config:import), or in several commands.',
    });
  }
  prove(dispatch(line), command);
  return line;
}

/** Exact names only: a path in a name would reach other scripts (`config:../../apps/subcommands/destroy`). */
function checkName(name: string): void {
  const refuse = (reason: string, wayOut?: string): never => {
    throw new ValidationError('command', reason, wayOut === undefined ? {} : { wayOut });
  };
  if (!/^[a-z0-9][a-z0-9-]*(:[a-z0-9-]+)*$/.test(name)) {
    refuse('a command is like apps:list: lower case letters, digits, hyphens and colons');
  }
  if (resolveAlias(name) !== name) refuse('this is a short name', `Use ${resolveAlias(name)}.`);
  if (dispatch(name).rootOnly) {
    refuse('Dokku runs this command only as root', `Run dokku ${name} on the host itself, as root.`);
  }
}

const reserved: ReadonlySet<string> = new Set(['--app', '--force', '--quiet', '--trace']);

/** Throws for an argument that Dokku's dispatcher cannot deliver, whatever the quoting. */
function travels(argument: string, field: string, git: boolean): void {
  const refuse = (reason: string, wayOut: string): never => {
    throw new ValidationError(field, reason, { wayOut });
  };
  if (argument.includes('\0')) refuse('a NUL character cannot be sent to Dokku', 'Remove it.');
  if (argument.includes('\n')) {
    refuse(
      'a line break cannot be sent to Dokku in an argument',
      'Send it on standard input where the command takes that (config:import), or base64 encoded (config:set --encoded).',
    );
  }
  if (/\p{Surrogate}/u.test(argument)) refuse('half of a surrogate pair is not text', 'Remove it.');
  if (reserved.has(argument)) {
    refuse(
      `Dokku takes ${argument} for its own global flag wherever it stands`,
      'Put it inside a longer argument, as in: sh -c "...".',
    );
  }
  if (git) {
    if (argument === '') refuse('git commands cannot carry an empty argument', 'Leave it out.');
    if (/[\s\p{Cc}]/u.test(argument)) {
      refuse(
        'Dokku splits the arguments of git commands at blanks, so they cannot hold any',
        'Remove the blanks.',
      );
    }
  } else if (/^-[neE]+$/.test(argument)) {
    refuse(
      `Dokku loses an argument that is only ${argument}`,
      'Use the long form of the option (--num, --env), or put it inside a longer argument, as in: sh -c "...".',
    );
  } else if (argument === '--help' || argument === '--version') {
    refuse(
      `Dokku replaces ${argument} by the help of another program`,
      'Use the plugin\'s help command (apps:help), or put it inside a longer argument, as in: sh -c "...".',
    );
  }
}

/** Before 0.34 Dokku split every line at blanks, without any quoting. */
function travelsUnquoted(argument: string, field: string): void {
  if (plain.test(argument)) return;
  throw new ValidationError(
    field,
    'Dokku before 0.34 cannot take blanks, quotes or special characters here',
    {
      wayOut: 'Upgrade Dokku on the host to 0.34 or newer.',
    },
  );
}

function isOld(version: string | undefined): boolean {
  return version !== undefined && !isAtLeast(version, '0.34.0');
}

const plain = /^[A-Za-z0-9_./:=@%+,-]+$/;

/**
 * Backslashes before everything but the plain characters. Hyphens get one too, since the dispatcher's first pass
 * splits at blanks whatever is quoted and would take the end of `MSG=run\ with\ --app` for its flag; a word that is
 * plain throughout cannot be split and stays legible.
 */
function quote(argument: string): string {
  if (argument === '') return "''";
  return plain.test(argument) ? argument : argument.replace(/[^A-Za-z0-9_./:=@%+,]/gu, '\\$&');
}

/** The variable of KEY=VALUE, otherwise the position, counted from 1. */
function fieldOf(argument: string, index: number): string {
  return /^([A-Za-z_][A-Za-z0-9_]*)=/.exec(argument)?.[1] ?? `argument ${index + 1}`;
}

function prove(decoded: Dispatched, { name, args, flags = [] }: Command): void {
  const intended = [name, ...args];
  const sameFlags =
    decoded.flags.app === undefined &&
    decoded.flags.force === flags.includes('force') &&
    decoded.flags.quiet === flags.includes('quiet') &&
    !decoded.flags.trace;
  const sameArgv =
    decoded.argv.length === intended.length && decoded.argv.every((word, index) => word === intended[index]);
  if (!sameFlags || !sameArgv || decoded.stderr !== '' || decoded.rootOnly) {
    throw new DomainError('INTERNAL', { id: `encoding of ${name}` });
  }
}
