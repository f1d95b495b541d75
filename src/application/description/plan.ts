import type { AppDescription } from '../../domain/application/description.ts';
import { type Difference, describeDifference } from '../../domain/application/drift.ts';
import { describeSource } from '../../domain/application/source.ts';
import { DomainError } from '../../domain/errors.ts';
import type { Context } from '../context.ts';
import type { Plan } from '../operation.ts';
import { refuseBrittle } from '../operations/config-set.ts';
import type { Command } from '../ports.ts';
import { deployCommand } from '../workflows/deploy-command.ts';
import { refuseWhileBuilding } from '../workflows/running-build.ts';
import { compare, isByHand } from './compare.ts';
import { type AppState, deploySourceOf } from './state.ts';
import { refuseUnknown } from './variables.ts';
import { desiredOf } from './wanted.ts';
import { wayBack } from './way-back.ts';

export interface Wish {
  readonly wanted: AppDescription;
  readonly state: AppState;
  /** Restart what runs, where a change needs it. */
  readonly restart: boolean;
}

/**
 * What leads from the app as it is to the app as described: only what differs, settings first, then the way to it, and
 * as the last command the deploy, or the restart that the changes need. Faults: NO_CHANGE when it is as described,
 * INVALID_ARGUMENT, CONFLICT and LOCKED as in the parts.
 */
export async function planDescription(
  { wanted, state, restart }: Wish,
  context: Context,
): Promise<Omit<Plan, 'summary'>> {
  const { app, settings, absent } = state;
  const { differences, variables } = await compare(wanted, state, context);
  refuseUnknown(variables);
  const written = Object.keys(variables.set);
  if (written.length + variables.unset.length > 0) {
    refuseBrittle(app.name, state.stored, written.length > 0 ? written : variables.unset);
  }
  const desired = desiredOf(wanted, state, variables);
  const updates = context.apps.update(app, desired, settings);
  const create: readonly Command[] = absent ? context.apps.create(app.name) : [];
  for (const { name, args, stdin } of updates) {
    if (stdin === undefined) context.catalogue.compose(name, args);
  }
  const asked = differences.some(({ part }) => part === 'source') ? deploySourceOf(wanted.source) : undefined;
  const runs = app.state !== 'created' && app.state !== 'stopped' && app.running !== 'false';
  const stale = updates.filter(needsRestart).map(({ name }) => name);
  const restarts = asked === undefined && runs && restart && stale.length > 0;
  const rewrites =
    asked === undefined && !restarts && runs && updates.some(({ name }) => name === 'nginx:set');
  if (asked !== undefined || restarts) refuseWhileBuilding(app.name, app.builds);
  const commands: Command[] = [
    ...create,
    ...updates,
    ...(rewrites ? [{ name: 'proxy:build-config', args: [app.name] }] : []),
    ...(asked === undefined ? [] : [deployCommand(app.name, asked)]),
    ...(restarts ? [{ name: 'ps:restart', args: [app.name] }] : []),
  ];
  const byHand = differences.filter(isByHand);
  if (commands.length === 0) throw nothingToDo(app.name, byHand);
  const job = asked ?? (restarts ? { kind: 'command' as const, command: 'ps:restart' } : undefined);
  return {
    effect: restarts || asked !== undefined ? 'disruptive' : 'reversible',
    app: app.name,
    commands,
    consequences: [
      ...(absent ? [] : differences.filter((one) => !isByHand(one)).map(consequence)),
      ...byHand.map((one) => byHandAdvice(app.name, one)),
      ...(asked === undefined
        ? []
        : [`${describeSource(asked)} is deployed; release tasks (migrations) run.`]),
      ...(restarts
        ? [
            'All processes are restarted one after the other; the old ones serve until the new ones pass their checks.',
          ]
        : []),
      ...(asked === undefined && !restarts && runs && stale.length > 0
        ? ['Processes that run keep what they have until the next restart or deploy.']
        : []),
      ...(asked === undefined && updates.some(({ name }) => /^build/.test(name))
        ? ['Builder and buildpacks count from the next build on (deploy_start with rebuild).']
        : []),
    ],
    facts: { app: app.name, differences },
    inverse: wayBack(desired, state, context.apps),
    ...(job === undefined ? {} : { job }),
  };
}

function needsRestart({ name, args }: Command): boolean {
  if (name.startsWith('docker-options:')) return args[1] === 'deploy';
  return /^(?:config|resource|storage|ps):/.test(name);
}

function consequence(difference: Difference): string {
  const { part, item, wanted, found } = difference;
  if (wanted === undefined) return `${part}: ${item} is REMOVED: it is not in the description.`;
  return `${part}: ${item}${wanted === 'yes' ? ' is added' : `, now ${found ?? 'not there'}, becomes ${wanted}`}.`;
}

/** Links carry data and credentials: they are made and ended one by one, each with its own plan. */
function byHandAdvice(app: string, { item, wanted }: Difference): string {
  const [type = '', name = ''] = item.split('/');
  const call = (action: string): string =>
    `services_set ${JSON.stringify({ action, type, service: name, app })}`;
  return wanted === undefined
    ? `The link to ${item} is not in the description; it stays. ${call('unlink')} ends it.`
    : `The link to ${item} is not there, and no description makes it: ${call('link')}.`;
}

function nothingToDo(app: string, byHand: readonly Difference[]): DomainError {
  if (byHand.length === 0) {
    return new DomainError('NO_CHANGE', {
      app,
      reason: `${app} is as described.`,
      wayOut: 'Nothing was sent. app_export shows what it is.',
    });
  }
  return new DomainError('NO_CHANGE', {
    app,
    reason: `${app} is as described but for links to services: ${byHand.map(describeDifference).join('; ')}.`,
    wayOut: byHand.map((one) => byHandAdvice(app, one)).join(' '),
  });
}
