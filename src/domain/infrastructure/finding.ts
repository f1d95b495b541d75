/** How much it matters: somebody is hurt now or the host is at risk · will hurt · worth knowing. */
export const SEVERITIES = ['critical', 'warning', 'notice'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** The operation that would mend it; always one that exists, with arguments it takes. */
export interface MendingCall {
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** One thing that needs attention, with what proves it. */
export interface Finding {
  /** Stable: `certificate-expired`. */
  readonly rule: string;
  readonly severity: Severity;
  /** Apps, networks or entries it is about; empty for the host itself. */
  readonly subjects: readonly string[];
  readonly title: string;
  /** What was read that says so. */
  readonly evidence: string;
  /** What to do. */
  readonly advice: string;
  readonly mend?: MendingCall;
}

/** From how many on findings of one rule are told together. */
const TOGETHER = 3;
const SHOWN = 8;

/**
 * Most severe first. Findings below critical of which there are many are told as one, with all subjects and the mending
 * call of the first: a host of 100 apps without limits has one thing to decide, not 100.
 */
export function arrange(findings: readonly Finding[]): readonly Finding[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = `${finding.severity} ${finding.rule}`;
    groups.set(key, [...(groups.get(key) ?? []), finding]);
  }
  return [...groups.values()]
    .flatMap((group) =>
      group.length < TOGETHER || group[0]?.severity === 'critical' ? group : [merged(group)],
    )
    .sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
}

function merged(group: readonly Finding[]): Finding {
  const [first] = group as [Finding];
  const subjects = group.flatMap((finding) => finding.subjects);
  const more = subjects.length > SHOWN ? ` and ${subjects.length - SHOWN} more` : '';
  return {
    ...first,
    subjects,
    title: `${first.title} (${subjects.length} in all)`,
    evidence: `${subjects.slice(0, SHOWN).join(', ')}${more}; for ${first.subjects.join(', ')}: ${first.evidence}`,
  };
}
