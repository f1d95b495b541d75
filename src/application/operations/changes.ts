import { z } from 'zod';
import { DomainError } from '../../domain/errors.ts';
import { moved } from '../../domain/moved.ts';
import { followCall } from '../addressed.ts';
import type { Context } from '../context.ts';
import type { NotedChange } from '../journal.ts';
import { type Done, defineChange, defineQuery } from '../operation.ts';
import type { Command } from '../ports.ts';
import { table } from '../text.ts';
import { app, cursor, limit, time } from './fields.ts';

const Listed = z.object({
  id: z.string(),
  at: z.string(),
  app: z.string().optional(),
  summary: z.string(),
  result: z.string(),
  undo: z.array(z.string()),
  why_not: z.string().optional(),
});
type Listed = z.infer<typeof Listed>;

export const changesList = defineQuery({
  name: 'changes_list',
  listed: false,
  title: 'List changes made here',
  description: 'What was changed through this server, newest first, and the way back of each.',
  input: z.strictObject({ app: app.optional(), limit: limit.default(20), cursor: cursor.optional() }),
  output: z.object({ changes: z.array(Listed), next: z.string().optional() }),
  async run({ app, limit, cursor }, context) {
    const all = (await context.journal.all(context.host)).toReversed();
    const fitting = all.filter((noted) => maySee(noted, context) && (app === undefined || noted.app === app));
    const start = cursor === undefined ? 0 : fitting.findIndex(({ id }) => id === cursor) + 1;
    const page = fitting.slice(start, start + limit);
    const changes: Listed[] = [];
    for (const noted of page) changes.push(await listed(noted, all, context));
    const next = start + limit < fitting.length ? page.at(-1)?.id : undefined;
    const rows = changes.map((one) => [
      one.at,
      one.id,
      one.summary,
      one.result,
      one.why_not ?? one.undo.join('; '),
    ]);
    const more = next === undefined ? '' : `\nMore with cursor: "${next}".`;
    return {
      data: { changes, ...(next === undefined ? {} : { next }) },
      text:
        rows.length === 0
          ? 'No change was made here yet.'
          : `${table(['when', 'id', 'change', 'result', 'way back (change_undo)'], rows)}${more}`,
    };
  },
});

export const changeUndo = defineChange({
  name: 'change_undo',
  title: 'Take a change back',
  description:
    'Take back a change made here (changes_list shows them); refuses when the state moved since. Can be taken back itself.',
  effect: 'destructive',
  idempotent: false,
  input: z.strictObject({ id: z.string().min(1).max(100).describe('From changes_list') }),
  output: z.object({ undone: z.string(), deploy: z.string().optional() }),
  async plan({ id }, context) {
    const noted = await theChange(id, context);
    const all = await context.journal.all(context.host);
    const reason = await whyNot(noted, all, context);
    if (reason !== undefined) throw refused(noted, reason);
    const { inverse, forward, about } = context.journal.ways(noted);
    const now = await context.journal.stateOf(noted, context);
    const differences = moved(noted.after ?? (await expected(noted, now, all, context)), now);
    if (differences.length > 0) throw refused(noted, `the state moved since: ${differences.join('; ')}`);
    const name = inverse.app ?? noted.app;
    return {
      summary: `Take back: ${noted.summary}`,
      effect: 'reversible',
      ...(name === undefined ? {} : { app: name }),
      commands: inverse.commands,
      consequences: [
        `It was made at ${time(noted.at)} by ${noted.actor}.`,
        ...consequencesOf(inverse.commands),
      ],
      facts: { undoes: id, state: now },
      before: now,
      inverse: forward.commands,
      back: forward,
      undoes: { id, about },
      ...(destroys(inverse.commands, context) && name !== undefined ? { typedName: name } : {}),
      ...(inverse.job === undefined ? {} : { job: inverse.job }),
    };
  },
  async readBack({ id }, context, done) {
    const noted = await theChange(id, context);
    const state = await context.journal.stateOf(noted, context);
    const work = whatRuns(done, context);
    const wrong = done.deployment?.status === 'running' ? [] : moved(noted.before, state);
    if (wrong.length > 0) {
      throw new DomainError('NOT_APPLIED', {
        command: done.plan.commands.map(({ name }) => name).join(', '),
        found: `it is not as before: ${wrong.join('; ')}`,
        wayOut: 'Look at the app with apps_info.',
      });
    }
    return {
      data: { undone: id, ...(done.deployment === undefined ? {} : { deploy: done.deployment.id }) },
      text: `Taken back: ${noted.summary}.${work}`,
    };
  },
});

