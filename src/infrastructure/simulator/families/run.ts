import { requireApp, requireAppOfShell } from '../access.ts';
import { runningOneOffs, runOneOff, stopOneOff } from '../deploy/one-off.ts';
import type { Family, Handler, Invocation } from '../invocation.ts';
import { fail, title, warning } from '../output.ts';
import { parseFlags } from '../pflag.ts';
import type { SimulatedApp, SimulatedContainer } from '../state.ts';
import { printLogs } from './logs.ts';

interface RunWords {
  readonly app: string;
  readonly words: readonly string[];
  readonly environment: readonly string[];
  readonly ttl: string;
  readonly forceTty: boolean;
  readonly noTty: boolean;
}

/** The flags of `run` stand before the app (fn-run of plugins/run/internal-functions). */
function parse(call: Invocation): RunWords {
  const environment: string[] = [];
  let ttl = '86400';
  let forceTty = false;
  let noTty = false;
  const words = [...call.args];
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    const [flag = '', inline] = splitFlag(word);
    if (word === '--no-tty') noTty = true;
    else if (word === '--force-tty') forceTty = true;
    else if (VALUED.includes(flag)) {
      const value = inline ?? words.shift();
      if (value === undefined || value === '') {
        call.err(warning(`expected ${flag} to have an argument`));
        break;
      }
      if (flag === '-e' || flag === '--env') environment.push(value);
      if (flag === '--ttl-seconds') ttl = value;
    } else {
      return { app: word, words, environment, ttl, forceTty, noTty };
    }
  }
  return { app: '', words: [], environment, ttl, forceTty, noTty };
}

const VALUED = ['-e', '--env', '--ttl-seconds', '--cron-id', '--concurrency-policy'];

function splitFlag(word: string): [string, string | undefined] {
  const equals = word.indexOf('=');
  return equals < 0 || !word.startsWith('-')
    ? [word, undefined]
    : [word.slice(0, equals), word.slice(equals + 1)];
}

const run =
  (detached: boolean): Handler =>
  async (call) => {
    await call.sleep(50);
    const { app, words, environment, ttl, forceTty, noTty } = parse(call);
    if (!/^\d+$/.test(ttl)) fail(call, '--ttl-seconds must be a positive integer');
    if (forceTty && noTty) fail(call, 'Cannot specify both --force-tty and --no-tty');
    const found = requireAppOfShell(call, app);
    return runOneOff(call, found, { words, environment, detached, kind: 'run' });
  };

const list: Handler = async (call) => {
  await call.sleep(60);
  const words = [...call.args];
  let format = 'stdout';
  let name = '';
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word.startsWith('--format=')) format = word.slice('--format='.length);
    else if (word === '--format') format = words.shift() ?? format;
    else if (word !== '--quiet') name = word;
  }
  const app = requireAppOfShell(call, name);
  await call.sleep(230);
  const containers = runningOneOffs(call, app);
  if (format !== 'stdout') {
    call.out(`${jqJson(containers.map((container) => row(container)))}\n`);
    return 0;
  }
  if (!call.flags.quiet) call.out(title(`${app.name} run containers`));
  const rows = containers.map((container) => [
    container.name,
    `"${container.command ?? ''}"`,
    age(call, container),
  ]);
  if (!call.flags.quiet) rows.unshift(['NAMES', 'COMMAND', 'CREATED']);
  const widths = [0, 1].map((column) => Math.max(0, ...rows.map((cells) => (cells[column] ?? '').length)));
  for (const [first = '', second = '', third = ''] of rows) {
    call.out(
      call.flags.quiet
        ? `${first}\t${second}\t${third}\n`
        : `${first.padEnd(widths[0] ?? 0)}   ${second.padEnd(widths[1] ?? 0)}   ${third}\n`,
    );
  }
  return 0;
};

function row(container: SimulatedContainer): Record<string, string> {
  const created = `${new Date(container.startedAt).toISOString().slice(0, 19).replace('T', ' ')} +0000 UTC`;
  return {
    name: container.name,
    state: 'running',
    command: `"${container.command ?? ''}"`,
    created_at: created,
  };
}

/** JSON as jq prints it: two blanks, an empty array on one line. */
const jqJson = (value: unknown[]): string => (value.length === 0 ? '[]' : JSON.stringify(value, null, 2));

