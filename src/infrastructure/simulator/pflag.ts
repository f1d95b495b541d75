import { Exit, type Invocation } from './invocation.ts';

/** One flag of a Go plugin's command (github.com/spf13/pflag). */
export interface FlagSpec {
  readonly kind: 'bool' | 'string' | 'int' | 'strings';
  readonly usage: string;
  readonly short?: string;
  readonly initial?: string;
}

/** What pflag understood: flags by their long name and the words that are left. */
export interface ParsedFlags {
  readonly rest: readonly string[];
  has(name: string): boolean;
  text(name: string): string;
  texts(name: string): readonly string[];
  /** The word at that position, '' when there is none, as pflag's Arg has it. */
  arg(index: number): string;
}

/**
 * Parses a command's words as pflag with ExitOnError does: flags may stand anywhere, `--` ends them.
 * What it does not know ends the command with exit 2 after the usage and the reason on standard error.
 */
export function parseFlags(
  call: Invocation,
  specs: Readonly<Record<string, FlagSpec>>,
  args: readonly string[] = call.args,
  options: { interspersed?: boolean } = {},
): ParsedFlags {
  const values = new Map<string, string[]>();
  const rest: string[] = [];
  const refuse = (reason: string, code = 2): Exit => {
    call.err(`Usage of ${call.command}:\n${usages(specs)}${reason}`);
    return new Exit(code);
  };
  const words = [...args];
  const take = (name: string, spec: FlagSpec, inline: string | undefined, shown: string): void => {
    const value = spec.kind === 'bool' ? (inline ?? 'true') : (inline ?? words.shift());
    if (value === undefined) throw refuse(`flag needs an argument: ${shown}\n`);
    const fault = valueFault(spec, value);
    if (fault !== undefined) {
      const named = spec.short === undefined ? `--${name}` : `-${spec.short}, --${name}`;
      throw refuse(`invalid argument ${JSON.stringify(value)} for "${named}" flag: ${fault}\n`);
    }
    values.set(name, spec.kind === 'strings' ? [...(values.get(name) ?? []), value] : [value]);
  };
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word === '--') {
      rest.push(...words.splice(0));
    } else if (word.startsWith('--')) {
      takeLong(word, specs, take, refuse);
    } else if (word.startsWith('-') && word.length > 1) {
      takeShort(word, specs, take, refuse);
    } else if (options.interspersed === false) {
      rest.push(word, ...words.splice(0));
    } else {
      rest.push(word);
    }
  }
  const texts = (name: string): readonly string[] => values.get(name) ?? [];
  return {
    rest,
    has: (name) => values.has(name) && values.get(name)?.[0] !== 'false',
    texts,
    text: (name) => texts(name).at(-1) ?? specs[name]?.initial ?? '',
    arg: (index) => rest[index] ?? '',
  };
}

type Take = (name: string, spec: FlagSpec, inline: string | undefined, shown: string) => void;
/** Says why on standard error; what it returns ends the command. */
type Refuse = (reason: string, code?: number) => Exit;

function takeLong(word: string, specs: Readonly<Record<string, FlagSpec>>, take: Take, refuse: Refuse): void {
  const equals = word.indexOf('=');
  const name = word.slice(2, equals < 0 ? undefined : equals);
  if (name === '' || name.startsWith('-') || name.startsWith('=')) throw refuse(`bad flag syntax: ${word}\n`);
  const spec = specs[name];
  if (spec === undefined) throw name === 'help' ? refuse('', 0) : refuse(`unknown flag: --${name}\n`);
  take(name, spec, equals < 0 ? undefined : word.slice(equals + 1), `--${name}`);
}

function takeShort(
  word: string,
  specs: Readonly<Record<string, FlagSpec>>,
  take: Take,
  refuse: Refuse,
): void {
  for (let rest = word.slice(1); rest !== ''; ) {
    const letter = rest.charAt(0);
    const name = Object.keys(specs).find((key) => specs[key]?.short === letter);
    const spec = name === undefined ? undefined : specs[name];
    if (name === undefined || spec === undefined) {
      throw letter === 'h' ? refuse('', 0) : refuse(`unknown shorthand flag: '${letter}' in -${rest}\n`);
    }
    const after = rest.slice(1);
    if (spec.kind === 'bool' && !after.startsWith('=')) {
      take(name, spec, undefined, '');
      rest = after;
    } else {
      const inline = after === '' ? undefined : after.replace(/^=/, '');
      take(name, spec, inline, `'${letter}' in -${rest}`);
      return;
    }
  }
}

function valueFault(spec: FlagSpec, value: string): string | undefined {
  if (spec.kind === 'int' && !/^[+-]?\d+$/.test(value)) {
    return `strconv.ParseInt: parsing ${JSON.stringify(value)}: invalid syntax`;
  }
  if (spec.kind === 'bool' && !/^(1|t|T|TRUE|true|True|0|f|F|FALSE|false|False)$/.test(value)) {
    return `strconv.ParseBool: parsing ${JSON.stringify(value)}: invalid syntax`;
  }
  return undefined;
}

/** The flags' part of pflag's usage text: sorted, aligned, with defaults. */
function usages(specs: Readonly<Record<string, FlagSpec>>): string {
  const rows = Object.keys(specs)
    .sort()
    .flatMap((name) => {
      const spec = specs[name];
      return spec === undefined ? [] : [usageRow(name, spec)];
    });
  const width = Math.max(0, ...rows.map(([head]) => head.length));
  return rows.map(([head, text]) => `${head.padEnd(width)}   ${text}\n`).join('');
}

function usageRow(name: string, spec: FlagSpec): [string, string] {
  const lead = spec.short === undefined ? '      ' : `  -${spec.short}, `;
  const kind = { bool: '', string: ' string', int: ' int', strings: ' strings' }[spec.kind];
  const initial = spec.initial ?? '';
  const shown =
    initial === '' || initial === '0'
      ? ''
      : spec.kind === 'string'
        ? ` (default ${JSON.stringify(initial)})`
        : ` (default ${initial})`;
  return [`${lead}--${name}${kind}`, `${spec.usage}${shown}`];
}
