import { requireAppOfShell } from '../access.ts';
import { Exit, type Handler, type Invocation } from '../invocation.ts';
import { fail, title, verbose } from '../output.ts';
import type { SimulatedApp } from '../state.ts';

/** Keys without `--` and values, in the order in which they are shown. */
export type ReportRows = readonly (readonly [string, string])[];

/** The `:report` command of a plugin that is a shell script, declared once. */
export interface ShellReport {
  /** Stands in the header and is cut from the keys of JSON. */
  readonly plugin: string;
  readonly rows: (call: Invocation, app: SimulatedApp) => ReportRows;
  /** The rows of `--global`. Absent: the script is of the older kind, which knows neither `--global` nor `--format`. */
  readonly global?: (call: Invocation) => ReportRows;
  /** Keys whose emptiness is an answer when they are asked for alone. */
  readonly mayBeEmpty?: ReadonlySet<string>;
  readonly cost: { readonly base: number; readonly perApp: number };
}

interface Asked {
  readonly app: string;
  readonly info: string;
  readonly format: string;
  readonly global: boolean;
}

/** The forms of the command (cmd-NAME-report of dokku-letsencrypt, dokku-maintenance and dokku-http-auth). */
export function shellReport(report: ShellReport): Handler {
  return async (call) => {
    const asked = report.global === undefined ? positions(call.args, 'stdout', false) : flagged(call.args);
    await call.sleep(report.cost.base);
    const names = call.host.appNames();
    if (names.length === 0) fail(call, "You haven't deployed any applications yet");
    if (asked.global) {
      show(call, report, 'global', report.global?.(call) ?? [], asked);
    } else if (asked.app !== '') {
      await single(call, report, asked.app, asked);
    } else {
      // Each app is shown by a process of its own, and how that ends does not count.
      for (const name of names) await alone(() => single(call, report, name, asked));
    }
    return 0;
  };
}

function flagged(args: readonly string[]): Asked {
  const rest: string[] = [];
  let format = 'stdout';
  let global = false;
  for (let index = 0; index < args.length; index++) {
    const word = args[index] ?? '';
    if (word === '--global') global = true;
    else if (word !== '--format') rest.push(word);
    else if (index + 1 === args.length) throw new Exit(1);
    else format = args[++index] ?? '';
  }
  return positions(rest, format, global);
}

function positions([first = '', second = '']: readonly string[], format: string, global: boolean): Asked {
  const flagOnly = first.startsWith('--');
  const info = flagOnly ? first : second;
  return { app: flagOnly ? '' : first, info: info === 'true' ? '' : info, format, global };
}

async function single(call: Invocation, report: ShellReport, name: string, asked: Asked): Promise<void> {
  const app = requireAppOfShell(call, name);
  await call.sleep(report.cost.perApp);
  show(call, report, name, report.rows(call, app), asked);
}

async function alone(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Exit)) throw error;
  }
}

function show(call: Invocation, report: ShellReport, name: string, rows: ReportRows, asked: Asked): void {
  if (asked.format !== 'stdout' && asked.info !== '') {
    fail(call, '--format flag cannot be specified when specifying an info flag');
  }
  if (asked.format === 'json') {
    const short = rows.map(([key, value]) => [key.slice(report.plugin.length + 1), value]);
    call.out(`${JSON.stringify(Object.fromEntries(short))}\n`);
  } else if (asked.info === '') {
    if (!call.flags.quiet) call.out(title(`${name} ${report.plugin} information`));
    for (const [key, value] of rows) call.out(verbose(`${label(key).padEnd(30)} ${value.padEnd(25)}`));
  } else showValue(call, report, rows, asked.info.slice(2), asked.info.startsWith('--'));
}

function label(key: string): string {
  // Only the part before the first blank has its hyphens replaced, and only there is a key cut off.
  const words = (`${key}:`.split(' ')[0] ?? '').replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function showValue(
  call: Invocation,
  report: ShellReport,
  rows: ReportRows,
  key: string,
  flag: boolean,
): void {
  const row = flag ? rows.find(([name]) => name === key) : undefined;
  if (row === undefined) {
    fail(call, `Invalid flag passed, valid flags: ${rows.map(([name]) => `--${name}`).join(' ')}`);
  }
  if (row[1] !== '') call.out(`${row[1]}\n`);
  else if (report.mayBeEmpty?.has(key) !== true) fail(call, 'not deployed');
}
