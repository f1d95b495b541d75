import type { Command } from './ports.ts';

const MASK = '********';

/**
 * A command as a person reads it: decoded argv, quoted where needed, secret values masked, characters that cannot be
 * seen written as their code point. Never parsed again.
 */
export function showCommand(command: Command): string {
  const secrets = (command.secrets ?? []).filter((secret) => secret !== '');
  // A secret that holds another one goes first, or its rest would stay.
  const longest = secrets.sort((a, b) => b.length - a.length);
  const words = [
    ...(command.flags ?? []).map((flag) => `--${flag}`),
    command.name,
    ...command.args.map((word) => visible(quote(mask(word, longest)))),
  ];
  const stdin =
    command.stdin === undefined
      ? ''
      : ` < (${new TextEncoder().encode(command.stdin).length} bytes on standard input)`;
  const files = `${command.source === undefined ? '' : ` < ${command.source.shown}`}${command.sink === undefined ? '' : ` > ${command.sink.shown}`}`;
  return `dokku ${words.join(' ')}${stdin}${files}`;
}

/** A word for a POSIX shell. */
export function quote(word: string): string {
  return /^[A-Za-z0-9_./:=@%+,*-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

function mask(word: string, secrets: readonly string[]): string {
  return secrets.reduce((text, secret) => text.replaceAll(secret, MASK), word);
}

/** No word can begin a line of its own or reorder what is read before consent. */
function visible(word: string): string {
  return word.replace(
    /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu,
    (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`,
  );
}
