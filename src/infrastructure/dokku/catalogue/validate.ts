import type { Command, CommandInfo, GlobalFlag } from '../../../application/ports.ts';
import { ValidationError } from '../../../domain/errors.ts';
import { reasonAgainstServiceWords } from '../../../domain/service/words.ts';
import { freeForm } from './concerns.ts';
import {
  type FlagSyntax,
  type PositionalSyntax,
  parseSynopsis,
  type Syntax,
  type ValueSyntax,
} from './syntax.ts';
import { reasonAgainst } from './values.ts';

const globalFlags: ReadonlyMap<string, GlobalFlag> = new Map([
  ['--force', 'force'],
  ['--quiet', 'quiet'],
]);

/**
 * Turns the words that a caller gave for a catalogued command into a Command, after checking each of them against
 * the synopsis: known flags only, flags with their values, every required value there and none too many (Dokku
 * ignores extra words in silence), names of the right form. `--flag=value` becomes two words; `--force` and
 * `--quiet` become global flags where the command knows them, and what destroys always gets `--force`, since Dokku's
 * own question cannot be answered here. Passwords and values of variables are named as secrets.
 *
 * Faults: ValidationError naming the value or flag of the synopsis; its message never repeats a value.
 */
export function validateCommand(info: CommandInfo, words: readonly string[], stdin?: string): Command {
  if (stdin !== undefined && !info.stdin) {
    throw new ValidationError('stdin', `${info.name} does not read standard input`);
  }
  const { args, flags, secrets } = new Words(info, words).read();
  return {
    name: info.name,
    args,
    ...(flags.length === 0 ? {} : { flags }),
    ...(stdin === undefined ? {} : { stdin }),
    ...(secrets.length === 0 ? {} : { secrets }),
  };
}

/** Refuses a command whose words would reach another service than they seem to. Faults: ValidationError. */
export function checkServiceWords(info: Pick<CommandInfo, 'synopsis'>, args: readonly string[]): void {
  const bad = reasonAgainstServiceWords(info.synopsis, args);
  if (bad !== undefined)
    throw new ValidationError(bad.field, bad.reason, { wayOut: `Usage: ${info.synopsis}` });
}

/** Reads the words of one call from left to right. */
class Words {
  readonly #syntax: Syntax;
  readonly #synopsis: string;
  readonly #words: readonly string[];
  readonly #args: string[] = [];
  readonly #globals = new Set<GlobalFlag>();
  readonly #secrets: string[] = [];
  readonly #seen = new Set<string>();
  /** How many positionals have their value, or were passed over. */
  #slots = 0;

  constructor(info: CommandInfo, words: readonly string[]) {
    this.#syntax = parseSynopsis(info.synopsis);
    this.#synopsis = info.synopsis;
    this.#words = words;
    if (info.effect === 'destructive' && this.#syntax.flags.has('--force')) this.#globals.add('force');
  }

  read(): { args: readonly string[]; flags: readonly GlobalFlag[]; secrets: readonly string[] } {
    for (let index = 0; index < this.#words.length; index += 1) {
      const word = this.#words[index] ?? '';
      if (word === '--') this.#passToDashes();
      const next = this.#next();
      if (next !== undefined && freeForm.has(next.name) && next.afterDashes === (word === '--')) {
        const rest = this.#words.slice(index);
        this.#slots += rest.length - (next.afterDashes ? 1 : 0);
        this.#args.push(...rest);
        break;
      }
      if (/^-./.test(word)) index += this.#flag(word, this.#words[index + 1]);
      else this.#positional(word, next);
    }
    this.#complete();
    return { args: this.#args, flags: [...this.#globals], secrets: this.#secrets };
  }

  /** The positionals that no flag stands for. */
  #open(): readonly PositionalSyntax[] {
    return this.#syntax.positionals.filter(({ instead }) => !instead.some((flag) => this.#seen.has(flag)));
  }

  /** The positional that the next value belongs to. */
  #next(): PositionalSyntax | undefined {
    const open = this.#open();
    const last = open.at(-1);
    return open[this.#slots] ?? (last?.repeated ? last : undefined);
  }

  /** Passes over the optional positionals before `-- <word>...`. */
  #passToDashes(): void {
    const slot = this.#open().findIndex(({ afterDashes }) => afterDashes);
    const between = this.#open().slice(this.#slots, Math.max(slot, 0));
    if (between.every(({ required }) => !required)) this.#slots += between.length;
  }

