import type { Command, CommandInfo, GlobalFlag } from '../../../application/ports.ts';
import { ValidationError } from '../../../domain/errors.ts';
import {
  type FlagSyntax,
  type PositionalSyntax,
  parseSynopsis,
  type Syntax,
  type ValueSyntax,
} from './syntax.ts';
import { reasonAgainst } from './values.ts';

/** From these on every word belongs to the command inside a container, or to docker. */
const freeForm: ReadonlySet<string> = new Set(['word', 'option']);

const globalFlags: ReadonlyMap<string, GlobalFlag> = new Map([
  ['--force', 'force'],
  ['--quiet', 'quiet'],
]);

/**
 * Turns the words that a caller gave for a catalogued command into a Command, after checking each of them against
 * the synopsis: known flags only, flags with their values, every required value there and none too many (Dokku
 * ignores extra words in silence), names of the right form. `--flag=value` becomes two words; `--force` and
 * `--quiet` become global flags where the command knows them.
 *
 * Faults: ValidationError naming the value or flag of the synopsis; its message never repeats a value.
 */
export function validateCommand(info: CommandInfo, words: readonly string[], stdin?: string): Command {
  if (info.refused !== undefined) {
    throw new ValidationError('command', `${info.name} is never sent`, { wayOut: info.refused });
  }
  if (stdin !== undefined && !info.stdin) {
    throw new ValidationError('stdin', `${info.name} does not read standard input`);
  }
  const given = new Words(info, words).read();
  return {
    name: info.name,
    args: given.args,
    ...(given.flags.length === 0 ? {} : { flags: given.flags }),
    ...(stdin === undefined ? {} : { stdin }),
  };
}

/** Reads the words of one call from left to right. */
class Words {
  readonly #syntax: Syntax;
  readonly #synopsis: string;
  readonly #words: readonly string[];
  readonly #args: string[] = [];
  readonly #globals: GlobalFlag[] = [];
  readonly #seen = new Set<string>();
  readonly #values: string[] = [];

  constructor(info: CommandInfo, words: readonly string[]) {
    this.#syntax = parseSynopsis(info.synopsis);
    this.#synopsis = info.synopsis;
    this.#words = words;
  }

  read(): { args: readonly string[]; flags: readonly GlobalFlag[] } {
    for (let index = 0; index < this.#words.length; index += 1) {
      const word = this.#words[index] ?? '';
      const next = this.#nextPositional();
      if (next !== undefined && freeForm.has(next.name) && this.#startsFree(next, word)) {
        this.#take(next, this.#words.slice(word === '--' && next.afterDashes ? index + 1 : index));
        this.#args.push(...this.#words.slice(index));
        break;
      }
      if (/^-./.test(word) && !this.#isNegativeNumber(word, next))
        index += this.#flag(word, this.#words[index + 1]);
      else this.#positional(word, next);
    }
    this.#complete();
    return { args: this.#args, flags: this.#globals };
  }

  #startsFree(next: PositionalSyntax, word: string): boolean {
    return next.afterDashes
      ? word === '--'
      : !this.#syntax.flags.has(word.split('=', 1)[0] ?? '') || this.#values.length > 0;
  }

  #isNegativeNumber(word: string, next: PositionalSyntax | undefined): boolean {
    return next?.name === 'number' && /^-\d+$/.test(word);
  }

  /** The positional that the next value belongs to; those that a flag stands for are passed over. */
  #nextPositional(): PositionalSyntax | undefined {
    const open = this.#syntax.positionals.filter(
      ({ instead }) => !instead.some((flag) => this.#seen.has(flag)),
    );
    return open[this.#values.length] ?? (open.at(-1)?.repeated ? open.at(-1) : undefined);
  }

  #positional(word: string, next: PositionalSyntax | undefined): void {
    if (next === undefined || next.afterDashes) {
      throw new ValidationError(
        `argument ${this.#values.length + 1}`,
        'this command takes no further words',
        {
          wayOut: this.#usage(),
        },
      );
    }
    this.#take(next, [word]);
    this.#args.push(word);
  }

  #take(positional: PositionalSyntax, words: readonly string[]): void {
    if (!freeForm.has(positional.name))
      for (const word of words) this.#check(positional.name, positional, word);
    this.#values.push(...words);
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
      else this.#globals.push(global);
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
  }

  #complete(): void {
    for (const [name, { required }] of this.#syntax.flags) {
      if (required && !this.#seen.has(name)) {
        throw new ValidationError(name, 'this flag is required', { wayOut: this.#usage() });
      }
    }
    const open = this.#syntax.positionals.filter(
      ({ instead }) => !instead.some((flag) => this.#seen.has(flag)),
    );
    const missing = open.slice(this.#values.length).find(({ required }) => required);
    if (missing !== undefined)
      throw new ValidationError(missing.name, 'it is missing', { wayOut: this.#usage() });
  }

  #usage(): string {
    return `Usage: ${this.#synopsis}`;
  }
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
