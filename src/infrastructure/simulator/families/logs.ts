import { requireApp } from '../access.ts';
import { inSeries } from '../all-apps.ts';
import { containerLogs, containers, dyno } from '../deploy/containers.ts';
import { isDeployed } from '../deploy/deploy.ts';
import type { Family, Handler, Invocation } from '../invocation.ts';
import { fail, title, verbose, warning } from '../output.ts';
import { parseFlags } from '../pflag.ts';
import type { SimulatedApp, SimulatedContainer } from '../state.ts';

const COLOURS = [36, 33, 32, 35, 31];

/** How log lines are shown. */
export interface LogStyle {
  /** Lines of each container; negative for all. */
  readonly lines: number;
  /** Only the text: no time, no colour, no name. */
  readonly bare: boolean;
}

/** Prints the log of containers one after the other, each in its own colour, and tells the time up to which it is shown. */
export function printLogs(
  call: Invocation,
  found: readonly SimulatedContainer[],
  name: (container: SimulatedContainer) => string,
  { lines, bare }: LogStyle,
  after = Number.NEGATIVE_INFINITY,
): number {
  for (const [index, container] of found.entries()) {
    const all = containerLogs(call.host, container).filter(({ at }) => at > after);
    const shown = lines < 0 ? all : lines === 0 ? [] : all.slice(-lines);
    const colour = COLOURS[index % COLOURS.length] ?? 36;
    for (const { at, text } of shown) {
      const stamp = new Date(at).toISOString().replace('Z', '000000Z');
      call.out(bare ? `${text}\n` : `\x1b[${colour}m${stamp} app[${name(container)}]:\x1b[0m ${text}\n`);
    }
  }
  return call.host.now();
}

const recent: Handler = async (call) => {
  await call.sleep(110);
  const flags = parseFlags(call, {
    help: { kind: 'bool', short: 'h', usage: 'print help for the command' },
    num: { kind: 'int', short: 'n', usage: 'the number of lines to display', initial: '100' },
    ps: { kind: 'string', short: 'p', usage: 'only display logs from the given process' },
    tail: { kind: 'bool', short: 't', usage: 'continually stream logs' },
    quiet: { kind: 'bool', short: 'q', usage: 'display raw logs without colors, time and names' },
  });
  if (flags.has('help')) return call.run('logs:help', []);
  const app = requireApp(call, flags.arg(0));
  if (!isDeployed(call.host, app)) fail(call, `App ${app.name} has not been deployed`);
  await call.sleep(220);
  const type = flags.text('ps');
  const found = (): SimulatedContainer[] => containers(app, type === '' ? undefined : type);
  const style = { lines: Number(flags.text('num')), bare: flags.has('quiet') };
  let until = printLogs(call, found(), dyno, style);
  const followed = found();
  while (flags.has('tail') && followed.some(({ state }) => state === 'running')) {
    await call.sleep(1000);
    if (call.signal.aborted) return 255;
    until = printLogs(call, followed, dyno, { ...style, lines: -1 }, until);
  }
  return 0;
};

const failed: Handler = async (call) => {
  await call.sleep(60);
  const flags = parseFlags(call, { all: { kind: 'bool', usage: '--all: restore all apps' } });
  if (flags.has('all')) return inSeries(call, 'logs:failed', (app) => failedLogs(call, app));
  return failedLogs(call, requireApp(call, flags.arg(0)));
};

/** Dokku removes failed containers before their logs can be asked for, so there are never any. */
async function failedLogs(call: Invocation, app: SimulatedApp): Promise<number> {
  if (!call.flags.quiet) call.out(title(`${app.name} failed deploy logs`));
  await call.sleep(140);
  call.err(warning('No failed containers found'));
  return 0;
}

const NO_COMPOSE =
  "unknown flag: --file\n\nUsage:  docker [OPTIONS] COMMAND [ARG...]\n\nRun 'docker --help' for more information\n";

const vectorStart: Handler = async (call) => {
  await call.sleep(100);
  call.out(title('Starting vector container'));
  call.out(verbose('Ensuring vector configuration exists'));
  call.out(verbose('Starting vector container'));
  await call.sleep(200);
  call.err(NO_COMPOSE);
  fail(call, `Unable to start compose project: ${NO_COMPOSE}`);
};

const vectorLogs: Handler = async (call) => {
  await call.sleep(65);
  fail(call, 'Vector container does not exist');
};

const vectorStop: Handler = async (call) => {
  await call.sleep(100);
  if (!call.flags.quiet) call.out(title('Stopping and removing vector container'));
  await call.sleep(200);
  call.err(NO_COMPOSE);
  fail(call, `Unable to stop compose project: ${NO_COMPOSE}`);
};

/** The logs plugin without its settings (plugins/logs of Dokku 0.38.27). */
export const logs: Family = {
  commands: {
    logs: recent,
    'logs:failed': failed,
    'logs:vector-logs': vectorLogs,
    'logs:vector-start': vectorStart,
    'logs:vector-stop': vectorStop,
  },
};
