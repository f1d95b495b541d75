import { tracePreamble } from './help/trace-preamble.ts';
import type { SimulatedHost } from './host.ts';

/*
 * What `set -x` of the `dokku` script prints on standard error while a command runs: after trace:on for both passes of
 * the dispatcher, with --trace for the second one. Every argument is in it, which is why tracing leaks secrets.
 */

/** A word as bash shows it in a trace: quoted where the shell would read it differently. */
function shown(word: string): string {
  return /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** The right side of `[[ a == b ]]`, which bash shows with a backslash before every character. */
const pattern = (word: string): string => [...word].map((letter) => `\\${letter}`).join('');

const lines = (prefix: string, rows: readonly string[]): string =>
  rows.map((row) => `${prefix} ${row}\n`).join('');

function preamble(host: SimulatedHost, words: readonly string[]): string {
  const text = tracePreamble.replaceAll(/DOKKU_PID=\d+/g, `DOKKU_PID=${host.random.integer(1000, 32_000)}`);
  const [command = ''] = words;
  return (
    text +
    lines('+', [
      `parse_args ${words.map(shown).join(' ')}`,
      "declare 'desc=top-level cli arg parser'",
      'local next_index=1',
      'local skip=false',
      `args=(${words.map((word) => `'${word}'`).join(' ')})`,
      'local args',
      'local flags',
      ...words.flatMap((word, index) => [
        'for arg in "$@"',
        '[[ false == \\t\\r\\u\\e ]]',
        'case "$arg" in',
        '[[ false == \\t\\r\\u\\e ]]',
        `[[ ${shown(word)} == \\-\\-\\a\\p\\p ]]`,
        `[[ ${shown(word)} =~ ^--.* ]]`,
        `next_index=${index + 2}`,
      ]),
      "[[ -z '' ]]",
    ]) +
    lines('++', ["echo -e ''", "sed -e 's/^[[:space:]]*//' -e 's/[[:space:]]*$//'"]) +
    lines('+', [
      'export DOKKU_GLOBAL_FLAGS=',
      'DOKKU_GLOBAL_FLAGS=',
      'return 0',
      'args=("$@")',
      'skip_arg=false',
      `[[ ${shown(command)} =~ ^--.* ]]`,
      'has_tty',
      "declare 'desc=return 0 if we have a tty'",
      "[[ '' == \\t\\r\\u\\e ]]",
      "[[ '' == \\t\\r\\u\\e ]]",
    ]) +
    lines('++', ['LC_ALL=C', '/usr/bin/tty', 'true']) +
    lines('+', ['[[ not a tty == \\n\\o\\t\\ \\a\\ \\t\\t\\y ]]', 'return 1', 'DOKKU_QUIET_OUTPUT=1']) +
    lines('++', ['id -un']) +
    lines('+', [
      '[[ dokku != \\d\\o\\k\\k\\u ]]',
      `[[ ${shown(command)} =~ ^plugin:.* ]]`,
      ...['ssh-keys:add', 'ssh-keys:remove', 'scheduler-k3s:initialize', 'scheduler-k3s:uninstall'].map(
        (name) => `[[ ${shown(command)} == ${pattern(name)} ]]`,
      ),
    ])
  );
}

function firstPass(host: SimulatedHost, line: string, words: readonly string[]): string {
  const [command = ''] = words;
  return (
    preamble(host, words) +
    lines('+', [
      `[[ -n ${shown(line)} ]]`,
      'export -n SSH_ORIGINAL_COMMAND',
      'exit_code=0',
      `[[ ${shown(command)} =~ git-* ]]`,
      `[[ ${shown(command)} =~ git:* ]]`,
      'readarray -t -O 0 ssh_arg_array',
    ]) +
    lines('++', [`printf %s ${shown(line)}`, 'xargs -n 1']) +
    lines('+', ['set -f', `/usr/local/bin/dokku ${words.map(shown).join(' ')}`])
  );
}

function secondPass(host: SimulatedHost, words: readonly string[]): string {
  const [command = ''] = words;
  const [plugin = ''] = command.split(':', 1);
  const subcommand = command.slice(plugin.length + 1);
  const all = words.map(shown).join(' ');
  const enabled = '/var/lib/dokku/plugins/enabled';
  return (
    preamble(host, words) +
    lines('+', [
      "[[ -n '' ]]",
      `dokku_auth ${all}`,
      "declare 'desc=calls user-auth plugin trigger'",
      'export SSH_USER=dokku',
      'SSH_USER=dokku',
      'export SSH_NAME=admin',
      'SSH_NAME=admin',
      `export DOKKU_COMMAND=${shown(command)}`,
      `DOKKU_COMMAND=${shown(command)}`,
    ]) +
    lines('++', ['wc -l', `find ${enabled}/20_events/user-auth`]) +
    lines('+', [
      'local user_auth_count=1',
      '[[ 1 == 0 ]]',
      '[[ 1 == 1 ]]',
      `[[ -f ${enabled}/20_events/user-auth ]]`,
      'return 0',
      'case "$1" in',
      `execute_dokku_cmd ${all}`,
      "declare 'desc=executes dokku sub-commands'",
      `local PLUGIN_NAME=${shown(command)}`,
      `local PLUGIN_CMD=${shown(command)}`,
      'local implemented=0',
      'local script',
      `argv=(${words.map((word) => `'${word}'`).join(' ')})`,
      'local argv',
      'local -A PLUGIN_ALIASES',
      'PLUGIN_ALIASES["docker-local"]=scheduler-docker-local',
      'PLUGIN_ALIASES["dockerfile"]=builder-dockerfile',
      'PLUGIN_ALIASES["herokuish"]=builder-herokuish',
      'PLUGIN_ALIASES["k3s"]=scheduler-k3s',
      'PLUGIN_ALIASES["lambda"]=builder-lambda',
      'PLUGIN_ALIASES["nixpacks"]=builder-nixpacks',
      'PLUGIN_ALIASES["pack"]=builder-pack',
      'PLUGIN_ALIASES["rails"]=builder-railpack',
      `local plugin_alias_source=${plugin}`,
      'local plugin_alias_target=',
      "[[ -n '' ]]",
      'case "$PLUGIN_NAME" in',
    ]) +
    lines('++', [`readlink -f ${enabled}/${plugin}`]) +
    lines('+', [
      `[[ /var/lib/dokku/core-plugins/available/${plugin} == *core-plugins* ]]`,
      `[[ ${shown(command)} == ${pattern(command)} ]]`,
      'shift 1',
      "[[ -n '' ]]",
      `set -- ${all}`,
      ...['git-hook', 'ps:rebuild', 'ps:restart'].map(
        (name) => `[[ ${shown(command)} == ${pattern(name)} ]]`,
      ),
      `[[ -x ${enabled}/${command}/subcommands/default ]]`,
      `[[ -x ${enabled}/${command}/subcommands/${command} ]]`,
      `[[ -x ${enabled}/${plugin}/subcommands/${subcommand} ]]`,
      `[[ -n ${shown(subcommand)} ]]`,
      `${enabled}/${plugin}/subcommands/${subcommand} ${all}`,
    ])
  );
}

/** What is printed before the plugin's own part of the trace. */
export function traceBefore(host: SimulatedHost, line: string, words: readonly string[]): string {
  return (host.traceOn ? firstPass(host, line, words) : '') + secondPass(host, words);
}

/** What is printed after the command; `both` when the first pass was traced too. */
export function traceAfter(exit: number, both: boolean): string {
  const end = exit === 0 ? lines('+', ['implemented=1', '[[ 1 -eq 0 ]]', '[[ 1 -eq 0 ]]']) : '';
  return end + (both ? lines('+', [`exit_code=${exit}`, 'set +f', `exit ${exit}`]) : '');
}

/** The trace of a shell plugin's script after it has loaded Dokku's functions. */
export function scriptTrace(rows: readonly string[]): string {
  const functions = tracePreamble.slice(tracePreamble.indexOf('\n+ source ') + 1);
  return functions + lines('+', rows);
}
