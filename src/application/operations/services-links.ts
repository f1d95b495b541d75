import { DomainError, ValidationError } from '../../domain/errors.ts';
import { conditionOf } from '../../domain/service/condition.ts';
import { datastoreOf } from '../../domain/service/database.ts';
import type { Link } from '../../domain/service/links.ts';
import type { Service, ServiceKey } from '../../domain/service/service.ts';
import type { Context } from '../context.ts';
import type { Plan } from '../operation.ts';
import type { Command } from '../ports.ts';
import { isRestarted } from '../restarted.ts';
import { keyIn, readLink, title, usersOf } from './services-facts.ts';
import type { Ask } from './services-input.ts';

/** What every plan about an app and a service begins with. */
interface Tie {
  readonly key: ServiceKey;
  readonly app: string;
  readonly service: Service;
  readonly link: Link;
  /** Processes run that Dokku would replace. */
  readonly live: boolean;
  readonly willRestart: boolean;
}

async function tieOf(input: Ask, context: Context): Promise<Tie> {
  const { app = '', restart = true } = input;
  const key = keyIn(input);
  const service = await context.services.getByName(key, context.signal);
  const live = await isRestarted(context, app);
  const link = await readLink(service, app, context);
  return { key, app, service, link, live, willRestart: live && restart };
}

/** The commands that change an app's variables, the last of them a job where it deploys the app again. */
function planOf(
  tie: Tie,
  input: Ask,
  parts: Pick<Plan, 'summary' | 'commands' | 'consequences' | 'inverse'>,
): Plan {
  const { app, key, willRestart, service, link } = tie;
  const command = parts.commands.at(-1)?.name ?? '';
  const what = willRestart
    ? `${app} is deployed again from what it runs (40-60 s; predeploy and release tasks such as migrations run); the old processes serve until the new ones pass their checks.`
    : tie.live
      ? `Processes of ${app} that run keep their old variables until the next restart or deploy.`
      : `${app} is stopped or was never deployed, so nothing is restarted.`;
  return {
    ...parts,
    effect: willRestart ? 'disruptive' : 'reversible',
    app,
    consequences: [...parts.consequences, what],
    facts: { action: input.action, ...key, app, links: service.links, variables: link.variables },
    ...(willRestart ? { job: { kind: 'command', command } as const } : {}),
  };
}

export async function planLink(input: Ask, context: Context): Promise<Plan> {
  const tie = await tieOf(input, context);
  const { key, app, service, link, willRestart } = tie;
  const { alias } = input;
  const { variable } = datastoreOf(key.type);
  const linked = link.variables.length > 0;
  if (linked && link.problem === undefined) {
    throw new DomainError('CONFLICT', {
      reason: `The ${title(key)} is linked to ${app} already, as ${link.variables.join(', ')}.`,
      wayOut: `Nothing is to be done; promote makes it ${variable}.`,
    });
  }
  needsToRun(service, willRestart);
  const config = await context.config.getAll(app, context.signal);
  const wanted = alias === undefined ? variable : `${alias.toUpperCase().replace(/_URL$/, '')}_URL`;
  const taken = config.has(wanted);
  if (alias !== undefined && taken) {
    throw new ValidationError(
      'options.alias',
      `${app} has a variable ${wanted} already; the plugin would fail half way`,
      {
        wayOut: 'Choose another alias.',
      },
    );
  }
  const got = taken
    ? `a generated name like DOKKU_${key.type.toUpperCase()}_AQUA_URL, since ${variable} is taken`
    : wanted;
  return planOf(tie, input, {
    summary: `Link the ${title(key)} to ${app}`,
    commands: context.services.link(key, app, {
      ...(alias === undefined ? {} : { alias }),
      restart: willRestart,
    }),
    consequences: [
      `${app} gets the address with its password as ${got}.`,
      ...(linked && link.problem !== undefined ? [`Now: ${link.problem}.`] : []),
    ],
    inverse: context.services.unlink(key, app, { restart: willRestart }),
  });
}

export async function planUnlink(input: Ask, context: Context): Promise<Plan> {
  const tie = await tieOf(input, context);
  const { key, app, service, link, willRestart } = tie;
  if (!service.links.includes(app) && link.variables.length === 0) throw notLinked(key, app, service);
  const { variables, stale } = link;
  const own = variables.filter((name) => !stale.includes(name));
  const restart = willRestart && own.length > 0;
  const alias = aliasOf(link, datastoreOf(key.type).variable);
  return planOf({ ...tie, willRestart: restart }, input, {
    summary: `Unlink the ${title(key)} from ${app}`,
    // Without a variable of its own the plugin says "not linked" with 1, and takes the app off the list all the same.
    commands: context.services
      .unlink(key, app, { restart })
      .map((command): Command => (own.length > 0 ? command : { ...command, accept: [1] })),
    consequences: [
      own.length > 0
        ? `${app} loses ${own.join(', ')}.`
        : `${app} stands only in the list of links; the plugin says that it is not linked and takes it off the list.`,
      ...(stale.length > 0
        ? [`${stale.join(', ')} stays, for it holds another address; config_set unsets it.`]
        : []),
    ],
    inverse:
      own.length > 0
        ? context.services.link(key, app, { ...(alias === undefined ? {} : { alias }), restart })
        : [],
  });
}

