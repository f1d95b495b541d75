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
export function reasonAgainstCommand({ name, args }: CommandWords, grants: HostGrants): string | undefined {
  const said = read(args);
  const rule = RULES.get(name) ?? (name.endsWith(':set') ? propertyRule : undefined);
  return rule?.(said, grants);
}

/** The version from which a command is safe to send; undefined when every version is. */
export function safeSince({ name, args }: CommandWords): string | undefined {
  if (name === 'docker-options:add' || name === 'docker-options:remove') return EVALUATES_BEFORE;
  const { flags } = read(args);
  const runs = name === 'run' || name === 'run:detached' || name === 'cron:run';
  return runs && (flags.has('--env') || flags.has('--ttl-seconds')) ? EVALUATES_BEFORE : undefined;
}

/** True when the host is too old for a command of this kind. */
export function isTooOld(version: string, since: string): boolean {
  return compareVersions(version, since) < 0;
}

/** Before it Dokku put docker options, `run --env` and `--ttl-seconds` through `eval` on the host (Dokku HISTORY.md). */
const EVALUATES_BEFORE = '0.38.25';

/** Flags of the commands below that take a value in the next word. */
const VALUED: ReadonlySet<string> = new Set([
  '--archive-type',
  '--container-dir',
  '--env',
  '--index',
  '--phase',
  '--process',
  '--process-type',
  '--ttl-seconds',
  '--vector-image',
  '--volume-chown',
  '--volume-options',
  '--volume-subpath',
  '--access-mode',
  '--annotation',
  '--chown',
  '--label',
  '--mode',
  '--namespace',
  '--reclaim-policy',
  '--scheduler',
  '--size',
  '--storage-class-name',
]);

/** Flags end where the command's own words begin to be free: after the app of `run`, the phases of docker-options. */
function read(args: readonly string[]): Said {
  const flags = new Map<string, string[]>();
  const words: string[] = [];
  for (let index = 0; index < args.length; index += 1) {
    const word = args[index] ?? '';
    if (!word.startsWith('--') || word === '--') {
      words.push(word);
      continue;
    }
    const [name = word, ...joined] = word.split('=');
    const values = flags.get(name) ?? [];
    flags.set(name, values);
    if (joined.length > 0) values.push(joined.join('='));
    else if (VALUED.has(name)) {
      index += 1;
      values.push(args[index] ?? '');
    }
  }
  return { flags, words };
}
