import { goJson, requireApp, requireApps } from './access.ts';
import { Exit, type Handler, type Invocation } from './invocation.ts';
import { fail, title, verbose } from './output.ts';
import { parseFlags } from './pflag.ts';
import type { SimulatedApp } from './state.ts';

/** The keys of one report, as flags without `--` (`app-created-at`); a function is asked only when its key is shown. */
export type ReportKeys = Readonly<Record<string, string | (() => string)>>;

/** A plugin's report, declared once; `reportHandler` makes every form of the `:report` command out of it. */
export interface ReportDeclaration {
  /** Dokku's ReportType: stands in the header and is cut from the JSON keys (`app`, `docker-options`). */
  readonly type: string;
  /** True for plugins that give every key twice in JSON, with and without the prefix (EmitLegacyPrefix). */
  readonly legacyPrefix: boolean;
  readonly app: (app: SimulatedApp, call: Invocation) => ReportKeys;
  /** The keys of `--global`. Absent: the report knows no global form and asks for an app of that name. */
  readonly global?: (call: Invocation) => ReportKeys;
  /** False where keys keep their lower-case first letter (resource). Default true. */
  readonly upperCase?: boolean;
  /** The flags named in `Invalid flag passed`, where they differ from the keys. */
  readonly validFlags?: (keys: ReportKeys) => readonly string[];
  /** JSON keys beside those of the text form, of one app. */
  readonly furtherJson?: (app: SimulatedApp) => Readonly<Record<string, unknown>>;
  /** True where more than one key is refused in words; elsewhere Dokku then prints nothing and exits with 0. */
  readonly refusesSeveralKeys?: boolean;
  /** What the command costs without and per app, milliseconds. */
  readonly cost?: Cost;
  /** What single keys cost per app that are dear by themselves (`running` asks docker); any other key is cheap alone. */
  readonly dearKeys?: Readonly<Record<string, number>>;
}

interface Cost {
  readonly base: number;
  readonly perApp: number;
}

const USUAL_COST: Cost = { base: 36, perApp: 2 };

const FORMAT = { format: { kind: 'string', usage: 'format: [ stdout | json ]', initial: 'stdout' } } as const;

/** The forms of a `:report` command (ParseReportArgs and ReportSingleApp of plugins/common/common.go). */
export function reportHandler(declaration: ReportDeclaration): Handler {
  return async (call) => {
    const asked = reportArguments(call);
    if (asked === undefined) {
      if (declaration.refusesSeveralKeys !== true) return 0;
      fail(call, `${declaration.type}:report command allows only a single flag`);
    }
    const flags = parseFlags(call, FORMAT, asked.words);
    const format = flags.text('format');
    const cost = costOf(declaration, asked.info);
    await call.sleep(cost.base);
    if (asked.global) {
      if (declaration.global === undefined) fail(call, 'App --global does not exist', 20);
      show(call, declaration, '--global', declaration.global(call), format, asked.info);
      return 0;
    }
    const apps = flags.arg(0) === '' ? requireApps(call) : [requireApp(call, flags.arg(0))];
    for (const app of apps) {
      await call.sleep(cost.perApp);
      if (!call.host.apps.has(app.name)) fail(call, `App ${app.name} does not exist`, 20);
      show(call, declaration, app.name, declaration.app(app, call), format, asked.info);
    }
    return 0;
  };
}

/** Dokku computes a single key alone, so the columns of dear reports are flat (measured: ps:report --deployed). */
function costOf({ cost = USUAL_COST, dearKeys = {} }: ReportDeclaration, info: string): Cost {
  if (info === '') return cost;
  const perApp = dearKeys[info.slice(2)] ?? Math.min(cost.perApp, USUAL_COST.perApp);
  return { base: Math.min(cost.base, USUAL_COST.base), perApp };
}

interface ReportArguments {
  readonly words: readonly string[];
  readonly info: string;
  readonly global: boolean;
}

/** Undefined for more than one key: Dokku then prints nothing and exits with 0. */
function reportArguments(call: Invocation): ReportArguments | undefined {
  const words: string[] = [];
  const info: string[] = [];
  let global = false;
  for (let index = 0; index < call.args.length; index++) {
    const word = call.args[index] ?? '';
    if (word === '--format') {
      const value = call.args[index + 1];
      if (value === undefined) {
        const length = call.args.length;
        call.err(
          `panic: runtime error: index out of range [${length}] with length ${length}\n\ngoroutine 1 [running]:\n`,
        );
        throw new Exit(2);
      }
      words.push(word, value);
      index++;
    } else if (word === '--global') {
      global = true;
    } else if (word.startsWith('--')) {
      info.push(word);
    } else {
      words.push(word);
    }
  }
  return info.length > 1 ? undefined : { words, info: info[0] ?? '', global };
}

/** Prints the report of one app (or `--global`) in the form that was asked for. */
export function show(
  call: Invocation,
  declaration: ReportDeclaration,
  name: string,
  keys: ReportKeys,
  format: string,
  info: string,
): void {
  if (format !== 'stdout' && format !== 'json' && format !== '') {
    fail(call, `Format must be "stdout" or "json": ${JSON.stringify(format)}`);
  }
  if (format === 'json' && info !== '') {
    fail(call, '--format flag cannot be specified when specifying an info flag');
  }
  if (format === 'json') {
    const app = call.host.apps.get(name);
    const further = app === undefined ? {} : declaration.furtherJson?.(app);
    call.out(`${goJson({ ...jsonKeys(declaration, keys), ...further })}\n`);
  } else if (info === '') showText(call, declaration, name, keys);
  else showKey(call, declaration, keys, info);
}

function value(keys: ReportKeys, key: string): string {
  const entry = keys[key];
  return typeof entry === 'function' ? entry() : (entry ?? '');
}

function jsonKeys(declaration: ReportDeclaration, keys: ReportKeys): Record<string, string> {
  const prefix = `${declaration.type}-`;
  const data: Record<string, string> = {};
  for (const key of Object.keys(keys)) {
    const text = value(keys, key);
    const short = key.startsWith(prefix) ? key.slice(prefix.length) : key;
    data[short] = text;
    if (declaration.legacyPrefix) data[key] = text;
  }
  return data;
}

function showText(call: Invocation, declaration: ReportDeclaration, name: string, keys: ReportKeys): void {
  const names = Object.keys(keys).sort();
  const width = Math.max(31, ...names.map((key) => key.length + 2));
  if (!call.flags.quiet) call.out(title(`${name} ${declaration.type} information`));
  for (const key of names) {
    const words = key.replace(/[-.]/g, ' ');
    const label = declaration.upperCase === false ? words : words.charAt(0).toUpperCase() + words.slice(1);
    call.out(verbose(`${`${label}:`.padEnd(width)}${value(keys, key)}`));
  }
}

function showKey(call: Invocation, declaration: ReportDeclaration, keys: ReportKeys, info: string): void {
  const key = info.slice(2);
  if (Object.hasOwn(keys, key)) {
    call.out(`${value(keys, key)}\n`);
    return;
  }
  const valid = declaration.validFlags?.(keys) ?? Object.keys(keys);
  const list = valid.map((name) => `--${name}`).sort();
  fail(call, `Invalid flag passed, valid flags: ${list.join(', ')}`);
}
