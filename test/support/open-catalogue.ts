import type { Command, CommandCatalogue, CommandInfo, Effect } from '../../src/application/ports.ts';

/**
 * A catalogue that knows every name it is asked for, as a read of every version unless `known` says otherwise:
 * for tests of what comes after the look-up.
 */
export function openCatalogue(known: Readonly<Record<string, Partial<CommandInfo>>> = {}): CommandCatalogue {
  const find = (name: string): CommandInfo | undefined => {
    if (name.includes('unknown')) return undefined;
    const [plugin = ''] = name.split(':');
    return {
      name,
      plugin,
      synopsis: name,
      description: name,
      effect: 'read' as Effect,
      output: 'text',
      longRunning: false,
      secretOutput: false,
      stdin: false,
      rootOnly: false,
      ...known[name],
    };
  };
  return {
    find,
    search: () => [],
    effectOf: (command: Command) => find(command.name)?.effect ?? 'destructive',
    effectsOf: (name) => [find(name)?.effect ?? 'destructive'],
    namesApp: () => false,
    concernOf: () => ({ kind: 'host' }),
    names: () => Object.keys(known),
    adopt: () => undefined,
    compose: (name, args, stdin) => ({ name, args, ...(stdin === undefined ? {} : { stdin }) }),
  };
}
