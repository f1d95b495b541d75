import { matchesAny } from './glob.ts';
import type { Policy, PolicyEffect, Rule } from './policy.ts';

/** Who acts, and where. */
export interface Subject {
  readonly role: string;
  readonly host: string;
  /** No change at all, whatever the rules say. */
  readonly readOnly: boolean;
}

/** One use of one command. */
export interface Use {
  readonly command: string;
  readonly effect: PolicyEffect;
  /** The app that it concerns; undefined when it concerns the whole host, and so every app. */
  readonly app?: string | undefined;
  /**
   * The tool that sends it. Undefined when that is not known, as on the host: then a rule that denies tools speaks of
   * none of them, and one that allows tools of all.
   */
  readonly tool?: string | undefined;
}

export type Verdict = 'allow' | 'confirm' | 'deny';

export interface Decision {
  readonly verdict: Verdict;
  /** The rule that decided, in words that go into a refusal. */
  readonly rule: string;
}

export function isChange(effect: PolicyEffect): boolean {
  return effect !== 'read' && effect !== 'read-secret';
}

/**
 * Decides one use. Denied is: any change under read-only, what a rule denies, what would destroy a protected app, and,
 * where any rule of the policy allows, what none allows. A person is asked for what destroys, for what a rule says so,
 * and for what disrupts a protected app. Reads are never asked for.
 */
export function decide(policy: Policy, subject: Subject, use: Use): Decision {
  const { rules, protected_apps: kept } = policy;
  if (subject.readOnly && isChange(use.effect)) return deny('this server is read-only');
  const denying = rules.find((rule) => rule.decision === 'deny' && restricts(rule, subject, use));
  if (denying !== undefined) return deny(`the rule "${denying.id}" of the policy denies it`);
  const touchesKept = kept !== undefined && (use.app === undefined || matchesAny(kept, use.app));
  if (touchesKept && use.effect === 'destructive') {
    return deny(`protected_apps of the policy keeps ${use.app ?? 'apps of this host'} from being destroyed`);
  }
  const allowing = rules.filter(({ decision }) => decision === 'allow');
  const grant = allowing.find((rule) => grants(rule, subject, use));
  if (allowing.length > 0 && grant === undefined) {
    return deny(`no rule of the policy allows it for the role "${subject.role}"`);
  }
  if (!isChange(use.effect)) return allow(grant);
  const asking = rules.find((rule) => rule.decision === 'confirm' && restricts(rule, subject, use));
  if (asking !== undefined) return { verdict: 'confirm', rule: `the rule "${asking.id}" asks a person` };
  if (touchesKept && use.effect === 'disruptive') {
    return { verdict: 'confirm', rule: 'protected_apps asks a person before anything disruptive' };
  }
  if (use.effect === 'destructive') return { verdict: 'confirm', rule: 'what destroys asks a person' };
  return allow(grant);
}

/** A command may concern several apps: the strictest decision counts. */
export function strictest(decisions: readonly Decision[]): Decision {
  const order: readonly Verdict[] = ['deny', 'confirm', 'allow'];
  for (const verdict of order) {
    const found = decisions.find((decision) => decision.verdict === verdict);
    if (found !== undefined) return found;
  }
  return deny('it concerns nothing that could be decided on');
}

function deny(rule: string): Decision {
  return { verdict: 'deny', rule };
}

function allow(grant: Rule | undefined): Decision {
  return {
    verdict: 'allow',
    rule: grant === undefined ? 'no rule speaks against it' : `the rule "${grant.id}" allows it`,
  };
}

/** A rule that denies or asks: what concerns the whole host concerns every app that it names. */
function restricts(rule: Rule, subject: Subject, use: Use): boolean {
  return (
    speaksOf(rule, subject, use) &&
    (use.app === undefined || matchesAny(rule.apps, use.app)) &&
    (rule.tools === undefined || (use.tool !== undefined && matchesAny(rule.tools, use.tool)))
  );
}

/** A rule that allows: what concerns the whole host needs a rule for all apps. */
function grants(rule: Rule, subject: Subject, use: Use): boolean {
  return (
    speaksOf(rule, subject, use) &&
    (use.app === undefined ? coversAll(rule.apps) : matchesAny(rule.apps, use.app)) &&
    (use.tool === undefined || matchesAny(rule.tools, use.tool))
  );
}

/** True when the rule is about this role, host, command and effect; apps and tools are asked for elsewhere. */
export function speaksOf(rule: Rule, subject: Subject, use: Pick<Use, 'command' | 'effect'>): boolean {
  return (
    matchesAny(rule.roles, subject.role) &&
    matchesAny(rule.hosts, subject.host) &&
    matchesAny(rule.commands, use.command) &&
    (rule.effects === undefined || rule.effects.includes(use.effect))
  );
}

/** No list of apps, or `*` in it. */
export function coversAll(apps: readonly string[] | undefined): boolean {
  return apps === undefined || apps.some((pattern) => /^\*+$/.test(pattern));
}
