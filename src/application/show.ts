import type { Command } from './ports.ts';

const MASK = '********';

/** A command as a person reads it: decoded argv, quoted where needed, secret values masked. Never parsed again. */
export function showCommand(command: Command): string {
  const words = [...(command.flags ?? []).map((flag) => `--${flag}`), command.name, ...command.args].map(
    (word) => quote(mask(word, command.secrets ?? [])),
  );
  const stdin =
    command.stdin === undefined
      ? ''
      : ` < (${new TextEncoder().encode(command.stdin).length} bytes on standard input)`;
  return `dokku ${words.join(' ')}${stdin}`;
}

function mask(word: string, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret !== '')
    .reduce((text, secret) => text.replaceAll(secret, MASK), word);
}

function quote(word: string): string {
  return /^[A-Za-z0-9_./:=@%+,*-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
