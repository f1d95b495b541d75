import { z } from 'zod';

/** How severe a command is, from harmless to worst; `read-secret` reads values that are masked. */
export const effects = ['read', 'read-secret', 'reversible', 'disruptive', 'destructive'] as const;
export type PolicyEffect = (typeof effects)[number];

function globs(shape: RegExp, reason: string) {
  return z
    .array(z.string().max(100).regex(shape, reason))
    .min(1, 'a list that is empty fits nothing: leave it out');
}

const apps = globs(/^[a-z0-9.*-]+$/, 'is an app name, in which * stands for any text');
const word = globs(/^[A-Za-z0-9._@*-]+$/, 'is a name, in which * stands for any text');

/** One rule: it speaks of what fits every list that it has; a list that it does not have fits everything. */
export const RuleSchema = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'is a short name of lower case letters, digits and hyphens')
    .describe('Names the rule in refusals'),
  decision: z
    .enum(['allow', 'deny', 'confirm'])
    .describe('confirm: a person is asked before the change; it allows nothing by itself'),
  roles: word.optional().describe('Roles (--role)'),
  hosts: word.optional().describe('Hosts by the names they are configured under'),
  apps: apps.optional().describe('Apps; * alone also stands for what concerns the whole host'),
  commands: globs(
    /^[a-z0-9:*-]+$/,
    'is the name of a Dokku command, in which * stands for any text, like domains:*',
  )
    .optional()
    .describe('Dokku commands'),
  tools: globs(/^[a-z0-9_*]+$/, 'is the name of a tool, in which * stands for any text')
    .optional()
    .describe('Tools; a fence on the host cannot see them'),
  effects: z
    .array(z.enum(effects))
    .min(1, 'a list that is empty fits nothing: leave it out')
    .optional()
    .describe('Effects of the very command'),
});

/** What may be done, as data: deny beats confirm beats allow, and where any rule allows, the rest is denied. */
export const PolicySchema = z.strictObject({
  protected_apps: apps
    .optional()
    .describe('Nothing destructive is done to them, and a person is asked before anything disruptive'),
  rules: z
    .array(RuleSchema)
    .max(200)
    .default([])
    .refine(
      (rules) => new Set(rules.map(({ id }) => id)).size === rules.length,
      'two rules have the same id',
    ),
});

export type Rule = z.output<typeof RuleSchema>;
export type Policy = z.output<typeof PolicySchema>;

/** What applies where the configuration says nothing: all is allowed, what destroys asks a person. */
export const openPolicy: Policy = { rules: [] };

/** True when the policy limits nothing beyond the defaults. */
export function isOpen({ rules, protected_apps }: Policy): boolean {
  return rules.length === 0 && protected_apps === undefined;
}
