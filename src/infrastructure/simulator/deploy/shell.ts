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
}

interface Run {
  readonly context: ShellContext;
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
  cat: (args) =>
    args.length === 0 ? {} : { error: `cat: can't open '${args[0]}': No such file or directory\n`, exit: 1 },
  sleep: (args, run) => {
    run.ms += Number.parseFloat(args[0] ?? '0') * 1000;
    return {};
  },
  '/app/web': (args) => (args.includes('--help') ? { error: 'unknown flag: --help\n', exit: 1 } : {}),
};

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
  const run: Run = { context, output: [], ms: 0 };
  const [name = ''] = argv;
  if (!isKnown(name, context)) return { output: [], exit: 127, ms: 0, missing: name };
  const exit = command(argv, run);
  return { output: run.output, exit, ms: run.ms };
}

/** Runs a shell script as `/bin/bash -c` does. */
export function runScript(script: string, context: ShellContext): ShellResult {
  const run: Run = { context, output: [], ms: 0 };
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

function scriptExit(script: string, run: Run): number {
  let exit = 0;
  try {
    let operator = ';';
    for (const part of splitScript(script)) {
      if (part === ';' || part === '&&' || part === '||') {
        operator = part;
      } else if (operator === ';' || (operator === '&&') === (exit === 0)) {
        exit = command(splitWords(part, run.context.environment), run);
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
