import type {
  Command,
  CommandCatalogue,
  CommandConcern,
  CommandInfo,
  Effect,
  Searchable,
} from '../../../application/ports.ts';
import { DomainError } from '../../../domain/errors.ts';
import { nearest } from '../../../domain/nearest.ts';
import { appCommands } from './apps.ts';
import { concernOf, isAppSlot } from './concerns.ts';
import { judge, judgementsOf } from './effects.ts';
import { hostCommands } from './host.ts';
import { k3sCommands } from './k3s.ts';
import { processCommands } from './processes.ts';
import { routingCommands } from './routing.ts';
import { score, wordsOf } from './search.ts';
import { datastoreCommands, serviceCommands } from './services.ts';
import { settingCommands } from './settings.ts';
import { sourceCommands } from './source.ts';
import { storageCommands } from './storage.ts';
import { parseSynopsis, type Syntax } from './syntax.ts';
import { checkServiceWords, validateCommand } from './validate.ts';
import { webPluginCommands } from './web-plugins.ts';

/** Every command of Dokku 0.38.27 itself. */
export const coreCommands: readonly CommandInfo[] = [
  ...appCommands,
  ...sourceCommands,
  ...settingCommands,
  ...storageCommands,
  ...routingCommands,
  ...processCommands,
  ...hostCommands,
  ...k3sCommands,
];

/** Those of Dokku itself and of the plugins that are known. */
export const knownCommands: readonly CommandInfo[] = [
  ...coreCommands,
  ...webPluginCommands,
  ...serviceCommands,
];

/** A catalogue in memory; names are matched byte for byte. */
export class Catalogue implements CommandCatalogue {
  readonly #byName: Map<string, CommandInfo>;
  readonly #syntaxes = new Map<string, Syntax>();
  /** Plugins of data services: their commands are the same, so they are found only under the plugin's own name. */
  readonly #services: Set<string>;
  #names: readonly string[] | undefined;

  constructor(commands: readonly CommandInfo[] = knownCommands) {
    this.#byName = new Map(commands.map((info) => [info.name, info]));
    this.#services = new Set(serviceCommands.map(({ plugin }) => plugin));
  }

  adopt(type: string): void {
    if ([...this.#byName.values()].some(({ plugin }) => plugin === type)) return;
    this.#services.add(type);
    for (const info of datastoreCommands(type)) this.#byName.set(info.name, info);
    this.#names = undefined;
  }

  find(name: string): CommandInfo | undefined {
    return this.#byName.get(name);
  }

  /** Best first; a command that is never sent comes after all others. Empty when no word is found anywhere. */
  search<T extends Searchable = never>(
    words: string,
    limit: number,
    others: readonly T[] = [],
  ): readonly (CommandInfo | T)[] {
    const wanted = wordsOf(words);
    const commands = [...this.#byName.values()].filter(({ plugin }) => this.#isMeant(plugin, wanted));
    return [...others, ...commands]
      .map((info) => ({ info, points: score(info, wanted) }))
      .filter(({ points }) => points > 0)
      .sort(
        (a, b) =>
          Number(isRefused(a.info)) - Number(isRefused(b.info)) ||
          b.points - a.points ||
          (a.info.name < b.info.name ? -1 : 1),
      )
      .slice(0, limit)
      .map(({ info }) => info);
  }

  /** Who names no plugin of data services means the most common one. */
  #isMeant(plugin: string, wanted: readonly string[]): boolean {
    if (!this.#services.has(plugin)) return true;
    return wanted.includes(plugin) || (plugin === 'postgres' && wanted.includes('database'));
  }

  /** A command that is not catalogued counts as the worst. */
  effectOf(command: Command): Effect {
    const info = this.#byName.get(command.name);
    return info === undefined ? 'destructive' : (judge(command) ?? info.effect);
  }

  effectsOf(name: string): readonly Effect[] {
    const info = this.#byName.get(name);
    if (info === undefined) return ['destructive'];
    return [...new Set([info.effect, ...judgementsOf(name).map(({ effect }) => effect)])];
  }

  concernOf({ name, args }: Command): CommandConcern {
    const info = this.#byName.get(name);
    if (info === undefined) return { kind: 'unclear', reason: 'there is no such command' };
    return concernOf(this.#syntaxOf(info), args);
  }

  namesApp(name: string): boolean {
    const info = this.#byName.get(name);
    return info !== undefined && this.#syntaxOf(info).positionals.some(isAppSlot);
  }

  #syntaxOf({ name, synopsis }: CommandInfo): Syntax {
    const syntax = this.#syntaxes.get(name) ?? parseSynopsis(synopsis);
    this.#syntaxes.set(name, syntax);
    return syntax;
  }

  names(): readonly string[] {
    this.#names ??= [...this.#byName.keys()];
    return this.#names;
  }

  compose(name: string, args: readonly string[], stdin?: string): Command {
    const info = this.#byName.get(name);
    if (info === undefined) {
      const near = nearest(name, this.names());
      const hint = near.length === 0 ? '' : `; the nearest names are ${near.join(' and ')}`;
      throw new DomainError('POLICY_DENIED', {
        what: shown(name),
        rule: `only commands that command_search finds are sent, by their exact names${hint}`,
      });
    }
    if (info.refused !== undefined)
      throw new DomainError('POLICY_DENIED', { what: name, rule: info.refused });
    const command = validateCommand(info, args, stdin);
    checkServiceWords(info, command.args);
    return command;
  }
}

function isRefused(info: Searchable | CommandInfo): boolean {
  return 'refused' in info && info.refused !== undefined;
}

/** A name that is not catalogued is anybody's text: it is repeated only where it is short and plain. */
function shown(name: string): string {
  return /^[\x20-\x2e\x30-\x7e]{1,60}$/.test(name) ? `The command "${name}"` : 'This command';
}
