import { bootLine } from './program.ts';

/** What a command in a container printed, in order, and how it ended. */
export interface ShellResult {
  readonly output: readonly { readonly stream: 'stdout' | 'stderr'; readonly text: string }[];
  readonly exit: number;
  readonly ms: number;
  /** The program that the container does not have; nothing ran. */
  readonly missing?: string;
}

export interface ShellContext {
  readonly environment: Readonly<Record<string, string>>;
  readonly directory: string;
  /** True when the image has /bin/bash. */
  readonly bash: boolean;
  /** The port that the container's own process holds. */
  readonly port?: number;
}

interface Run {
  readonly context: ShellContext;
  /** What a pipe gives to the program. */
  input: string;
  readonly output: { stream: 'stdout' | 'stderr'; text: string }[];
  ms: number;
}

type Program = (args: readonly string[], run: Run) => { text?: string; error?: string; exit?: number };

const said = (text: string): { text: string } => ({ text: `${text}\n` });

const programs: Readonly<Record<string, Program>> = {
  echo: (args) => (args[0] === '-n' ? { text: args.slice(1).join(' ') } : said(args.join(' '))),
  printf: (args) => ({ text: (args[0] ?? '').replaceAll('\\n', '\n').replaceAll('%s', args[1] ?? '') }),
  true: () => ({}),
  ':': () => ({}),
  false: () => ({ exit: 1 }),
  pwd: (_, { context }) => said(context.directory),
  id: () => said('uid=0(root) gid=0(root) groups=0(root)'),
  whoami: () => said('root'),
  hostname: (_, { context }) => said(context.environment.HOSTNAME ?? 'localhost'),
  env: (_, { context }) => said(pairs(context)),
  printenv: (args, { context }) => printenv(args, context),
  ls: (args) => said(args.includes('/') ? 'app\nbin\netc\nhome\nproc\nroot\nsys\ntmp\nusr\nvar' : 'web'),
  uname: () => said('Linux'),
  cat: (args, { input }) =>
    args.length === 0
      ? { text: input }
      : { error: `cat: can't open '${args[0]}': No such file or directory\n`, exit: 1 },
  sleep: (args, run) => {
    run.ms += Number.parseFloat(args[0] ?? '0') * 1000;
    return {};
  },
  '/app/web': (_, { context }) => secondWeb(context),
  sort: (_, { input }) => ({ text: lined(rows(input).sort()) }),
  grep: (args, { input }) => grep(args, input),
  wc: (args, { input }) => said(String(args.includes('-c') ? Buffer.byteLength(input) : rows(input).length)),
  head: (args, { input }) => ({ text: lined(rows(input).slice(0, count(args))) }),
  tail: (args, { input }) => ({ text: lined(rows(input).slice(-count(args))) }),
};

const rows = (text: string): string[] => text.split('\n').slice(0, text.endsWith('\n') ? -1 : undefined);
const lined = (all: readonly string[]): string => all.map((row) => `${row}\n`).join('');
const count = (args: readonly string[]): number => Number(/\d+/.exec(args.join(' '))?.[0] ?? '10');

function grep(args: readonly string[], input: string): { text: string; exit: number } {
  const inverted = args.some((word) => /^-[a-z]*v/.test(word));
  const pattern = new RegExp(args.find((word) => !word.startsWith('-')) ?? '');
  const found = rows(input).filter((row) => pattern.test(row) !== inverted);
  return { text: lined(found), exit: found.length === 0 ? 1 : 0 };
}

/** The web program once more: where it runs already, its port is taken. */
function secondWeb({ environment, port }: ShellContext): { text?: string; error?: string; exit?: number } {
  if (port === undefined) return {};
  const error = `listen tcp :${port}: bind: address already in use\n`;
  return { ...said(bootLine('/app/web', environment)), error, exit: 1 };
}

function pairs(context: ShellContext): string {
  return Object.entries(context.environment)
    .map(([key, value]) => `${key}=${value}`)
    .join('\n');
}

function printenv(args: readonly string[], context: ShellContext): { text?: string; exit?: number } {
  if (args.length === 0) return said(pairs(context));
  const value = context.environment[args[0] ?? ''];
  return value === undefined ? { exit: 1 } : said(value);
}

