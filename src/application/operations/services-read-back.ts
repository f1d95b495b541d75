import { z } from 'zod';
import { DomainError } from '../../domain/errors.ts';
import { conditionOf } from '../../domain/service/condition.ts';
import { datastoreOf } from '../../domain/service/database.ts';
import type { Service, ServiceKey } from '../../domain/service/service.ts';
import { followCall } from '../addressed.ts';
import type { Context } from '../context.ts';
import type { Answer, Done } from '../operation.ts';
import { factOf, keyIn, readLink, title } from './services-facts.ts';
import type { Action, Ask } from './services-input.ts';

/** The facts of the service besides: what is named here is what a caller goes on with. */
export const Output = z.looseObject({
  type: z.string(),
  service: z.string(),
  state: z.string().optional(),
  variables: z.array(z.string()).optional(),
  deploy: z.string().optional(),
  deploy_status: z.string().optional(),
});
type Result = Answer<z.input<typeof Output>>;

/** How often, and how far apart in milliseconds, a service is asked whether it accepts connections. */
const tries = 20;
const pauseMs = 500;

/** Reads what stands after an action. Faults: NOT_APPLIED when it is not what the commands promised. */
export async function readBack(input: Ask, context: Context, done: Done): Promise<Result> {
  const { action } = input;
  const key = keyIn(input);
  if (action === 'destroy') return withDeploy(await gone(key, context), done, context);
  if (action === 'clone') return await copied(input, context);
  const service = await context.services.getByName(action === 'move' ? targetOf(input) : key, context.signal);
  if (input.app !== undefined)
    return withDeploy(await tied(input, input.app, service, context), done, context);
  const { state, problem } = conditionOf(service);
  const wanted = wantedState[action];
  if (wanted !== undefined && state !== wanted) {
    throw notApplied(input, `the ${title(key)} is ${state}. ${problem ?? ''}`, conditionOf(service).remedy);
  }
  if (action === 'expose' && service.exposed.length === 0) throw notApplied(input, 'no port is open');
  if (action === 'unexpose' && service.exposed.length > 0) {
    throw notApplied(input, `the port ${service.exposed.join(' ')} is still recorded`);
  }
  if (
    action === 'upgrade' &&
    input.version !== undefined &&
    !service.version?.endsWith(`:${input.version}`)
  ) {
    throw notApplied(input, `it runs ${service.version ?? 'no version'}`);
  }
  const answers = wanted === 'running' ? await untilAnswers(service, input, context) : '';
  const open = service.exposed.length === 0 ? '' : `, open ports: ${service.exposed.join(' ')}`;
  return withDeploy(
    {
      data: factOf(service),
      text: `The ${title(key)} is ${state}${service.version === undefined ? '' : ` (${service.version})`}${answers}${open}.`,
    },
    done,
    context,
  );
}

const wantedState: Partial<Record<Action, string>> = {
  create: 'running',
  start: 'running',
  restart: 'running',
  upgrade: 'running',
  expose: 'running',
  stop: 'stopped',
};

/** A container that runs is no server that answers: a question is put to it until it does. */
async function untilAnswers(service: Service, input: Ask, context: Context): Promise<string> {
  const { services, clock, signal } = context;
  for (let round = 0; round < tries; round += 1) {
    const answers = await services.answers(service, signal);
    if (answers === undefined) return '; whether it accepts connections cannot be asked of this type';
    if (answers) return ' and accepts connections';
    await clock.sleep(pauseMs, signal);
  }
  throw notApplied(
    input,
    `the ${title(service)} runs but does not accept connections`,
    'Read services_logs.',
  );
}

async function gone(key: ServiceKey, { services, signal }: Context): Promise<Result> {
  services.invalidate();
  if ((await services.names(key.type, signal)).includes(key.name)) {
    throw new DomainError('NOT_APPLIED', {
      command: `${key.type}:destroy`,
      found: `the ${title(key)} is still there`,
      wayOut: 'Look at it with services_info, then decide whether to call again.',
    });
  }
  const data = { type: key.type, service: key.name, state: 'destroyed' };
  return { data, text: `The ${title(key)} is gone.` };
}

