import { z } from 'zod';
import { ValidationError } from '../../domain/errors.ts';
import { AppName } from '../../domain/names.ts';
import type { Context } from '../context.ts';
import {
  describeExplanation,
  type Explanation,
  explainCommand,
  explainFailure,
  explainTool,
} from '../explain.ts';
import { defineQuery } from '../operation.ts';

export const policyExplain = defineQuery({
  name: 'policy_explain',
  listed: false,
  title: 'Why something is refused',
  description:
    'What the policy of this server says of a tool or of a Dokku command, which rule it is, and what is allowed. Sends nothing.',
  input: z.strictObject({
    tool: z.string().min(1).max(100).optional().describe('Name of a tool'),
    app: AppName.optional().describe('With tool: on this app'),
    command: z.string().min(1).max(100).optional().describe('Exact name of a Dokku command'),
    args: z.array(z.string().max(10_000)).max(100).default([]).describe('Words after the command'),
  }),
  output: z.object({
    verdict: z.enum(['allow', 'confirm', 'deny']),
    rule: z.string(),
    role: z.string(),
    host: z.string(),
    argv: z.string().optional(),
    effect: z.string().optional(),
    concerns: z.string().optional(),
    rules: z.array(z.string()),
  }),
  async run(input, context) {
    const explanation = explain(input, context);
    return {
      data: { ...explanation, rules: [...explanation.rules] },
      text: describeExplanation(explanation),
    };
  },
});

interface Asked {
  readonly tool?: string | undefined;
  readonly app?: string | undefined;
  readonly command?: string | undefined;
  readonly args: readonly string[];
}

function explain(
  { tool, app, command, args }: Asked,
  { rights, catalogue, operations }: Context,
): Explanation {
  if (command !== undefined) {
    try {
      return explainCommand(rights, catalogue.compose(command, args), tool);
    } catch (error) {
      return explainFailure(rights, error);
    }
  }
  if (tool === undefined) {
    throw new ValidationError('tool', 'name a tool or a command', {
      wayOut: 'Like {"tool": "apps_destroy", "app": "shop"} or {"command": "ps:stop", "args": ["shop"]}.',
    });
  }
  const operation = operations.find(({ name }) => name === tool);
  if (operation === undefined) {
    throw new ValidationError('tool', 'there is no tool of this name', {
      value: tool,
      wayOut: 'The list of tools and command_search show those there are.',
    });
  }
  return explainTool(rights, operation, app);
}
