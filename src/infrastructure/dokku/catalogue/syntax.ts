/** What one command takes, read from its synopsis in the catalogue. */
export interface Syntax {
  readonly flags: ReadonlyMap<string, FlagSyntax>;
  /** True when any `--name` is taken: reports show one value per flag. */
  readonly anyFlag: boolean;
  readonly positionals: readonly PositionalSyntax[];
}

/** A value's name decides how it is checked; choices list the only words that are taken. */
export interface ValueSyntax {
  readonly name: string;
  readonly choices?: readonly string[];
}

export interface FlagSyntax {
  /** Absent: the flag stands alone. */
  readonly value?: ValueSyntax;
  readonly required: boolean;
}

export interface PositionalSyntax extends ValueSyntax {
  readonly required: boolean;
  readonly repeated: boolean;
  /** Flags that stand instead of it: `(<app>|--global)`. */
  readonly instead: readonly string[];
  /** True after `--`: from there on nothing is a flag. */
  readonly afterDashes: boolean;
}

const token =
  /(-- )?(?:\[([^\]]*)\]|\(([^)]*)\)|(--[a-z0-9-]+ (?:<[^>]+>|[a-z|]+))|(<[^>]+>|[^\s[(.]+))(\.\.\.)?/g;

/**
 * Reads a synopsis: `<x>` a value, `[...]` optional, `...` repeated, `a|b` literal choices, `(<x>|--flag)` one of
 * both, `--flag <x>` a flag with a value, `[--<x>]` any flag, `-- <x>...` everything after two hyphens.
 */
export function parseSynopsis(synopsis: string): Syntax {
  const flags = new Map<string, FlagSyntax>();
  const positionals: PositionalSyntax[] = [];
  let anyFlag = false;
  const [, ...words] = synopsis.split(' ');
  for (const [, dashes, optional, group, flag, bare, repeat] of words.join(' ').matchAll(token)) {
    const parts = (optional ?? group ?? flag ?? bare ?? '').split(/\|(?=--)/);
    const flagParts = parts.filter((part) => /^-./.test(part));
    const required = optional === undefined;
    for (const part of flagParts) {
      const [name = part, value] = part.split(' ', 2);
      if (name.startsWith('--<')) anyFlag = true;
      else {
        flags.set(name, {
          required: required && parts.length === 1,
          ...(value === undefined ? {} : { value: valueSyntax(value) }),
        });
      }
    }
    const positional = parts.find((part) => !/^-./.test(part));
    if (positional === undefined) continue;
    positionals.push({
      ...valueSyntax(positional.replace(/\.\.\.$/, '')),
      required,
      repeated: repeat !== undefined || positional.endsWith('...'),
      instead: flagParts.map((part) => part.split(' ', 1)[0] ?? part),
      afterDashes: dashes !== undefined,
    });
  }
  return { flags, anyFlag, positionals };
}

function valueSyntax(text: string): ValueSyntax {
  const [, name] = /^<([^>]+)>$/.exec(text) ?? [];
  return name === undefined ? { name: text, choices: text.split('|') } : { name };
}