/** Changes of apps that the caller may not read are not there, also where such an app was only copied or renamed. */
function maySee(noted: NotedChange, { rights, journal }: Context): boolean {
  if (rights.open) return true;
  const { forward, inverse } = journal.ways(noted);
  const apps = [...forward.commands, ...inverse.commands].flatMap(
    (command) => rights.concerns(command) ?? [],
  );
  return [...apps, ...(noted.app === undefined ? [] : [noted.app])].every((app) => rights.sees(app));
}

async function theChange(id: string, context: Context): Promise<NotedChange> {
  const noted = await context.journal.find(context.host, id);
  if (noted !== undefined && maySee(noted, context)) return noted;
  throw new DomainError('NOT_FOUND', {
    what: 'change',
    name: id,
    wayOut: 'changes_list shows the changes made here.',
  });
}

function refused({ summary }: NotedChange, reason: string): DomainError<'CONFLICT'> {
  return new DomainError('CONFLICT', {
    reason: `"${summary}" cannot be taken back: ${reason}.`,
    wayOut: 'Look at the app with apps_info, and make the change that is wanted now.',
  });
}

async function listed(noted: NotedChange, all: readonly NotedChange[], context: Context): Promise<Listed> {
  const reason = await whyNot(noted, all, context);
  const { id, at, app, summary, inverse } = noted;
  return {
    id,
    at: time(at),
    ...(app === undefined ? {} : { app }),
    summary,
    result: await resultOf(noted, context),
    undo: reason === undefined ? [...inverse] : [],
    ...(reason === undefined ? {} : { why_not: reason }),
  };
}

/** A job tells itself what came of it; what is noted without one was carried out. */
async function resultOf({ deploy }: NotedChange, { deployments, backupJobs }: Context): Promise<string> {
  if (deploy === undefined) return 'applied';
  const status = ((await deployments.get(deploy)) ?? (await backupJobs.get(deploy)))?.status;
  return status === 'succeeded' ? 'applied' : (status ?? 'unknown');
}

/** What stands against taking it back, as far as that is known without asking the host. */
async function whyNot(
  noted: NotedChange,
  all: readonly NotedChange[],
  context: Context,
): Promise<string | undefined> {
  const result = await resultOf(noted, context);
  if (result === 'running') return 'it still runs';
  if (result !== 'applied') return `it was not carried out (${result})`;
  for (const later of all) {
    if (later.undoes !== noted.id || (await resultOf(later, context)) !== 'applied') continue;
    const back = all.find(({ undoes }) => undoes === later.id);
    if (back === undefined) return `it was taken back already by ${later.id}`;
  }
  return noted.inverse.length === 0 ? (noted.noWayBack ?? 'no command takes it back') : undefined;
}

/**
 * A job that ended when nobody watched left no observation. Its state then counts as its own when nothing was changed
 * here since and the host serves what the job's end had shown.
 */
async function expected(
  noted: NotedChange,
  now: unknown,
  all: readonly NotedChange[],
  { deployments }: Context,
): Promise<unknown> {
  const later = all.find(({ at, app, id }) => at >= noted.at && app === noted.app && id !== noted.id);
  if (later !== undefined) throw refused(noted, `nobody saw its end, and "${later.summary}" came after it`);
  const deployment = noted.deploy === undefined ? undefined : await deployments.get(noted.deploy);
  const source = deployment?.serves?.source;
  return deployment?.source.kind === 'command' || source === undefined ? now : { source };
}

function destroys(commands: readonly Command[], { catalogue }: Context): boolean {
  return commands.some((command) => catalogue.effectOf(command) === 'destructive');
}

function consequencesOf(commands: readonly Command[]): string[] {
  const names = new Set(commands.map(({ name }) => name));
  const deploys = [...names].some(
    (name) => name.startsWith('git:') || name === 'ps:start' || name === 'apps:rename',
  );
  return [
    ...(deploys ? ['The predeploy, release and postdeploy tasks run again (migrations).'] : []),
    ...(names.has('ps:restart') ? ['All processes are restarted one after the other.'] : []),
    ...(names.has('apps:destroy') ? ['The app is removed with all that it holds.'] : []),
    ...(names.has('ps:stop') ? ['Every process of the app stops.'] : []),
  ];
}

function whatRuns({ deployment }: Done, context: Context): string {
  if (deployment === undefined) return '';
  const { id, status, diagnosis } = deployment;
  const follow = status === 'running' ? `; follow it with ${followCall(deployment, context)}` : '';
  return ` Work: ${status} (deploy ${id})${follow}.${diagnosis === undefined ? '' : ` ${diagnosis.cause}`}`;
}
