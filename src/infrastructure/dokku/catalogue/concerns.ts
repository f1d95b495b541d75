import type { CommandConcern } from '../../../application/ports.ts';
import { AppName } from '../../../domain/names.ts';
import type { FlagSyntax, PositionalSyntax, Syntax } from './syntax.ts';

/** Positionals that name an app. */
const appSlots: ReadonlySet<string> = new Set(['app', 'old-app', 'new-app']);

/** From these on every word belongs to the command inside a container, or to docker. */
export const freeForm: ReadonlySet<string> = new Set(['word', 'option']);

/** Any `--name` of a report that shows one value. */
const property = /^--[a-z0-9][a-z0-9.-]*$/;

/**
 * The apps that an argv concerns, read by the command's synopsis: those in the places of apps, wherever flags stand
 * between them. Without any, or with a flag that stands for all of them (`--all`, `--global`), it is the whole host.
 * Unclear is what the synopsis does not know, so that a word could be something else to Dokku than to us.
 */
export function concernOf(syntax: Syntax, args: readonly string[]): CommandConcern {
  const slots = [...syntax.positionals];
  const seen = new Set<string>();
  const apps: string[] = [];
  for (let index = 0; index < args.length; index += 1) {
    const word = args[index] ?? '';
    if (word === '--') {
      if (takesDashes(slots, seen)) break;
      return unclear('two hyphens stand where this command takes none');
    }
    const next = slots.find(({ instead }) => !instead.some((flag) => seen.has(flag)));
    if (next !== undefined && freeForm.has(next.name) && !next.afterDashes) break;
    if (/^-./.test(word)) {
      const [name = word] = word.split('=', 1);
      const flag = flagOf(syntax, name);
      if (flag === undefined) return unclear(`the command has no flag ${name.slice(0, 40)}`);
      seen.add(name);
      if (flag.value === undefined) {
        if (name !== word) return unclear(`${name} takes no value`);
      } else if (name === word) {
        index += 1;
        if (index >= args.length) return unclear(`${name} needs a value`);
      }
      continue;
    }
    if (next === undefined || next.afterDashes) return unclear('there are more words than the command takes');
    if (appSlots.has(next.name)) {
      if (!AppName.safeParse(word).success)
        return unclear('the word in the place of the app is no name of an app');
      apps.push(word);
    }
    if (!next.repeated) slots.splice(0, slots.indexOf(next) + 1);
  }
  const whole = wholeFlags(syntax).some((flag) => seen.has(flag));
  return apps.length === 0 || whole ? { kind: 'host' } : { kind: 'apps', apps };
}

/** The flags that stand instead of an app. */
export function wholeFlags({ positionals }: Syntax): readonly string[] {
  return positionals.filter(({ name }) => appSlots.has(name)).flatMap(({ instead }) => instead);
}

export function isAppSlot({ name }: PositionalSyntax): boolean {
  return appSlots.has(name);
}

function flagOf(syntax: Syntax, name: string): FlagSyntax | undefined {
  return syntax.flags.get(name) ?? (syntax.anyFlag && property.test(name) ? { required: false } : undefined);
}

/** `-- <word>...` comes next, after optional places at most. */
function takesDashes(slots: readonly PositionalSyntax[], seen: ReadonlySet<string>): boolean {
  const open = slots.filter(({ instead }) => !instead.some((flag) => seen.has(flag)));
  const index = open.findIndex(({ afterDashes }) => afterDashes);
  return index >= 0 && open.slice(0, index).every(({ required }) => !required);
}

function unclear(reason: string): CommandConcern {
  return { kind: 'unclear', reason };
}
