import type { Command, CommandCatalogue, GlobalFlag } from '../../application/ports.ts';
import { ValidationError } from '../../domain/errors.ts';
import { dispatch } from './dispatcher.ts';
import { encode } from './encoder.ts';

const globalFlags: ReadonlyMap<string, GlobalFlag> = new Map([
  ['--force', 'force'],
  ['--quiet', 'quiet'],
]);

/**
 * The command that Dokku would read: from the words of an argv, which are encoded first, or from one whole line as it
 * would come over SSH. Faults: INVALID_ARGUMENT for what is never sent, or is read as something else than it looks like.
 */
export function readLine(words: readonly string[], catalogue: CommandCatalogue): Command {
  const [only = ''] = words;
  const sent = words.length === 1 && only.includes(' ') ? only : encode(split(words));
  const { argv, flags, stderr } = dispatch(sent);
  const [name = '', ...args] = argv;
  if (flags.app !== undefined || flags.trace || stderr !== '') {
    throw new ValidationError(
      'line',
      `Dokku reads it as ${argv.join(' ') || 'nothing'}, with flags of its own`,
    );
  }
  if (catalogue.find(name) === undefined) {
    throw new ValidationError('command', `there is no Dokku command "${name.slice(0, 60)}"`);
  }
  return { name, args };
}

function split(words: readonly string[]): Command {
  const start = words.findIndex((word) => !globalFlags.has(word));
  const leading = words.slice(0, Math.max(start, 0));
  const [name = '', ...args] = words.slice(leading.length);
  return { name, args, flags: leading.flatMap((word) => globalFlags.get(word) ?? []) };
}