  #positional(word: string, next: PositionalSyntax | undefined): void {
    if (next === undefined || next.afterDashes) {
      throw new ValidationError(`argument ${this.#slots + 1}`, 'this command takes no further words', {
        wayOut: this.#usage(),
      });
    }
    this.#check(next.name, next, word);
    // Keys of DNS providers are properties of letsencrypt and traefik.
    if (next.name === 'value' && word !== '' && /^dns-provider-./.test(this.#args.at(-1) ?? ''))
      this.#secrets.push(word);
    // Somebody wrote key and value as one word: Dokku takes it for a name, and prints and keeps it.
    const [, joined = ''] = /^dns-provider-[^=]+=([\s\S]+)$/.exec(word) ?? [];
    if (joined !== '') this.#secrets.push(joined);
    this.#slots += 1;
    this.#args.push(word);
  }

  /** Returns how many further words the flag took. */
  #flag(word: string, following: string | undefined): 0 | 1 {
    const [name = word, ...rest] = word.split('=');
    const joined = rest.length === 0 ? undefined : rest.join('=');
    const flag = this.#known(name);
    this.#seen.add(name);
    if (flag.value === undefined) {
      if (joined !== undefined)
        throw new ValidationError(name, 'this flag takes no value', { wayOut: this.#usage() });
      const global = globalFlags.get(name);
      if (global === undefined) this.#args.push(name);
      else this.#globals.add(global);
      return 0;
    }
    const value = joined ?? following;
    if (value === undefined)
      throw new ValidationError(name, 'this flag needs a value', { wayOut: this.#usage() });
    this.#check(name, flag.value, value);
    this.#args.push(name, value);
    return joined === undefined ? 1 : 0;
  }

  #known(name: string): FlagSyntax {
    const flag = this.#syntax.flags.get(name);
    if (flag !== undefined) return flag;
    if (this.#syntax.anyFlag && /^--[a-z0-9][a-z0-9.-]*$/.test(name) && !neverProperties.has(name)) {
      return { required: false };
    }
    throw new ValidationError(name, 'this command has no such flag', { wayOut: this.#usage() });
  }

  #check(field: string, { name, choices }: ValueSyntax, value: string): void {
    const reason =
      choices === undefined
        ? reasonAgainst(name, value)
        : choices.includes(value)
          ? undefined
          : `it is one of ${choices.join(', ')}`;
    if (reason !== undefined) throw new ValidationError(field, reason, { wayOut: this.#usage() });
    this.#secrets.push(...secretsIn(name, value));
  }

  #complete(): void {
    for (const [name, { required }] of this.#syntax.flags) {
      if (required && !this.#seen.has(name)) {
        throw new ValidationError(name, 'this flag is required', { wayOut: this.#usage() });
      }
    }
    const missing = this.#open()
      .slice(this.#slots)
      .find(({ required }) => required);
    if (missing !== undefined)
      throw new ValidationError(missing.name, 'it is missing', { wayOut: this.#usage() });
  }

  #usage(): string {
    return `Usage: ${this.#synopsis}`;
  }
}

/** The parts of a value that must not be shown. */
function secretsIn(name: string, value: string): readonly string[] {
  const after = (pair: string): string => pair.slice(pair.indexOf('=') + 1);
  const secrets =
    name === 'key=value'
      ? [after(value)]
      : name === 'password'
        ? [value]
        : name === 'custom-env'
          ? value.split(';').map(after)
          : [];
  return secrets.filter((secret) => secret !== '');
}

/** Dokku's own flags are never a report's property. */
const neverProperties: ReadonlySet<string> = new Set([
  '--app',
  '--force',
  '--quiet',
  '--trace',
  '--help',
  '--version',
]);
