import type { Command, Effect } from '../../../application/ports.ts';
import { isProbe } from '../../../domain/service/database.ts';

/** What the arguments of a command may show; data, so that the fence on a host judges by the same table. */
export type Condition =
  /** One of these flags is there, alone or with `=value`. */
  | { readonly has: readonly string[] }
  | { readonly lacks: readonly string[] }
  /** One of these flags stands there bare: for what softens, `--no-restart=false` and words after `--` do not count. */
  | { readonly bare: readonly string[] }
  /** Words like web=2. */
  | { readonly counts: 'none' | 'positive' }
  /** The last word is this one, and the other one is nowhere. */
  | { readonly last: string; readonly never: string }
  /** Any word at all. */
  | { readonly words: true }
  /** Words after the first, and nothing but these. */
  | { readonly only: readonly string[] };

export interface Judgement {
  readonly when: Condition;
  readonly effect: Effect;
}

/** Values are stored only; the app runs on with the old ones. */
const stored: Judgement = { when: { bare: ['--no-restart', '--global'] }, effect: 'reversible' };

/** `resource:limit app` shows a table. */
const amount: Judgement = {
  when: {
    lacks: [
      '--cpu',
      '--memory',
      '--memory-swap',
      '--network',
      '--network-ingress',
      '--network-egress',
      '--nvidia-gpu',
    ],
  },
  effect: 'read',
};

const judgements: Readonly<Record<string, readonly Judgement[]>> = {
  'certs:show': [{ when: { last: 'crt', never: 'key' }, effect: 'read' }],
  'config:import': [{ when: { has: ['--replace'] }, effect: 'destructive' }, stored],
  'config:set': [stored],
  'config:unset': [stored],
  'git:sync': [{ when: { has: ['--build', '--build-if-changes'] }, effect: 'disruptive' }],
  'letsencrypt:cron-job': [
    { when: { has: ['--remove'] }, effect: 'disruptive' },
    { when: { has: ['--add'] }, effect: 'reversible' },
  ],
  'nginx:validate-config': [{ when: { has: ['--clean'] }, effect: 'disruptive' }],
  'ps:scale': [
    { when: { counts: 'none' }, effect: 'read' },
    { when: { bare: ['--skip-deploy'] }, effect: 'reversible' },
    { when: { counts: 'positive' }, effect: 'reversible' },
  ],
  report: [{ when: { words: true }, effect: 'read-secret' }],
  'resource:limit': [amount],
  'resource:reserve': [amount],
  'scheduler-k3s:autoscaling-auth:report': [{ when: { has: ['--include-metadata'] }, effect: 'read-secret' }],
  'scheduler-k3s:preview': [
    { when: { has: ['--show-secrets', '--show-secrets-decoded'] }, effect: 'read-secret' },
  ],
};

/** What `X:info` tells of a service without its password. */
const serviceFacts = [
  ...['config-dir', 'config-options', 'data-dir', 'exposed-ports', 'id', 'internal-ip', 'initial-network'],
  ...['links', 'post-create-network', 'post-start-network', 'service-root', 'status'],
].map((name) => `--${name}`);

/** By the verb of a data service, whatever its plugin; no core plugin has these verbs with these flags. */
const serviceJudgements: Readonly<Record<string, readonly Judgement[]>> = {
  info: [{ when: { only: serviceFacts }, effect: 'read' }],
  link: [stored],
  unlink: [stored],
};

/** What the arguments of this command can make of its effect, the first that holds counting. */
export function judgementsOf(name: string): readonly Judgement[] {
  if (Object.hasOwn(judgements, name)) return judgements[name] ?? [];
  const [, verb = ''] = name.split(':');
  return Object.hasOwn(serviceJudgements, verb) ? (serviceJudgements[verb] ?? []) : [];
}

/** The effect of this very argv, where it differs from what the catalogue says of the command. */
export function judge({ name, args, stdin }: Command): Effect | undefined {
  // The client program of a data service reads its commands from standard input.
  if (name.endsWith(':connect') && stdin !== undefined && isProbe(stdin)) return 'read';
  return judgementsOf(name).find(({ when }) => holds(when, args))?.effect;
}

function holds(condition: Condition, args: readonly string[]): boolean {
  if ('has' in condition) return hasFlag(condition.has, args);
  if ('lacks' in condition) return !hasFlag(condition.lacks, args);
  if ('bare' in condition) return !args.includes('--') && condition.bare.some((flag) => args.includes(flag));
  if ('last' in condition) return args.at(-1) === condition.last && !args.includes(condition.never);
  if ('words' in condition) return args.length > 0;
  if ('only' in condition) {
    const { only } = condition;
    return args.length > 1 && args.slice(1).every((word) => only.includes(word));
  }
  const counts = args.filter((word) => word.includes('=') && !word.startsWith('--'));
  if (condition.counts === 'none') return counts.length === 0;
  return counts.every((count) => /=[1-9]\d*$/.test(count));
}

function hasFlag(flags: readonly string[], args: readonly string[]): boolean {
  return args.some((word) => flags.includes(word.split('=', 1)[0] ?? ''));
}
