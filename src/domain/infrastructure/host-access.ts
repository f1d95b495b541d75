import { compareVersions } from './advisories.ts';
import { reasonAgainstDockerOptions } from './docker-options.ts';
import { reasonAgainstSource } from './source-hosts.ts';
import {
  isBelow,
  reasonAgainstMount,
  reasonAgainstOptions,
  reasonAgainstPath,
  staysInside,
} from './storage-paths.ts';

/** A Dokku command as far as these rules look at it. */
export interface CommandWords {
  readonly name: string;
  readonly args: readonly string[];
}

/** What the operator has allowed beyond the defaults. */
export interface HostGrants {
  /** `host` or `scheme://host`, each with an optional `:port`: see {@link reasonAgainstSource}. */
  readonly gitHosts: readonly string[];
}

/** What a command says: flags with their values (none for a flag alone) and the words between them. */
interface Said {
  readonly flags: ReadonlyMap<string, readonly string[]>;
  readonly words: readonly string[];
}

type Rule = (said: Said, grants: HostGrants) => string | undefined;

/**
 * Why a command would hand the host itself, or another app on it, to whoever sends it; undefined when it does not.
 * Dokku's commands run with the rights of docker, which are those of root, and Dokku refuses none of these.
 */
export function reasonAgainstCommand(command: CommandWords, grants: HostGrants): string | undefined {
  const said = read(command);
  const rule = RULES.get(command.name);
  if (rule !== undefined) return rule(said, grants);
  const [plugin = '', verb] = command.name.split(':');
  return verb === 'set' && !LISTS.has(plugin) ? reasonAgainstProperty(plugin, said, grants) : undefined;
}

/** The version from which a command is safe to send; undefined when every version is. */
export function safeSince(command: CommandWords): string | undefined {
  const { name } = command;
  if (name === 'docker-options:add' || name === 'docker-options:remove') return EVALUATES_BEFORE;
  const { flags } = read(command);
  const runs = name === 'run' || name === 'run:detached' || name === 'cron:run';
  return runs && (flags.has('--env') || flags.has('--ttl-seconds')) ? EVALUATES_BEFORE : undefined;
}

/** Plugins whose `:set` takes names and not a property. */
const LISTS: ReadonlySet<string> = new Set(['config', 'domains', 'ports', 'proxy', 'redirect']);

/** True when the host is too old for a command of this kind. */
export function isTooOld(version: string, since: string): boolean {
  return compareVersions(version, since) < 0;
}

/** Before it Dokku put docker options, `run --env` and `--ttl-seconds` through `eval` on the host (Dokku HISTORY.md). */
const EVALUATES_BEFORE = '0.38.25';

/** Flags of the commands below that take a value in the next word. */
const VALUED: ReadonlySet<string> = new Set([
  '--access-mode',
  '--annotation',
  '--archive-type',
  '--chown',
  '--container-dir',
  '--env',
  '--index',
  '--label',
  '--mode',
  '--namespace',
  '--phase',
  '--process',
  '--process-type',
  '--reclaim-policy',
  '--scheduler',
  '--size',
  '--storage-class-name',
  '--ttl-seconds',
  '--vector-image',
  '--volume-chown',
  '--volume-options',
  '--volume-subpath',
]);

/** After so many words (the app, the phases) a hyphen is no flag of Dokku any more. */
const FREE_AFTER: ReadonlyMap<string, number> = new Map([
  ['docker-options:add', 2],
  ['docker-options:remove', 2],
  ['run', 1],
  ['run:detached', 1],
]);

