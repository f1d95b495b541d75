import { requireApp } from '../access.ts';
import { loggedTriggers } from '../help/triggers.ts';
import type { Family, Handler } from '../invocation.ts';
import { info, warning } from '../output.ts';
import { parseFlags } from '../pflag.ts';
import { scriptTrace } from '../shell-trace.ts';

const columns = (widths: readonly number[], words: readonly string[]): string =>
  `${widths.map((width, index) => (words[index] ?? '').padEnd(width)).join(' ')}\n`;

const events: Handler = async (call) => {
  await call.sleep(40);
  const show = (from: number): void => {
    for (const line of call.host.eventsLog.slice(from)) call.out(`${line}\n`);
  };
  let shown = Math.max(0, call.host.eventsLog.length - (call.args[0] === '-t' ? 10 : 100));
  show(shown);
  while (call.args[0] === '-t' && !call.signal.aborted) {
    shown = call.host.eventsLog.length;
    await call.sleep(1000);
    show(shown);
  }
  return 0;
};

const eventsList: Handler = async (call) => {
  await call.sleep(40);
  if (!call.host.eventsOn) {
    call.err(warning('Events logger disabled'));
    return 0;
  }
  if (!call.flags.quiet) call.out(columns([6, 18, 25, 25, 25], ['=====>', 'Events currently logged']));
  for (const trigger of loggedTriggers) call.out(columns([25, 25, 25, 25], [trigger]));
  return 0;
};

const switchEvents =
  (on: boolean): Handler =>
  async (call) => {
    await call.sleep(40);
    call.host.eventsOn = on;
    call.out(`${on ? 'Enabling' : 'Disabling'} dokku events logger\n`);
    return 0;
  };

const switchTraceScript = (on: boolean, command: string, said: string): string[] => [
  `cmd-trace-${on ? 'on' : 'off'} ${command}`,
  `declare 'desc=${on ? 'enables' : 'disables'} trace mode'`,
  'declare cmd=trace',
  `[[ ${command} == \\t\\r\\a\\c\\e ]]`,
  `dokku_log_info1 '${said}'`,
  "declare 'desc=log info1 formatter'",
  `echo '-----> ${said}'`,
  '[[ -d /home/dokku/.dokkurc ]]',
  on ? "echo 'export DOKKU_TRACE=1'" : 'rm -f /home/dokku/.dokkurc/DOKKU_TRACE',
];

const switchTrace =
  (on: boolean): Handler =>
  async (call) => {
    await call.sleep(40);
    const said = `${on ? 'Enabling' : 'Disabling'} trace mode`;
    if (call.host.traceOn || call.flags.trace)
      call.err(scriptTrace(switchTraceScript(on, call.command, said)));
    call.host.traceOn = on;
    call.out(info(said));
    return 0;
  };

const cleanup: Handler = async (call) => {
  call.out(info('Cleaning up...'));
  await call.sleep(160);
  return 0;
};

const silentForApp =
  (ms: number): Handler =>
  async (call) => {
    await call.sleep(38);
    requireApp(call, parseFlags(call, {}).arg(0));
    await call.sleep(ms);
    return 0;
  };

/** `dokku shell`: every line of standard input is a command; its end ends the shell. */
const shell: Handler = async (call) => {
  await call.sleep(40);
  for (const line of call.stdin.toString('utf8').split('\n')) {
    const [command, ...args] = line.trim().split(/\s+/);
    if (command === 'quit' || command === 'exit') return 0;
    if (command === undefined || command === '' || command === 'clear') continue;
    await call.run(command, args);
  }
  call.out('\n');
  return 0;
};

/** The small plugins that work on the host: events, trace, shell, repo and cleanup. */
export const hostFamily: Family = {
  commands: {
    cleanup,
    events,
    'events:list': eventsList,
    'events:off': switchEvents(false),
    'events:on': switchEvents(true),
    'repo:gc': silentForApp(45),
    'repo:purge-cache': silentForApp(36),
    shell,
    'trace:off': switchTrace(false),
    'trace:on': switchTrace(true),
  },
};
