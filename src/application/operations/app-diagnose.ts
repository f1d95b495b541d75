import { z } from 'zod';
import type { Cause, NextCall } from '../../domain/application/cause.ts';
import { rankCauses } from '../../domain/application/causes.ts';
import { cap, sanitizeLine } from '../../domain/sanitize.ts';
import { addressed } from '../addressed.ts';
import type { Context } from '../context.ts';
import { defineQuery } from '../operation.ts';
import { readAppFacts } from '../workflows/app-facts.ts';
import { app } from './fields.ts';

const LONGEST_LINE = 300;

/** What is looked at, in the words of an operator, and the parts that it is told from. */
const CHECKS: Readonly<Record<string, readonly string[]>> = {
  state: ['state'],
  processes: ['state', 'restarts', 'scale'],
  'last deploy': ['state', 'builds', 'last deploy'],
  logs: ['logs'],
  'failed containers': ['failed containers'],
  config: ['config'],
  lock: ['state', 'builds'],
  limits: ['state', 'resources'],
  proxy: ['state', 'proxy'],
  ports: ['state', 'ports', 'network'],
  domains: ['state', 'domains'],
  certificate: ['state', 'certificate'],
  'linked services': ['linked services'],
  requests: ['state', 'requests'],
};

const Next = z.object({ tool: z.string(), arguments: z.record(z.string(), z.unknown()) });

const Output = z.object({
  app: z.string(),
  causes: z.array(
    z.object({
      code: z.string(),
      impact: z.string(),
      confidence: z.string(),
      explanation: z.string(),
      evidence: z.array(z.string()),
      next: Next,
    }),
  ),
  checked: z.array(z.string()),
  unread: z.array(z.object({ part: z.string(), reason: z.string() })),
});
type Output = z.input<typeof Output>;

export const appDiagnose = defineQuery({
  name: 'app_diagnose',
  title: 'Find out why an app fails',
  description: 'Why an app is down or fails: ranked causes, each with evidence and the call that mends it.',
  input: z.strictObject({ app }),
  output: Output,
  async run({ app }, context) {
    const facts = await readAppFacts(app, context);
    const unread = facts.unread.map(({ part, reason }) => ({ part, reason }));
    const data: Output = {
      app,
      causes: rankCauses(facts).map((cause) => shown(cause, context)),
      checked: Object.entries(CHECKS)
        .filter(([, parts]) => !unread.some(({ part }) => parts.includes(part)))
        .map(([check]) => check),
      unread,
    };
    const evidence = data.causes.flatMap(({ code, evidence }) => evidence.map((line) => `${code}: ${line}`));
    return {
      data,
      text: describe(data),
      ...(evidence.length === 0 ? {} : { untrusted: evidence.join('\n') }),
    };
  },
});

function shown({ code, impact, confidence, explanation, evidence, next }: Cause, context: Context) {
  return {
    code,
    impact,
    confidence,
    explanation,
    evidence: evidence.map((line) => cap(sanitizeLine(line), LONGEST_LINE)),
    next: callable(next, context),
  };
}

/** A tool that is not listed is run by its name through the one that runs such; both are told the host. */
function callable({ tool, arguments: args }: NextCall, context: Context): z.input<typeof Next> {
  const operation = context.unlisted.find(({ name }) => name === tool);
  if (operation === undefined) return { tool, arguments: addressed(args, context) };
  return {
    tool: operation.kind === 'query' ? 'command_query' : 'command_execute',
    arguments: addressed({ name: tool, input: { ...args } }, context),
  };
}

function describe({ app, causes, checked, unread }: Output): string {
  const missing =
    unread.length === 0
      ? []
      : [`Could not be read: ${unread.map(({ part, reason }) => `${part} (${reason})`).join('; ')}`];
  const looked = `Checked: ${checked.join(', ')}.`;
  if (causes.length === 0) return [`Nothing wrong found with ${app}. ${looked}`, ...missing].join('\n');
  const rows = causes.flatMap(({ code, impact, confidence, explanation, next }, index) => [
    `${index + 1}. ${code} (${impact}, ${confidence}): ${explanation}`,
    `   Next: ${next.tool} ${JSON.stringify(next.arguments)}`,
  ]);
  return [`What is wrong with ${app}, to be mended in this order:`, ...rows, looked, ...missing].join('\n');
}