/** Counts what both hold: the plugin ends with 0 also when nothing was copied (measured with redis). */
async function copied(input: Ask, context: Context): Promise<Result> {
  const { services, signal } = context;
  const from = keyIn(input);
  const to = targetOf(input);
  const copy = await services.getByName(to, signal);
  const { state, problem, remedy } = conditionOf(copy);
  if (state !== 'running') throw notApplied(input, `the copy is ${state}. ${problem ?? ''}`, remedy);
  await untilAnswers(copy, input, context);
  const [source, held] = await Promise.all([services.count(from, signal), services.count(to, signal)]);
  if (source === undefined || held === undefined) {
    return {
      data: factOf(copy),
      text: `The ${title(to)} runs; whether the data was copied cannot be counted for this type, so look into it.`,
    };
  }
  if (held.count === 0 && source.count > 0) {
    throw notApplied(
      input,
      `the ${title(to)} exists but is empty, while ${from.name} holds ${source.count} ${source.unit}`,
      `Nothing was copied (the plugin needs umask 002 on the host for redis). Remove the empty copy: services_set {"action": "destroy", "type": "${to.type}", "service": "${to.name}"}`,
    );
  }
  const holds = `${held.count} of ${source.count} ${source.unit}`;
  const same = held.count === source.count;
  return {
    data: { ...factOf(copy), holds },
    text: `The ${title(to)} runs and holds ${holds}${same ? '' : '; they differ, which is right only if the source changed meanwhile'}.`,
  };
}

async function tied(input: Ask, app: string, service: Service, context: Context): Promise<Result> {
  const { action } = input;
  const { variables, problem } = await readLink(service, app, context);
  const { variable } = datastoreOf(service.type);
  const listed = service.links.includes(app);
  if (action === 'unlink') {
    if (listed) throw notApplied(input, `${app} is still in the list of links`);
    const rest =
      variables.length === 0
        ? ''
        : ` ${problem ?? ''}; take it away with config_set {"unset": ${JSON.stringify(variables)}}`;
    return {
      data: { ...factOf(service), app, variables: [...variables] },
      text: `The ${title(service)} is not linked to ${app} any more.${rest}`,
    };
  }
  if (!listed || variables.length === 0 || problem !== undefined) {
    throw notApplied(input, problem ?? `${app} is not linked to the ${title(service)}`);
  }
  if (action === 'promote' && !variables.includes(variable)) {
    throw notApplied(input, `${variable} of ${app} holds another address`);
  }
  if (action === 'move') {
    const old = await context.services.getByName(keyIn(input), context.signal);
    if (old.links.includes(app)) throw notApplied(input, `${app} is still linked to ${old.name} as well`);
  }
  return {
    data: { ...factOf(service), app, variables: [...variables] },
    text: `The ${title(service)} is linked to ${app} as ${variables.join(', ')}.`,
  };
}

function targetOf(input: Ask): ServiceKey {
  return { type: input.type, name: input.to ?? input.service };
}

function notApplied(input: Ask, found: string, wayOut?: string): DomainError {
  return new DomainError('NOT_APPLIED', {
    command: `${input.type}:${input.action}`,
    found: found.trim(),
    wayOut: wayOut ?? 'Another change may have come between; look with services_info, then decide.',
  });
}

/** What became of the deploy or restart that belonged to the change. */
function withDeploy({ data, text }: Result, { deployment, plan }: Done, context: Context): Result {
  if (deployment === undefined) return { data, text };
  const { id, status, diagnosis } = deployment;
  const evidence = diagnosis?.evidence.join('\n') ?? '';
  const follow = status === 'running' ? `; follow it with ${followCall(deployment, context)}` : '';
  const cause = diagnosis === undefined ? '' : ` ${diagnosis.cause} (${diagnosis.code}). ${diagnosis.advice}`;
  return {
    data: { ...data, deploy: id, deploy_status: status },
    text: `${text} Processes of ${plan.app ?? ''}: ${status} (deploy ${id})${follow}.${cause}`,
    ...(evidence === '' ? {} : { untrusted: evidence }),
  };
}
