import type { CommandInfo, Effect } from '../../../application/ports.ts';

/**
 * One command in one line: usage, effect, description and what is out of the ordinary. The usage begins with the
 * exact name; `syntax.ts` reads the rest, so it says what the host really takes, also where Dokku's help does not.
 */
export type Row = readonly [usage: string, effect: Effect, description: string, facts?: Facts];

export interface Facts {
  readonly output?: CommandInfo['output'];
  readonly since?: string;
  readonly jsonSince?: string;
  readonly longRunning?: true;
  readonly secretOutput?: true;
  readonly stdin?: true;
  readonly rootOnly?: true;
  readonly refused?: string;
  readonly exitCodes?: Readonly<Record<number, string>>;
  readonly answers?: Readonly<Record<number, string>>;
}

/** Builds the entries of one plugin. Codes that every command shares (`exit codes` in Dokku's sources) are added. */
export function entries(plugin: string, rows: readonly Row[]): CommandInfo[] {
  return rows.map(([synopsis, effect, description, facts = {}]) => {
    const [name = synopsis] = synopsis.split(' ', 1);
    const exitCodes = {
      ...(/<(app|old-app)>/.test(synopsis) ? { 20: 'the app does not exist' } : {}),
      ...facts.exitCodes,
    };
    return {
      name,
      plugin,
      synopsis,
      description,
      effect,
      output: facts.output ?? 'text',
      longRunning: facts.longRunning ?? false,
      secretOutput: facts.secretOutput ?? effect === 'read-secret',
      stdin: facts.stdin ?? false,
      rootOnly: facts.rootOnly ?? false,
      ...(facts.since === undefined ? {} : { since: facts.since }),
      ...(facts.jsonSince === undefined ? {} : { jsonSince: facts.jsonSince }),
      ...(facts.refused === undefined ? {} : { refused: facts.refused }),
      ...(facts.answers === undefined ? {} : { answers: facts.answers }),
      ...(Object.keys(exitCodes).length === 0 ? {} : { exitCodes }),
    };
  });
}

/** The report command that every plugin has. `jsonSince` is Dokku's version from which `--format json` works. */
export function report(plugin: string, jsonSince: string, facts: Facts = {}): Row {
  return [
    `${plugin}:report [<app>|--global] [--format stdout|json] [--<property>]`,
    facts.secretOutput === true ? 'read-secret' : 'read',
    `Show the settings of ${plugin} for one app or all apps`,
    { output: 'report', jsonSince, ...facts },
  ];
}

/** The command that sets or clears one property; what is set takes effect with the next deploy or rebuild. */
export function set(plugin: string, facts: Facts = {}): Row {
  return [
    `${plugin}:set (<app>|--global) <property> [<value>]`,
    'reversible',
    `Set a property of ${plugin} for an app or globally, or clear it when no value is given`,
    facts,
  ];
}

/** An answer of `run` and its like: the exit code is that of the command inside. */
export const innerExit: Readonly<Record<number, string>> = {
  125: 'docker could not start the container',
  126: 'the command cannot be executed',
  127: 'the command was not found in the container',
};

export const asRoot: Facts = {
  rootOnly: true,
  refused: 'Dokku runs it only as root: run it on the host itself',
};
