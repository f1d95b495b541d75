import { isCorePlugin, resolveAlias } from './core-plugins.ts';
import { shellWords } from './shell-words.ts';
import { xargs } from './xargs.ts';

/** What reaches a plugin of a Dokku >= 0.34 host for one SSH command string. */
export interface Dispatched {
  /** The command first, then its arguments; `--app X` has been prepended for core plugins. Empty: the help. */
  readonly argv: readonly string[];
  readonly flags: DispatchedFlags;
  /** What the dispatcher itself prints on standard error before the command runs. */
  readonly stderr: string;
  /** True when the line was split on blanks without any quoting, as for every command with `git` in its name. */
  readonly git: boolean;
  /** True when the dispatcher ends with `This command must be run as root` and exit code 1. */
  readonly rootOnly: boolean;
}

/** The global flags in force; they are recognised anywhere in the line and, but for leading ones, stay in argv. */
export interface DispatchedFlags {
  readonly app?: string;
  readonly force: boolean;
  readonly quiet: boolean;
  readonly trace: boolean;
}

/**
 * Models what Dokku >= 0.34 does with the command string of an SSH session (files `dokku` and
 * `plugins/common/functions` of Dokku 0.38): the login shell splits the string on blanks, a first pass looks for
 * global flags in those naive words, then the string is split again, by xargs or for git commands on blanks, and a
 * second pass looks for flags in the result. Pure; never throws.
 */
export function dispatch(line: string): Dispatched {
  const naive = shellWords(line);
  const firstFlags = parseFlags(naive, noFlags);
  const [naiveCommand = ''] = withoutLeadingFlags(naive);
  if (needsRoot(naiveCommand)) {
    return { argv: withoutLeadingFlags(naive), flags: firstFlags, stderr: '', git: false, rootOnly: true };
  }
  const git = naiveCommand.includes('git');
  // Without a command the host has nothing to split a second time and answers with its help.
  const split = git || line === '' ? { argv: naive, stderr: '' } : xargs(line);
  const flags = parseFlags(split.argv, firstFlags);
  const argv = withoutLeadingFlags(split.argv);
  const [command] = argv;
  if (command === undefined) return { argv: [], flags, stderr: split.stderr, git, rootOnly: false };
  return {
    argv: needsRoot(command) ? argv : withApp(command, argv.slice(1), flags.app),
    flags,
    stderr: split.stderr,
    git,
    rootOnly: needsRoot(command),
  };
}

const noFlags: DispatchedFlags = { force: false, quiet: false, trace: false };

/** `parse_args` of plugins/common/functions: what an earlier pass exported stays unless it is set again. */
function parseFlags(words: readonly string[], inherited: DispatchedFlags): DispatchedFlags {
  let { app, force, quiet, trace } = inherited;
  let skip = false;
  for (const [index, word] of words.entries()) {
    if (skip) {
      skip = false;
      continue;
    }
    if (word === '--quiet') quiet = true;
    else if (word === '--trace') trace = true;
    else if (word === '--force') force = true;
    else if (word === '--app') {
      const value = words[index + 1] ?? '';
      app = value === '' ? undefined : value;
      skip = true;
    }
  }
  return { ...(app === undefined ? {} : { app }), force, quiet, trace };
}

/** The `shift` loop of the `dokku` script: leading words with two hyphens go, whatever they are. */
function withoutLeadingFlags(words: readonly string[]): readonly string[] {
  if (!words[0]?.startsWith('--')) return words;
  let shifted = 0;
  let skip = false;
  for (const word of words) {
    if (skip) {
      skip = false;
    } else if (word === '--version') {
      // Neither shifted nor an end of the loop, so that `--version` alone remains the command.
    } else if (word === '--app') {
      // `shift 2` does nothing when fewer than two words are left.
      if (words.length - shifted >= 2) {
        shifted += 2;
        skip = true;
      }
    } else if (word.startsWith('--')) {
      shifted += 1;
    } else {
      break;
    }
  }
  return words.slice(shifted);
}

function needsRoot(command: string): boolean {
  if (command.startsWith('plugin:')) return command !== 'plugin:help' && command !== 'plugin:list';
  return rootCommands.has(command);
}

const rootCommands: ReadonlySet<string> = new Set([
  'ssh-keys:add',
  'ssh-keys:remove',
  'scheduler-k3s:initialize',
  'scheduler-k3s:uninstall',
]);

function withApp(command: string, args: readonly string[], app: string | undefined): readonly string[] {
  const resolved = resolveAlias(command);
  const prepended = app !== undefined && isCorePlugin(resolved) ? [app] : [];
  return [resolved, ...prepended, ...args];
}