function age(call: Invocation, container: SimulatedContainer): string {
  const seconds = Math.floor((call.host.now() - container.startedAt) / 1000);
  if (seconds < 1) return 'Less than a second ago';
  if (seconds === 1) return '1 second ago';
  if (seconds < 60) return `${seconds} seconds ago`;
  const minutes = Math.floor(seconds / 60);
  return minutes === 1 ? 'About a minute ago' : `${minutes} minutes ago`;
}

interface ContainerWords {
  readonly app: SimulatedApp;
  readonly container: string;
  readonly flags: ReadonlyMap<string, string>;
}

/** `<app|--container NAME>` of run:logs and run:stop. */
function target(call: Invocation): ContainerWords {
  const words = [...call.args];
  const flags = new Map<string, string>();
  let name = '';
  let container = '';
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word.startsWith('--container=')) container = word.slice('--container='.length);
    else if (word === '--container') container = words.shift() ?? '';
    else if (word === '-n' || word === '--num') flags.set('num', words.shift() ?? '');
    else if (word === '-q' || word === '--quiet') flags.set('quiet', 'true');
    else if (word === '-t' || word === '--tail') flags.set('tail', 'true');
    else name = word;
  }
  if (name === '' && container === '') fail(call, 'No container or app specified');
  if (container !== '') {
    const parts = container.split('.');
    if (parts.length !== 3) fail(call, `Invalid container name specified: ${container}`);
    if (name !== '' && name !== parts[0]) fail(call, 'Specified app does not app in container name');
    if (parts[1] !== 'run') fail(call, 'Specified container must be a run container');
    name = parts[0] ?? '';
  }
  return { app: requireAppOfShell(call, name), container, flags };
}

const logs: Handler = async (call) => {
  await call.sleep(80);
  const { app, container, flags } = target(call);
  await call.sleep(220);
  const found = runningOneOffs(call, app).filter(({ name }) => container === '' || name === container);
  if (found.length === 0) {
    const usage =
      "docker: 'docker logs' requires 1 argument\n\nUsage:  docker logs [OPTIONS] CONTAINER\n\nRun 'docker logs --help' for more information\n";
    call.out(container === '' ? usage : `Error response from daemon: No such container: ${container}\n`);
    return 0;
  }
  const name = (one: SimulatedContainer): string => one.name.split('.')[2] ?? '';
  printLogs(call, found, name, { lines: Number(flags.get('num') ?? '100'), bare: flags.has('quiet') });
  return 0;
};

const stop: Handler = async (call) => {
  await call.sleep(80);
  const { app, container } = target(call);
  await call.sleep(300);
  const found = runningOneOffs(call, app).filter(({ name }) => container === '' || name === container);
  if (found.length === 0) {
    if (container !== '') call.err(warning('Specified container does not exist'));
    else if (!call.flags.quiet) call.out('No run containers exist\n');
    return 0;
  }
  for (const one of [...found]) stopOneOff(call, app, one);
  return 0;
};

const retire: Handler = async (call) => {
  await call.sleep(150);
  if ((call.args[0] ?? '') !== '') requireAppOfShell(call, call.args[0]);
  return 0;
};

const cronRun: Handler = async (call) => {
  await call.sleep(60);
  const flags = parseFlags(call, {
    detach: { kind: 'bool', usage: '--detach: run the container in a detached mode' },
  });
  const app = requireApp(call, flags.arg(0));
  const id = flags.arg(1);
  if (id === '') fail(call, `Please specify a Cron ID from the output of 'dokku cron:list ${app.name}'`);
  const task = app.cron.find((one) => one.id === id);
  if (task === undefined) {
    fail(
      call,
      `No matching Cron ID found. Please specify a Cron ID from the output of 'dokku cron:list ${app.name}'`,
    );
  }
  const words = task.command.split(/\s+/);
  const exit = await runOneOff(call, app, {
    words,
    environment: [],
    detached: flags.has('detach'),
    kind: 'cron',
  });
  return exit === 0 ? 0 : 1;
};

/** The run plugin (plugins/run of Dokku 0.38.27) and `cron:run`, which starts its containers the same way. */
export const runFamily: Family = {
  commands: {
    'cron:run': cronRun,
    run: run(false),
    'run:detached': run(true),
    'run:list': list,
    'run:logs': logs,
    'run:retire': retire,
    'run:stop': stop,
  },
};
