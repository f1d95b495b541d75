import { byBytes } from '../../access.ts';
import type { DatastorePlugin } from '../plugin.ts';
import { backupsHelp } from './backups.ts';
import { dataHelp } from './data.ts';
import { lifecycleHelp } from './lifecycle.ts';
import { linksHelp } from './links.ts';

/* fn-help-all and fn-help-contents-subcommand of the official plugins' help-functions, without colours. */

interface Source {
  readonly description: string;
  readonly args: readonly string[];
  readonly argumentLines: readonly string[];
  readonly flagLines: readonly string[];
  readonly examples: readonly string[];
}

const sources: Readonly<Record<string, string>> = {
  ...backupsHelp,
  ...dataHelp,
  ...lifecycleHelp,
  ...linksHelp,
};

/** The URLs in examples: those of promote name a database everywhere, those of link are like the plugin's own. */
function exampleUrl(
  plugin: DatastorePlugin,
  subcommand: string,
  scheme: string,
  service: string,
  password: string,
): string {
  const host = `dokku-${plugin.name}-${service.replaceAll('_', '-')}`;
  const port = plugin.ports[0] ?? 0;
  const own = plugin.dsn({ scheme, password, host, port, service, database: service });
  if (subcommand === 'promote') {
    const user = own.includes('://:') ? '' : service;
    return `${scheme}://${user}:${password}@${host}:${port}/${service}`;
  }
  return own.replace(/:\/\/[^:@/]+:(?=[^/]*@)/, `://${plugin.exampleUser ?? service}:`);
}

/** The text with what differs between plugins put in. */
function filled(text: string, plugin: DatastorePlugin, subcommand: string): string {
  const values: Readonly<Record<string, string>> = {
    prefix: plugin.name,
    service: plugin.title,
    variable: plugin.variable,
    alias: plugin.alias,
    scheme: plugin.scheme,
    image: plugin.image,
    version: plugin.imageVersion,
    port: String(plugin.ports[0]),
    ports: plugin.ports.join(' '),
  };
  return text
    .replace(/\{url(2?):(\w+):(\w+)\}/g, (_, two: string, service: string, password: string) =>
      exampleUrl(plugin, subcommand, `${plugin.scheme}${two}`, service, password),
    )
    .replace(/\{(\w+)\}/g, (whole, key: string) => values[key] ?? whole);
}

function sourceOf(plugin: DatastorePlugin, subcommand: string): Source | undefined {
  const text = Object.hasOwn(sources, subcommand) ? sources[subcommand] : undefined;
  if (text === undefined) return undefined;
  const lines = filled(text, plugin, subcommand).split('\n');
  const after = (mark: string): string[] =>
    lines
      .filter((line) => line === mark || line.startsWith(`${mark} `))
      .map((line) => line.slice(mark.length + 1));
  return {
    description: after('desc')[0] ?? '',
    args: (after('args')[0] ?? '').split(' ').filter((word) => word !== ''),
    argumentLines: after('A'),
    flagLines: after('F'),
    examples: after('E'),
  };
}

/** `<service> [--create-flags...]`; a list of all commands shows three arguments at most. */
function argumentText(args: readonly string[], full: boolean): string {
  const shown = args.map((name) => {
    const dashed = (text: string): string => text.replaceAll('_', '-').toLowerCase();
    if (name === 'INFO_FLAG') return '[--single-info-flag]';
    if (name.endsWith('_FLAG')) {
      const bare = name.slice(0, -'_FLAG'.length);
      return `[-${bare.charAt(0).toLowerCase()}|--${dashed(bare)}]`;
    }
    if (name.endsWith('_FLAGS_LIST')) return `[--${dashed(name.slice(0, -'_LIST'.length))}...]`;
    if (name.endsWith('_LIST')) return `<${dashed(name.slice(0, -'_LIST'.length))}...>`;
    if (name.endsWith('_OPTIONAL')) return `[<${dashed(name.slice(0, -'_OPTIONAL'.length))}>]`;
    return `<${dashed(name)}>`;
  });
  return full || shown.length <= 3 ? shown.join(' ') : `${shown.slice(0, 3).join(' ')}...`;
}

/** column -t -s, with two columns: the second keeps its blank. */
function columns(rows: readonly string[]): string {
  const cells = rows.map((row) => {
    const comma = row.indexOf(',');
    return [row.slice(0, comma), row.slice(comma + 1)] as const;
  });
  const width = Math.max(0, ...cells.map(([first]) => first.length));
  return cells.map(([first, second]) => `${first.padEnd(width)}  ${second}\n`).join('');
}

/** Commands are set apart from the sentences around them, notes are indented. */
function exampleText(lines: readonly string[]): string {
  let last = '';
  let text = '';
  for (const line of lines) {
    const isCommand = line.startsWith('export') || line.startsWith('dokku');
    const apart = last !== '' && last !== (isCommand ? 'command' : 'sentence') ? '\n' : '';
    if (isCommand) text += `${apart}    ${line}\n`;
    else if (line.startsWith('>')) text += `${apart}\n    ${line}\n`;
    else text += `${apart}${line}\n`;
    last = isCommand ? 'command' : 'sentence';
  }
  return text.replace(/\n+$/, '\n');
}

const implemented = (plugin: DatastorePlugin): string[] =>
  Object.keys(sources).filter((name) => !plugin.unimplemented.includes(name));

/** `PLUGIN:help` */
export function pluginHelp(plugin: DatastorePlugin): string {
  const rows = implemented(plugin).flatMap((name) => {
    const source = sourceOf(plugin, name);
    if (source === undefined) return [];
    const line = `    ${plugin.name}:${name} ${argumentText(source.args, false)}`.trimEnd();
    return [`${line}, ${source.description}`];
  });
  return `usage: dokku ${plugin.name}[:COMMAND]

List your ${plugin.name} services.

Example:

    $ dokku ${plugin.name}:list

      ${plugin.title} services
      service-name

dokku ${plugin.name} commands: (get help with dokku ${plugin.name}:help SUBCOMMAND)

${columns(rows.sort(byBytes))}
`;
}

/** `PLUGIN:help SUBCOMMAND`; undefined when there is none of that name. */
export function subcommandHelp(plugin: DatastorePlugin, subcommand: string): string | undefined {
  const source = sourceOf(plugin, subcommand);
  if (source === undefined) return undefined;
  const { args, description, argumentLines, flagLines, examples } = source;
  const section = (name: string, text: string): string => (text === '' ? '' : `${name}:\n\n${text}\n`);
  const usage = `usage: dokku ${plugin.name}:${subcommand} ${argumentText(args, true)}`.trimEnd();
  return [
    `${usage}\n\n${description}\n\n`,
    section('arguments', columns(argumentLines)),
    section('flags', columns(flagLines)),
    section('examples', exampleText(examples)),
  ].join('');
}