function read({ name, args }: CommandWords): Said {
  const flags = new Map<string, string[]>();
  const words: string[] = [];
  const setsProperty = name.endsWith(':set') && !LISTS.has(name.slice(0, -':set'.length));
  // A property's value may begin with hyphens and is a value all the same.
  const free = (): number =>
    FREE_AFTER.get(name) ?? (setsProperty ? (flags.has('--global') ? 1 : 2) : Number.POSITIVE_INFINITY);
  for (let index = 0; index < args.length; index += 1) {
    const word = args[index] ?? '';
    if (words.length >= free() || !word.startsWith('--') || word === '--') {
      words.push(word);
      continue;
    }
    const [flag = word, ...joined] = word.split('=');
    const values = flags.get(flag) ?? [];
    flags.set(flag, values);
    if (joined.length > 0) values.push(joined.join('='));
    else if (VALUED.has(flag)) {
      index += 1;
      values.push(args[index] ?? '');
    }
  }
  return { flags, words };
}

/** The first reason that any of these values gives. */
function first(
  values: readonly string[] | undefined,
  reason: (value: string) => string | undefined,
): string | undefined {
  return (values ?? []).map(reason).find((found) => found !== undefined);
}

const socketImage =
  'that container holds the socket of docker, so whoever chooses its image has the whole host';

const fetches: Rule = ({ words }, { gitHosts }) =>
  first(words, (word) => reasonAgainstSource(word, gitHosts));

const RULES: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['buildpacks:add', fetches],
  ['buildpacks:set', fetches],
  ['docker-options:add', ({ words }) => reasonAgainstDockerOptions(words.slice(2))],
  ['events:off', () => 'it ends the record that the host itself keeps of what is done'],
  ['git:from-archive', fetches],
  ['git:sync', fetches],
  ['logs:vector-start', ({ flags }) => (flags.has('--vector-image') ? socketImage : undefined)],
  ['storage:create', ({ words }) => first(words.slice(1), reasonAgainstPath)],
  [
    'storage:mount',
    ({ flags, words }) =>
      first(words.slice(1), reasonAgainstMount) ??
      first(flags.get('--volume-options'), reasonAgainstOptions) ??
      first(flags.get('--volume-subpath'), (path) =>
        staysInside(path) ? undefined : 'a sub-path stays inside of its entry',
      ),
  ],
]);

/** Properties whose value runs a program, or code, on the host or in a container that holds docker's socket. */
const REFUSED_PROPERTIES: ReadonlyMap<string, string> = new Map([
  ['allowed-letsencrypt-domains-func-base64', 'its value is code that the proxy runs'],
  ['image', socketImage],
  ['lego-args', 'its value can name a program that runs when a certificate comes'],
  ['lego-docker-args', 'its value is options of docker, most of which open the host'],
  ['lego-docker-options', 'its value is options of docker, most of which open the host'],
  ['nginx-service-command', 'its value is a program that the host runs'],
  ['vector-image', socketImage],
]);

/** `plugin:set (app|--global) property value...` */
function reasonAgainstProperty(
  plugin: string,
  { flags, words }: Said,
  { gitHosts }: HostGrants,
): string | undefined {
  const [property = '', ...values] = flags.has('--global') ? words : words.slice(1);
  const value = values.join(' ');
  if (value === '') return undefined;
  const refused = REFUSED_PROPERTIES.get(property);
  if (refused !== undefined) return `${property}: ${refused}`;
  if (plugin === 'network' && values.some((name) => name === 'host' || name.startsWith('container:'))) {
    return 'the network of the host, or of another container, takes the walls between apps away';
  }
  if (plugin === 'letsencrypt' && property === 'server') return reasonAgainstSource(value, gitHosts);
  if ((plugin === 'nginx' || plugin === 'openresty') && /[;{}"'\\#`]|\p{Cc}/u.test(value)) {
    return `${property}: the value would end its own line in the configuration of the proxy`;
  }
  if (/^(?:access|error)-log-path$/.test(property)) {
    return value === 'off' || isBelow(value, `/var/log/${plugin}`)
      ? undefined
      : `${property}: the proxy opens it as root, so it is off or a file below /var/log/${plugin}/`;
  }
  if (/-(?:path|dir)$/.test(property) && !staysInside(value)) {
    return `${property}: a path that leaves the source of the app`;
  }
  return undefined;
}
