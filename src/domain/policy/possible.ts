import { coversAll, decide, isChange, type Subject, speaksOf, type Use } from './decide.ts';
import { matches, matchesAny } from './glob.ts';
import { effects, type Policy, type PolicyEffect, type Rule } from './policy.ts';

/**
 * True when some app could be named for which this use is not denied: decides what is listed. It may say true for what
 * no app of the host fits; it never says false for what would be allowed.
 */
export function couldAllow(policy: Policy, subject: Subject, use: Omit<Use, 'app'>): boolean {
  if (subject.readOnly && isChange(use.effect)) return false;
  const fits = (rule: Rule): boolean => speaksOf(rule, subject, use);
  const { rules, protected_apps: kept } = policy;
  const denied = rules.some(
    (rule) =>
      rule.decision === 'deny' &&
      fits(rule) &&
      coversAll(rule.apps) &&
      (rule.tools === undefined || (use.tool !== undefined && matchesAny(rule.tools, use.tool))),
  );
  if (denied || (use.effect === 'destructive' && kept !== undefined && coversAll(kept))) return false;
  const allowing = rules.filter(({ decision }) => decision === 'allow');
  return (
    allowing.length === 0 ||
    allowing.some((rule) => fits(rule) && (use.tool === undefined || matchesAny(rule.tools, use.tool)))
  );
}

/** A use of a command, whatever the app and the tool. */
export type CommandUse = Pick<Use, 'command' | 'effect'>;

/** Of reads about which the same rules speak one: for the policy they are the same, and there are hundreds. */
export function distinctReads(
  { rules }: Policy,
  subject: Subject,
  reads: readonly CommandUse[],
): readonly CommandUse[] {
  const key = (use: CommandUse): string =>
    rules.flatMap((rule, index) => (speaksOf(rule, subject, use) ? [index] : [])).join();
  return [...new Map(reads.map((use) => [key(use), use])).values()];
}

/**
 * True when at least one of these reads of the app is allowed, through whichever tool: an app that may not be read is
 * neither listed nor completed, and a call that names it is refused whether it exists or not.
 */
export function seesApp(
  policy: Policy,
  subject: Subject,
  reads: readonly CommandUse[],
  app: string,
): boolean {
  return reads.some((use) => decide(policy, subject, { ...use, app }).verdict !== 'deny');
}

/** True when a rule denies the tool for whatever it does. */
export function deniesTool({ rules }: Policy, subject: Subject, tool: string): boolean {
  return rules.some(
    ({ decision, roles, hosts, apps, commands, tools, effects }) =>
      decision === 'deny' &&
      tools !== undefined &&
      matchesAny(tools, tool) &&
      matchesAny(roles, subject.role) &&
      matchesAny(hosts, subject.host) &&
      coversAll(apps) &&
      commands === undefined &&
      effects === undefined,
  );
}

/** True when the pattern fits everything that the other one fits (as far as can be told without trying). */
export function covers(pattern: string, other: string): boolean {
  return pattern === other || (!other.includes('*') && matches(pattern, other)) || /^\*+$/.test(pattern);
}

/** The effects that a rule speaks of. */
export function effectsOf({ effects: named }: Rule): readonly PolicyEffect[] {
  return named ?? effects;
}
