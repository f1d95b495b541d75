import { DomainError } from '../../domain/errors.ts';
import { cap, sanitizeLine } from '../../domain/sanitize.ts';
import { conditionOf } from '../../domain/service/condition.ts';
import type { ServiceKey } from '../../domain/service/service.ts';
import type { Context } from '../context.ts';
import { defineChange, type Plan } from '../operation.ts';
import { refuseWhileMoved } from './backups-jobs.ts';
import { keyIn, title } from './services-facts.ts';
import { type Action, type Ask, askOf, Input } from './services-input.ts';
import { planClone, planCreate, planDestroy, planUpgrade } from './services-life.ts';
import { planLink, planMove, planPromote, planUnlink } from './services-links.ts';
import { Output, readBack } from './services-read-back.ts';
import { planExpose, planRestart, planStart, planStop, planUnexpose } from './services-state.ts';

const plans: Readonly<Record<Action, (ask: Ask, context: Context) => Promise<Plan>>> = {
  create: planCreate,
  link: planLink,
  unlink: planUnlink,
  promote: planPromote,
  move: planMove,
  start: planStart,
  stop: planStop,
  restart: planRestart,
  expose: planExpose,
  unexpose: planUnexpose,
  upgrade: planUpgrade,
  clone: planClone,
  destroy: planDestroy,
};

/** What ends a command that reads or fills the service. */
const disturbing: ReadonlySet<Action> = new Set(['stop', 'restart', 'upgrade', 'destroy']);

export const servicesSet = defineChange({
  name: 'services_set',
  title: 'Change a data service',
  description:
    'Create, link, upgrade, copy or destroy a database or other data service. Links deploy a running app again.',
  effect: 'destructive',
  isSevere: ({ action }) => action === 'destroy',
  idempotent: false,
  input: Input,
  output: Output,
  async plan(input, context) {
    const ask = askOf(input);
    context.services.invalidate();
    if (disturbing.has(ask.action)) await refuseWhileMoved(keyIn(ask), context);
    return await plans[ask.action](ask, context);
  },
  readBack: (input, context, done) => readBack(askOf(input), context, done),
  async explain(input, context, failure, plan) {
    const found = await standing(askOf(input), context, plan);
    if (found === undefined) return failure;
    if (DomainError.is(failure, 'COMMAND_FAILED')) {
      return new DomainError('COMMAND_FAILED', { ...failure.details, ...found }, { cause: failure });
    }
    if (DomainError.is(failure, 'PARTLY_APPLIED')) {
      return new DomainError('PARTLY_APPLIED', { ...failure.details, ...found }, { cause: failure });
    }
    return failure;
  },
});

/** What a failed action left behind, and the way out of it. */
async function standing(
  input: Ask,
  context: Context,
  plan: Plan,
): Promise<{ readonly stands: string; readonly wayOut: string } | undefined> {
  const { services, signal } = context;
  const { action, type, app } = input;
  const key = action === 'clone' ? { type, name: input.to ?? '' } : keyIn(input);
  if (!(await services.names(type, signal)).includes(key.name)) {
    return {
      stands: `there is no ${title(key)}, nothing was left behind`,
      wayOut: 'Mend the reason and call again.',
    };
  }
  const service = await services.getByName(key, signal);
  const { state, problem, remedy = 'Look at it with services_info.' } = conditionOf(service);
  const stands = `the ${title(key)} is ${state}${problem === undefined ? '' : `: ${problem}`}`;
  if (action === 'upgrade' && state !== 'running') {
    const reason = await decidingLine(key, context);
    const at = plan.inverse?.[0]?.args.indexOf('--image-version') ?? -1;
    const old = plan.inverse?.[0]?.args[at + 1];
    const back = `services_set {"action": "upgrade", "type": "${type}", "service": "${key.name}"${old === undefined ? '' : `, "options": {"version": "${old}"}`}}`;
    return {
      stands: `${stands} The new version is recorded.${reason === '' ? '' : ` Its log says: ${reason}`}`,
      wayOut: `The data stays; go back with ${back}. To get to the new version, clone it with that version (a copy by dump and restore), check the copy and move the apps.`,
    };
  }
  if (service.exposed.length > 0 && ['expose', 'start', 'restart', 'upgrade'].includes(action)) {
    return {
      stands: `${stands}; the port ${service.exposed.join(' ')} is recorded, though nothing may be open`,
      wayOut: `Close it, which clears the record: services_set {"action": "unexpose", "type": "${type}", "service": "${key.name}"}; then expose it again, on another port if this one is in use.`,
    };
  }
  if (app !== undefined) {
    const listed = service.links.includes(app);
    return {
      stands: `${stands}; ${app} ${listed ? 'stands' : 'does not stand'} in its list of links`,
      wayOut:
        listed && action === 'link'
          ? `Clear the list with services_set {"action": "unlink", "type": "${type}", "service": "${key.name}", "app": "${app}"}, then link again.`
          : 'Look at both with services_info and config_get, then call again.',
    };
  }
  return { stands, wayOut: remedy };
}

/** The line of the service's log that says why it does not start; a server repeats it with every try. */
async function decidingLine(key: ServiceKey, { services, signal }: Context): Promise<string> {
  const log = await services.logs(key, 200, signal).catch(() => '');
  const line = log.split('\n').find((text) => /\b(?:FATAL|PANIC|Fatal|Error:)/.test(text)) ?? '';
  return cap(sanitizeLine(line).trim(), 200);
}
