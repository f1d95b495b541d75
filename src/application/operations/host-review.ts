import { z } from 'zod';
import { type Finding, SEVERITIES } from '../../domain/infrastructure/finding.ts';
import { review } from '../../domain/infrastructure/review.ts';
import type { HostSurvey } from '../../domain/infrastructure/survey.ts';
import { addressed } from '../addressed.ts';
import type { Context } from '../context.ts';
import { defineQuery } from '../operation.ts';
import { visibleSamples } from '../samples.ts';
import { type BackupReview, reviewBackups } from './backups-review.ts';

const Mend = z.object({ name: z.string(), arguments: z.record(z.string(), z.unknown()) });

export const FindingFact = z.object({
  rule: z.string(),
  severity: z.enum(SEVERITIES),
  subjects: z.array(z.string()),
  title: z.string(),
  evidence: z.string(),
  advice: z.string(),
  call: Mend.optional(),
});

export const hostReview = defineQuery({
  name: 'host_review',
  title: 'Review the host',
  description:
    'What needs attention on the whole host, by severity, each with evidence and the call that mends it.',
  input: z.strictObject({
    deep: z.boolean().default(false).describe('Also count restarts (0.3 s per app)'),
  }),
  output: z.object({
    findings: z.array(FindingFact),
    counts: z.record(z.string(), z.number()),
    apps: z.number(),
    missing: z.array(z.object({ part: z.string(), reason: z.string() })),
    commands: z.number(),
    commands_per_app: z.record(z.string(), z.number()),
    slower_with_apps: z.array(z.string()),
  }),
  async run({ deep }, context) {
    const [surveyed, backups] = await Promise.all([
      context.infrastructure.survey({ deep }, context.signal),
      reviewBackups(context),
    ]);
    const survey = withBackups(surveyed, backups);
    const findings = review(survey, await visibleSamples(context), backups.findings);
    const shown = findings.map((finding) => factOf(finding, context));
    const { commands, perApp, slowerWithApps } = survey.cost;
    return {
      data: {
        findings: shown,
        counts: Object.fromEntries(
          SEVERITIES.map((severity) => [
            severity,
            findings.filter((one) => one.severity === severity).length,
          ]),
        ),
        apps: survey.apps.length,
        missing: [...survey.missing],
        commands,
        commands_per_app: { ...perApp },
        slower_with_apps: [...slowerWithApps],
      },
      text: describe(survey, shown),
    };
  },
});

/** The cost of both, and what neither could read. */
function withBackups(survey: HostSurvey, { problem, commands }: BackupReview): HostSurvey {
  const { cost, missing } = survey;
  return {
    ...survey,
    cost: { ...cost, commands: cost.commands + commands },
    missing: problem === undefined ? missing : [...missing, { part: 'backups', reason: problem }],
  };
}

/** A finding with its call in the form in which it can be made: what is not listed runs through its listed sibling. */
export function factOf(finding: Finding, context: Context): z.input<typeof FindingFact> {
  const { mend, subjects, ...rest } = finding;
  return {
    ...rest,
    subjects: [...subjects],
    ...(mend === undefined ? {} : { call: callable(mend, context) }),
  };
}

function callable(
  { name, arguments: given }: NonNullable<Finding['mend']>,
  context: Context,
): z.input<typeof Mend> {
  const rare = context.unlisted.find((operation) => operation.name === name);
  if (rare === undefined) return { name, arguments: addressed(given, context) };
  return {
    name: rare.kind === 'query' ? 'command_query' : 'command_execute',
    arguments: addressed({ name, input: given }, context),
  };
}

function describe(survey: HostSurvey, findings: readonly z.input<typeof FindingFact>[]): string {
  const { apps, missing, cost, about } = survey;
  const head =
    findings.length === 0
      ? `Nothing needs attention on this host (Dokku ${about.version}, ${apps.length} apps).`
      : `${findings.length} findings on this host (Dokku ${about.version}, ${apps.length} apps), most severe first:`;
  const lines = findings.map(({ severity, title, evidence, advice, call }) => {
    const way = call === undefined ? '' : `\n    call: ${call.name} ${JSON.stringify(call.arguments)}`;
    return `- ${severity}: ${title}\n    seen: ${evidence}\n    ${advice}${way}`;
  });
  const unread = missing.map(({ part, reason }) => `- ${part}: ${reason}`);
  const perApp = Object.entries(cost.perApp).map(([name, count]) => `${name} ${count}`);
  return [
    head,
    ...lines,
    ...(unread.length === 0 ? [] : ['Could not be read, so not judged:', ...unread]),
    `${cost.commands} commands; once per app: ${perApp.join(', ') || 'none'}; slower with more apps: ${cost.slowerWithApps.join(', ')}.`,
  ].join('\n');
}
