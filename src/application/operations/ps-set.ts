import { z } from 'zod';
import type { Application } from '../../domain/application/application.ts';
import { DomainError, ValidationError } from '../../domain/errors.ts';
import { ProcessType } from '../../domain/names.ts';
import { defineChange } from '../operation.ts';
import type { Command } from '../ports.ts';
import { app } from './fields.ts';
import { settingsBack } from './ps-set-back.ts';

/** Dokku stores any text here and fails at the next deploy, so the shape is checked before it is sent. */
const Amounts = z.strictObject({
  memory: z
    .string()
    .regex(/^[1-9][0-9]*[bkmg]?$/, 'memory is a number with b, k, m or g, like 512m')
    .optional(),
  cpu: z
    .string()
    .regex(/^(?:[0-9]*[.])?[0-9]+$/, 'cpu is a number of cores, like 0.5')
    .optional(),
});
const seconds = z.int().min(0).max(86_400);

export const psSet = defineChange({
  name: 'ps_set',
  listed: false,
  title: 'Set limits, health checks and restart policy',
  description:
    'Settings that take effect at the next deploy or restart: resource limits and reservations, zero-downtime checks, timeouts, restart policy.',
  effect: 'reversible',
  idempotent: true,
  input: z.strictObject({
    app,
    process: ProcessType.optional().describe('Limits for one process type; default: all'),
    limit: Amounts.optional(),
    reserve: Amounts.optional(),
    clear_limits: z.boolean().optional().describe('Remove limits and reservations'),
    checks: z.enum(['enable', 'disable', 'skip']).optional().describe('Zero-downtime checks'),
    wait_to_retire: seconds.optional().describe('Seconds that old containers live on'),
    stop_timeout: seconds.optional(),
    restart_policy: z
      .string()
      .regex(
        /^(?:no|always|unless-stopped|on-failure(?::[1-9][0-9]*)?)$/,
        'is one of no, always, unless-stopped, on-failure, on-failure:10',
      )
      .optional(),
  }),
  output: z.object({
    app: z.string(),
    resources: z.record(z.string(), z.string()),
    checks: z.record(z.string(), z.string()),
  }),
  async plan(input, context) {
    const { app } = input;
    const before = await context.apps.getByName(app, context.signal);
    const commands = wanted(input);
    if (commands.length === 0)
      throw new ValidationError('limit', 'nothing to set: give at least one setting');
    return {
      summary: `Set ${commands.map(({ name }) => name).join(', ')} of ${app}`,
      effect: 'reversible',
      app,
      commands,
      consequences: [
        'Running processes keep what they have until the next restart or deploy (ps_control restart).',
      ],
      facts: settingsOf(before),
      before: settingsOf(before),
      inverse: settingsBack(input, before),
      noWayBack: 'No report of Dokku shows the stop timeout that was set before.',
    };
  },
  async observe({ app }, { apps, signal }) {
    return settingsOf(await apps.getByName(app, signal));
  },
  async readBack(input, context) {
    const { resources, checks } = await context.apps.getByName(input.app, context.signal);
    const wrong = missed(input, resources);
    if (wrong !== undefined) {
      throw new DomainError('NOT_APPLIED', {
        command: 'resource:limit',
        found: wrong,
        wayOut: 'Call apps_info and set it again.',
      });
    }
    const shown = [...Object.entries(resources), ...Object.entries(checks)].map(
      ([key, value]) => `${key}=${value}`,
    );
    return {
      data: { app: input.app, resources: { ...resources }, checks: { ...checks } },
      text: `${input.app}: ${shown.join(' ') || 'no limits'}. In force after the next restart or deploy.`,
    };
  },
});

function settingsOf({ name, resources, checks, restartPolicy }: Application) {
  return { app: name, resources, checks, restart_policy: restartPolicy ?? null };
}

type Input = Parameters<typeof psSet.plan>[0];

function wanted(input: Input): Command[] {
  const { app, process, limit, reserve, clear_limits } = input;
  const type = process === undefined ? [] : ['--process-type', process];
  const amount = (amounts: Input['limit']) => [
    ...(amounts?.memory === undefined ? [] : ['--memory', amounts.memory]),
    ...(amounts?.cpu === undefined ? [] : ['--cpu', amounts.cpu]),
  ];
  const commands: Command[] = [];
  if (clear_limits === true) {
    commands.push(
      { name: 'resource:limit-clear', args: [...type, app] },
      { name: 'resource:reserve-clear', args: [...type, app] },
    );
  }
  if (amount(limit).length > 0)
    commands.push({ name: 'resource:limit', args: [...amount(limit), ...type, app] });
  if (amount(reserve).length > 0)
    commands.push({ name: 'resource:reserve', args: [...amount(reserve), ...type, app] });
  if (input.checks !== undefined)
    commands.push({ name: `checks:${input.checks}`, args: process === undefined ? [app] : [app, process] });
  if (input.wait_to_retire !== undefined)
    commands.push({ name: 'checks:set', args: [app, 'wait-to-retire', String(input.wait_to_retire)] });
  if (input.stop_timeout !== undefined)
    commands.push({ name: 'ps:set', args: [app, 'stop-timeout-seconds', String(input.stop_timeout)] });
  if (input.restart_policy !== undefined)
    commands.push({ name: 'ps:set', args: [app, 'restart-policy', input.restart_policy] });
  return commands;
}

/** What the resource report does not show although it was asked for. */
function missed(
  { process, limit, reserve }: Input,
  found: Readonly<Record<string, string>>,
): string | undefined {
  for (const [kind, amounts] of [
    ['limit', limit],
    ['reserve', reserve],
  ] as const) {
    for (const [name, value] of Object.entries(amounts ?? {})) {
      const key = [process ?? '_default_', kind, name].join('.');
      if (found[key] !== value) return `${key} is ${found[key] ?? 'not set'}, not ${value}`;
    }
  }
  return undefined;
}
