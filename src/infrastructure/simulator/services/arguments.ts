import type { Invocation } from '../invocation.ts';

/** Long flags of service_parse_args (common-functions) and the letters that stand for them. */
const letters: Readonly<Record<string, string>> = {
  '--alias': 'a',
  '--config-options': 'c',
  '--custom-env': 'C',
  '--database': 'd',
  '--image-version': 'I',
  '--initial-network': 'N',
  '--image': 'i',
  '--memory': 'm',
  '--no-restart': 'n',
  '--password': 'p',
  '--post-create-network': 'P',
  '--post-start-network': 'S',
  '--querystring': 'q',
  '--restart-apps': 'R',
  '--root-password': 'r',
  '--shm-size': 's',
  '--user': 'u',
};

const withValue = new Set('acCdiImNpPqRrsSu');

/** Values of the flags by letter; `n` is there without one. */
export type ServiceFlags = ReadonlyMap<string, string>;

/**
 * Reads the flags as bash's getopts does there: it stops at the first other word, takes the letters of an unknown
 * long flag one by one, complains on standard error and goes on.
 */
export function serviceFlags(call: Invocation, script: string, words: readonly string[]): ServiceFlags {
  const found = new Map<string, string>();
  const args = words.map((word) => (Object.hasOwn(letters, word) ? `-${letters[word]}` : word));
  for (let index = 0; index < args.length; index++) {
    const word = args[index] ?? '';
    if (word === '--' || word === '-' || !word.startsWith('-')) break;
    for (let at = 1; at < word.length; at++) {
      const letter = word.charAt(at);
      if (letter === 'n') {
        found.set('n', '');
      } else if (!withValue.has(letter)) {
        call.err(`${script}: illegal option -- ${letter}\n`);
      } else {
        const rest = word.slice(at + 1);
        const value = rest === '' ? args[++index] : rest;
        if (value === undefined) call.err(`${script}: option requires an argument -- ${letter}\n`);
        else found.set(letter, value);
        break;
      }
    }
  }
  return found;
}

/** The path of a subcommand's script, which bash names in its own messages. */
export function scriptOf(plugin: string, subcommand: string): string {
  return `/var/lib/dokku/plugins/enabled/${plugin}/subcommands/${subcommand}`;
}
