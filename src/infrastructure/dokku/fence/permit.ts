import { coversAll, type Subject } from '../../../domain/policy/decide.ts';
import { matchesAny } from '../../../domain/policy/glob.ts';
import { alwaysAllowed, overviewReads } from '../../../domain/policy/needed.ts';
import type { Policy, Rule } from '../../../domain/policy/policy.ts';
import { couldAllow } from '../../../domain/policy/possible.ts';
import { quote } from './table.ts';

/**
 * The policy for one role on one host as the shell function `permit`, which decides on `name`, `effect` and `app` (empty:
 * the whole host). The rules come in the order of `decide`. Tools cannot be seen on the host: a rule that denies tools is
 * left out, one that allows tools allows the commands. Strict also refuses what a person has to be asked for, since nobody
 * can be asked here, and the reads of all apps whose answers the server filters.
 */
export function permit(policy: Policy, subject: Subject, strict: boolean): string {
  const { protected_apps: kept } = policy;
  const rules = policy.rules.filter(
    ({ roles, hosts }) => matchesAny(roles, subject.role) && matchesAny(hosts, subject.host),
  );
  const of = (decision: Rule['decision']): Rule[] => rules.filter((rule) => rule.decision === decision);
  const denying = of('deny').filter(({ tools }) => tools === undefined);
  const asking = of('confirm').filter(({ tools }) => tools === undefined);
  const overview = [...overviewReads].filter((command) =>
    couldAllow(policy, subject, { command, effect: 'read' }),
  );
  const allows = policy.rules.some(({ decision }) => decision === 'allow');
  const refuse = (why: string): string => `refuse ${quote(why)}; return 1`;
  const protect = (effect: Rule['effects'], why: string): string[] =>
    kept === undefined ? [] : [restrict({ effects: effect, apps: kept }, refuse(why))];
  return [
    'permit() {',
    `  case $app:$name in ${[...alwaysAllowed].map((name) => quote(`:${name}`)).join(' | ')}) return 0 ;; esac`,
    ...(strict || overview.length === 0
      ? []
      : [
          `  case $app:$effect:$name in ${overview.map((name) => quote(`:read:${name}`)).join(' | ')}) return 0 ;; esac`,
        ]),
    '  change=1',
    '  case $effect in read | read-secret) change= ;; esac',
    ...(subject.readOnly ? [`  [ -z "$change" ] || { ${refuse('only reads are allowed')}; }`] : []),
    ...denying.map((rule) => restrict(rule, refuse(`the rule ${rule.id} denies it`))),
    ...protect(['destructive'], 'a protected app is not destroyed'),
    ...(allows
      ? [
          '  allowed=',
          ...of('allow').map((rule) => grant(rule)),
          `  [ -n "$allowed" ] || { ${refuse('no rule allows it')}; }`,
        ]
      : []),
    ...(strict
      ? [
          '  [ -n "$change" ] || return 0',
          ...asking.map((rule) => restrict(rule, refuse(`the rule ${rule.id} asks a person`))),
          ...protect(['disruptive'], 'a person is asked before a protected app is disrupted'),
          `  [ "$effect" != destructive ] || { ${refuse('a person is asked before anything is destroyed')}; }`,
        ]
      : []),
    '  return 0',
    '}',
  ].join('\n');
}

type Selectors = { readonly [K in 'commands' | 'effects' | 'apps']?: Rule[K] };

/** For what denies or asks: what concerns the whole host concerns every app. */
function restrict({ commands, effects, apps }: Selectors, then: string): string {
  return nest([choice('name', commands), among('effect', effects), choice('app', apps, "'' | ")], then);
}

/** For what allows: what concerns the whole host needs a rule for all apps. */
function grant({ commands, effects, apps }: Rule): string {
  const named = coversAll(apps) ? undefined : apps;
  return nest([choice('name', commands), among('effect', effects), choice('app', named)], 'allowed=1');
}

interface Choice {
  readonly variable: string;
  readonly patterns: string;
}

function choice(variable: string, globs: readonly string[] | undefined, before = ''): Choice | undefined {
  return globs === undefined ? undefined : { variable, patterns: before + globs.map(pattern).join(' | ') };
}

function among(variable: string, words: readonly string[] | undefined): Choice | undefined {
  return words === undefined ? undefined : { variable, patterns: words.join(' | ') };
}

function nest(choices: readonly (Choice | undefined)[], then: string): string {
  const present = choices.filter((one) => one !== undefined);
  const inner = present.reduceRight(
    (body, { variable, patterns }) => `case $${variable} in ${patterns}) ${body} ;; esac`,
    then,
  );
  return `  ${inner}`;
}

/** A glob in which only `*` is special, for `case`. */
function pattern(glob: string): string {
  return glob
    .split('*')
    .map((part) => (part === '' ? '' : quote(part)))
    .join('*');
}
