import type { Command, Effect } from '../../../application/ports.ts';

/** What the arguments make of a command's effect; undefined leaves the catalogue's own. */
type Judge = (has: (...flags: readonly string[]) => boolean, args: readonly string[]) => Effect | undefined;

/** Values are stored only; the app runs on with the old ones. */
const stored: Judge = (_has, args) =>
  ['--no-restart', '--global'].some((flag) => isSet(flag, args)) ? 'reversible' : undefined;

const amounts = [
  '--cpu',
  '--memory',
  '--memory-swap',
  '--network',
  '--network-ingress',
  '--network-egress',
  '--nvidia-gpu',
];

/** `resource:limit app` shows a table. */
const amount: Judge = (has) => (has(...amounts) ? undefined : 'read');

const judges: Readonly<Record<string, Judge>> = {
  'certs:show': (_has, args) => (args.at(-1) === 'crt' && !args.includes('key') ? 'read' : undefined),
  'config:import': (has, args) => (has('--replace') ? 'destructive' : stored(has, args)),
  'config:set': stored,
  'config:unset': stored,
  'git:sync': (has) => (has('--build', '--build-if-changes') ? 'disruptive' : undefined),
  'nginx:validate-config': (has) => (has('--clean') ? 'disruptive' : undefined),
  'ps:scale': (_has, args) => {
    const counts = args.filter((word) => word.includes('=') && !word.startsWith('--'));
    if (counts.length === 0) return 'read';
    if (isSet('--skip-deploy', args)) return 'reversible';
    return counts.every((count) => /=[1-9]\d*$/.test(count)) ? 'reversible' : 'disruptive';
  },
  report: (_has, args) => (args.length > 0 ? 'read-secret' : undefined),
  'resource:limit': amount,
  'resource:reserve': amount,
  'scheduler-k3s:autoscaling-auth:report': (has) => (has('--include-metadata') ? 'read-secret' : undefined),
  'scheduler-k3s:preview': (has) =>
    has('--show-secrets', '--show-secrets-decoded') ? 'read-secret' : undefined,
};

/** For flags that soften an effect: only the bare flag counts, `--no-restart=false` and words after `--` do not. */
function isSet(flag: string, args: readonly string[]): boolean {
  return args.includes(flag) && !args.includes('--');
}

/** The effect of this very argv, where it differs from what the catalogue says of the command. */
export function judge({ name, args }: Command): Effect | undefined {
  const own = Object.hasOwn(judges, name) ? judges[name] : undefined;
  const has = (...flags: readonly string[]): boolean =>
    args.some((word) => flags.includes(word.split('=', 1)[0] ?? ''));
  return own?.(has, args);
}
