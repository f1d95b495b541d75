/**
 * The decision once more, written from the words of the guide and not from the code: every rule is spelled out into the
 * single things that it speaks of, which are then looked up.
 */
export interface OracleRule {
  readonly id: string;
  readonly decision: 'allow' | 'deny' | 'confirm';
  readonly roles?: string[] | undefined;
  readonly hosts?: string[] | undefined;
  readonly apps?: string[] | undefined;
  readonly commands?: string[] | undefined;
  readonly tools?: string[] | undefined;
  readonly effects?: string[] | undefined;
}

export interface OraclePolicy {
  readonly protected_apps?: string[] | undefined;
  readonly rules: readonly OracleRule[];
}

export interface Question {
  readonly role: string;
  readonly host: string;
  readonly readOnly: boolean;
  readonly command: string;
  readonly effect: string;
  /** Empty: the whole host. */
  readonly apps: readonly string[];
  /** Undefined on the host, which cannot see tools. */
  readonly tool?: string | undefined;
}

export function oracle(policy: OraclePolicy, question: Question): 'allow' | 'confirm' | 'deny' {
  if (question.apps.length === 0 && ['version', 'plugin:list'].includes(question.command)) return 'allow';
  const answers = (question.apps.length === 0 ? [null] : question.apps).map((app) =>
    answer(policy, question, app),
  );
  if (answers.includes('deny')) return 'deny';
  return answers.includes('confirm') ? 'confirm' : 'allow';
}

/** An app is seen by whom at least one of these reads of it is allowed, whatever the tool. */
export function oracleSees(
  policy: OraclePolicy,
  who: Pick<Question, 'role' | 'host' | 'readOnly'>,
  reads: readonly Pick<Question, 'command' | 'effect'>[],
  app: string,
): boolean {
  return reads.some((read) => oracle(policy, { ...who, ...read, apps: [app] }) !== 'deny');
}

function answer(policy: OraclePolicy, question: Question, app: string | null) {
  const reading = question.effect.startsWith('read');
  const speaking = policy.rules.filter(
    (rule) =>
      fits(rule.roles, question.role) &&
      fits(rule.hosts, question.host) &&
      fits(rule.commands, question.command) &&
      (rule.effects ?? [question.effect]).includes(question.effect),
  );
  const some = (decision: string, holds: (rule: OracleRule) => boolean): boolean =>
    speaking.filter((rule) => rule.decision === decision).some(holds);
  const unseen = question.tool === undefined;
  const touches = (rule: OracleRule): boolean =>
    (app === null || fits(rule.apps, app)) &&
    (unseen ? rule.tools === undefined : fits(rule.tools, question.tool));
  const gives = (rule: OracleRule): boolean =>
    (app === null
      ? rule.apps === undefined || rule.apps.some((glob) => /^[*]+$/.test(glob))
      : fits(rule.apps, app)) &&
    (unseen || fits(rule.tools, question.tool));
  const kept = policy.protected_apps !== undefined && (app === null || fits(policy.protected_apps, app));
  const reasonsAgainst = [
    !reading && question.readOnly,
    some('deny', touches),
    kept && question.effect === 'destructive',
    policy.rules.some(({ decision }) => decision === 'allow') && !some('allow', gives),
  ];
  if (reasonsAgainst.includes(true)) return 'deny';
  const reasonsToAsk = [
    some('confirm', touches),
    kept && question.effect === 'disruptive',
    question.effect === 'destructive',
  ];
  return !reading && reasonsToAsk.includes(true) ? 'confirm' : 'allow';
}

function fits(globs: readonly string[] | undefined, text = ''): boolean {
  if (globs === undefined) return true;
  return globs.some((glob) => {
    const escaped = glob.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^]*');
    return new RegExp(`^${escaped}$`).test(text);
  });
}