export async function planPromote(input: Ask, context: Context): Promise<Plan> {
  const tie = await tieOf(input, context);
  const { key, app, service, link } = tie;
  const { variable } = datastoreOf(key.type);
  if (link.variables.length === 0 || link.problem !== undefined)
    throw notLinked(key, app, service, link.problem);
  if (link.variables.includes(variable)) {
    throw new DomainError('CONFLICT', {
      reason: `The ${title(key)} is ${variable} of ${app} already.`,
      wayOut: 'Nothing is to be done.',
    });
  }
  if (tie.live && input.restart === false) throw alwaysRestarts(app);
  needsToRun(service, tie.live);
  return planOf(tie, input, {
    summary: `Make the ${title(key)} the ${variable} of ${app}`,
    commands: context.services.promote(key, app),
    consequences: [`${variable} of ${app} is overwritten; what it held stays under a generated name.`],
    inverse: [],
  });
}

/** Links the new service before the old one goes, so that a failure in between leaves the app with its old address. */
export async function planMove(input: Ask, context: Context): Promise<Plan> {
  const { services, signal } = context;
  const tie = await tieOf(input, context);
  const { key, app, service, link, willRestart, live } = tie;
  const next: ServiceKey = { type: key.type, name: input.to ?? '' };
  const target = await services.getByName(next, signal);
  if (link.variables.length === 0 || link.problem !== undefined)
    throw notLinked(key, app, service, link.problem);
  if ((await readLink(target, app, context)).variables.length > 0) {
    throw new DomainError('CONFLICT', {
      reason: `The ${title(next)} is linked to ${app} already.`,
      wayOut: `Unlink ${key.name} from ${app}, and promote ${next.name} if it should be the main one.`,
    });
  }
  needsToRun(target, true);
  const { variable } = datastoreOf(key.type);
  const alias = aliasOf(link, variable);
  const isMain = link.variables.includes(variable);
  const isFree = !(await context.config.getAll(app, signal)).has(variable);
  const gets =
    isMain || (alias === undefined && isFree)
      ? variable
      : alias === undefined
        ? 'a generated name'
        : `${alias}_URL`;
  if (isMain && live && input.restart === false) throw alwaysRestarts(app);
  const quiet = { restart: false };
  const last = { restart: willRestart };
  // An alias can only be given again once it is free; the running processes keep their address meanwhile.
  const commands: readonly Command[] = isMain
    ? [
        ...services.link(next, app, quiet),
        ...services.unlink(key, app, quiet),
        ...services.promote(next, app),
      ]
    : alias === undefined
      ? [...services.link(next, app, quiet), ...services.unlink(key, app, last)]
      : [...services.unlink(key, app, quiet), ...services.link(next, app, { alias, ...last })];
  return planOf(tie, input, {
    summary: `Move ${app} from the ${title(key)} to ${next.name}`,
    commands,
    consequences: [
      `No data is copied: ${app} works with what ${next.name} holds.`,
      `${app} loses the address of ${key.name} (${link.variables.join(', ')}) and gets the one of ${next.name} as ${gets}.`,
      `If a step fails, those before it stand; ${isMain || alias === undefined ? `${key.name} is taken away only after ${next.name} is linked` : `${app} keeps running on its old variables`}.`,
    ],
    inverse: [],
  });
}

/** The name that link was given, where it was: everything but the default and the generated names. */
function aliasOf({ variables }: Link, defaultVariable: string): string | undefined {
  const given = variables.find(
    (name) => name.endsWith('_URL') && name !== defaultVariable && !name.startsWith('DOKKU_'),
  );
  return variables.includes(defaultVariable) ? undefined : given?.replace(/_URL$/, '');
}

function needsToRun(service: Service, matters: boolean): void {
  const { state, problem = '', remedy = '' } = conditionOf(service);
  if (state === 'running' || !matters) return;
  throw new DomainError('CONFLICT', {
    reason:
      `The ${title(service)} does not run (${state}), so a deploy of a linked app would fail. ${problem}`.trim(),
    wayOut: remedy,
  });
}

function notLinked(key: ServiceKey, app: string, service: Service, problem?: string): DomainError {
  return new DomainError('CONFLICT', {
    reason: `The ${title(key)} is not linked to ${app}${problem === undefined ? '' : `: ${problem}`}.`,
    wayOut: `It is linked to: ${usersOf(service).join(', ') || 'no app'}.`,
  });
}

function alwaysRestarts(app: string): ValidationError {
  return new ValidationError(
    'options.restart',
    `promote always deploys a running app (${app}) again, so it cannot be false`,
  );
}