/** Runs one command of a container: the few programs of a small base system, and `sh -c` with `;`, `&&`, `||` and `>&2`. */
export function runInContainer(argv: readonly string[], context: ShellContext): ShellResult {
  const run: Run = { context, output: [], ms: 0, input: '' };
  const [name = ''] = argv;
  if (!isKnown(name, context)) return { output: [], exit: 127, ms: 0, missing: name };
  const exit = command(argv, run);
  return { output: run.output, exit, ms: run.ms };
}

/** Runs a shell script as `/bin/bash -c` does. */
export function runScript(script: string, context: ShellContext): ShellResult {
  const run: Run = { context, output: [], ms: 0, input: '' };
  const exit = scriptExit(script, run);
  return { output: run.output, exit, ms: run.ms };
}

function isKnown(name: string, context: ShellContext): boolean {
  const base = name.replace(/^\/(usr\/)?bin\//, '');
  if (base === 'bash') return context.bash;
  return ['sh', 'exit'].includes(base) || Object.hasOwn(programs, base);
}

function command(argv: readonly string[], run: Run): number {
  const words = argv.filter((word) => word !== '>&2' && word !== '1>&2');
  const toError = words.length < argv.length;
  const [name = '', ...args] = words;
  const base = name.replace(/^\/(usr\/)?bin\//, '');
  if (base === 'exit') throw new Exited(Number(args[0] ?? '0'));
  if (base === 'sh' || base === 'bash') return args[0] === '-c' ? scriptExit(args[1] ?? '', run) : 0;
  const program = programs[base];
  if (program === undefined || !isKnown(name, run.context)) {
    run.output.push({ stream: 'stderr', text: `sh: ${name}: not found\n` });
    return 127;
  }
  const { text = '', error = '', exit = 0 } = program(args, run);
  if (text !== '') run.output.push({ stream: toError ? 'stderr' : 'stdout', text });
  if (error !== '') run.output.push({ stream: 'stderr', text: error });
  return exit;
}

class Exited extends Error {
  readonly code: number;
  constructor(code: number) {
    super(`exit ${code}`);
    this.code = code;
  }
}

/** Programs joined by `|`: each reads what the one before it printed, the last one's exit code counts. */
function pipeline(text: string, run: Run): number {
  const parts = text.match(/(?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^|"'\\])+/g) ?? [];
  let exit = 0;
  for (const [index, part] of parts.entries()) {
    const from = run.output.length;
    exit = command(splitWords(part, run.context.environment), run);
    if (index === parts.length - 1) break;
    const printed = run.output.splice(from);
    run.input = printed
      .filter(({ stream }) => stream === 'stdout')
      .map(({ text: one }) => one)
      .join('');
    run.output.push(...printed.filter(({ stream }) => stream === 'stderr'));
  }
  run.input = '';
  return exit;
}

function scriptExit(script: string, run: Run): number {
  let exit = 0;
  try {
    let operator = ';';
    for (const part of splitScript(script)) {
      if (part === ';' || part === '&&' || part === '||') {
        operator = part;
      } else if (operator === ';' || (operator === '&&') === (exit === 0)) {
        exit = pipeline(part, run);
      }
    }
  } catch (error) {
    if (error instanceof Exited) return error.code;
    throw error;
  }
  return exit;
}

/** Cuts a script at `;`, `&&`, `||` and line ends that are not quoted. */
function splitScript(script: string): string[] {
  const found =
    script.match(/(?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|&(?!&)|\|(?!\|)|[^;&|\n"'\\])+|;|&&|\|\||\n/g) ?? [];
  return found.map((part) => (part === '\n' ? ';' : part.trim())).filter((part) => part !== '');
}

function splitWords(text: string, environment: Readonly<Record<string, string>>): string[] {
  const words = text.match(/(?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^\s"'\\])+/g) ?? [];
  const expand = (part: string): string =>
    part.replace(/\$\{?([A-Za-z_][A-Za-z0-9_]*)\}?/g, (_, name: string) => environment[name] ?? '');
  return words.map((word) =>
    (word.match(/"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^"'\\]+/g) ?? [])
      .map((part) => {
        if (part.startsWith("'")) return part.slice(1, -1);
        if (part.startsWith('"')) return expand(part.slice(1, -1).replace(/\\(["\\$`])/g, '$1'));
        return part.startsWith('\\') ? part.slice(1) : expand(part);
      })
      .join(''),
  );
}
