import { matches } from './glob.ts';
import type { Policy, Rule } from './policy.ts';
import { covers, effectsOf } from './possible.ts';

/** What there is to be named. */
export interface Known {
  readonly commands: readonly string[];
  readonly tools: readonly string[];
  /** Configured hosts; with none, no host is called unknown. */
  readonly hosts: readonly string[];
  /** Commands that are never sent. */
  readonly refused: ReadonlySet<string>;
}

export interface PolicyFinding {
  readonly rule: string;
  /** A problem is a rule that does not do what it says; a note is something to know. */
  readonly level: 'problem' | 'note';
  readonly text: string;
}

/** Rules that speak of what does not exist, or that never decide anything because others decide before them. */
export function checkPolicy(policy: Policy, known: Known): PolicyFinding[] {
  return policy.rules.flatMap((rule, index) => [
    ...unknown(rule, known),
    ...shadowed(rule, policy.rules.slice(0, index), policy.rules),
    ...pointless(rule, known),
    ...(rule.tools === undefined
      ? []
      : [
          note(
            rule,
            rule.decision === 'allow'
              ? 'a fence on the host cannot see tools: there it allows these commands to whatever sends them'
              : 'a fence on the host cannot see tools: there the rule does not hold',
          ),
        ]),
  ]);
}

function unknown(rule: Rule, { commands, tools, hosts }: Known): PolicyFinding[] {
  const absent = (kind: string, globs: readonly string[] | undefined, names: readonly string[]) =>
    (globs ?? [])
      .filter((glob) => !names.some((name) => matches(glob, name)))
      .map((glob) => problem(rule, `no ${kind} is called ${glob}`));
  return [
    ...absent('command', rule.commands, commands),
    ...absent('tool', rule.tools, tools),
    ...(hosts.length === 0 ? [] : absent('configured host', rule.hosts, hosts)),
  ];
}

function pointless(rule: Rule, { commands, refused }: Known): PolicyFinding[] {
  const speaksOf = commands.filter((name) => rule.commands?.some((glob) => matches(glob, name)) ?? false);
  const found: PolicyFinding[] = [];
  if (rule.decision === 'allow' && speaksOf.length > 0 && speaksOf.every((name) => refused.has(name)))
    found.push(problem(rule, 'what it allows is never sent, whatever a policy says'));
  if (rule.decision === 'confirm' && effectsOf(rule).every((effect) => effect.startsWith('read')))
    found.push(problem(rule, 'it speaks of reads only, and nobody is asked about reads'));
  return found;
}

function shadowed(rule: Rule, before: readonly Rule[], all: readonly Rule[]): PolicyFinding[] {
  const denier = all.find((one) => one !== rule && one.decision === 'deny' && includes(one, rule));
  if (rule.decision !== 'deny' && denier !== undefined)
    return [problem(rule, `it never decides: ${denier.id} denies all that it speaks of`)];
  const same = before.find((one) => one.decision === rule.decision && includes(one, rule));
  return same === undefined
    ? []
    : [problem(rule, `it adds nothing to ${same.id}, which says the same of more`)];
}

/** True when the first rule speaks of all that the second one does. */
function includes(wide: Rule, narrow: Rule): boolean {
  const covered = (a: readonly string[] | undefined, b: readonly string[] | undefined): boolean =>
    a === undefined ||
    (b === undefined
      ? a.some((pattern) => /^\*+$/.test(pattern))
      : b.every((other) => a.some((pattern) => covers(pattern, other))));
  return (
    covered(wide.roles, narrow.roles) &&
    covered(wide.hosts, narrow.hosts) &&
    covered(wide.apps, narrow.apps) &&
    covered(wide.commands, narrow.commands) &&
    covered(wide.tools, narrow.tools) &&
    effectsOf(narrow).every((effect) => effectsOf(wide).includes(effect))
  );
}

function problem({ id }: Rule, text: string): PolicyFinding {
  return { rule: id, level: 'problem', text };
}

function note({ id }: Rule, text: string): PolicyFinding {
  return { rule: id, level: 'note', text };
}
