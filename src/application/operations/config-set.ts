import { z } from 'zod';
import {
  brittleKeys,
  checkKey,
  checkValue,
  differences,
  MOST_VARIABLES,
} from '../../domain/application/config.ts';
import { DomainError, ValidationError } from '../../domain/errors.ts';
import { EnvKey } from '../../domain/names.ts';
import { recordOf } from '../../domain/record.ts';
import type { Context } from '../context.ts';
import { defineChange, type Plan } from '../operation.ts';
import type { Command } from '../ports.ts';
import { isRestarted } from '../restarted.ts';
import { app, reference, resolveReference, restart } from './fields.ts';

const restarting = { kind: 'command', command: 'ps:restart' } as const;

const Variables = recordOf(z.string(), z.string());

const Input = z.strictObject({
  app,
  values: recordOf(EnvKey, reference)
    .prefault({})
    .describe(
      'KEY: "text", or a value that you never see: {"env": NAME} and {"file": PATH} are read on the server, {"generate": LENGTH} makes a random one',
    ),
  unset: z.array(EnvKey).max(MOST_VARIABLES).default([]).describe('Remove these'),
  restart,
});
type Input = z.output<typeof Input>;

export const configSet = defineChange({
  name: 'config_set',
  title: 'Set and unset config variables',
  description:
    'Values arrive byte-exact and are read back. They travel on standard input. Running processes are restarted unless restart is false; release tasks do not run.',
  effect: 'disruptive',
  idempotent: false,
  input: Input,
  output: z.object({
    app: z.string(),
    set: z.array(z.string()),
    unset: z.array(z.string()),
    restarted: z.boolean(),
    deploy: z.string().optional(),
  }),
  async plan(input, context) {
    const { app, unset } = input;
    const wanted = await resolve(input, context);
    if (wanted.size === 0 && unset.length === 0)
      throw new ValidationError('values', 'give at least one value, or a key to unset');
    const both = unset.find((key) => wanted.has(key));
    if (both !== undefined) throw new ValidationError('unset', `"${both}" is both set and unset`);
    const before = await context.config.getAll(app, context.signal);
    refuseBrittle(app, before, wanted.size > 0 ? [...wanted.keys()] : unset);
    const deployed = await isRestarted(context, app);
    const willRestart = input.restart && deployed;
    const commands = [...write(app, wanted), ...(unset.length === 0 ? [] : [remove(app, unset)])];
    return {
      summary: `Set ${[...wanted.keys()].join(', ') || 'nothing'}${unset.length === 0 ? '' : ` and unset ${unset.join(', ')}`} of ${app}`,
      effect: willRestart ? 'disruptive' : 'reversible',
      app,
      commands: willRestart ? [...commands, restartOf(app)] : commands,
      consequences: [
        ...[...wanted.keys()]
          .filter((key) => before.has(key))
          .map((key) => `${key} is set already and is overwritten.`),
        willRestart
          ? 'All processes are restarted one after the other and the postdeploy task runs; the old ones serve until the new ones pass their checks.'
          : 'Processes that run keep the old values until the next restart or deploy.',
      ],
      facts: { app, variables: fingerprints(before, [...before.keys()], context) },
      before: { variables: fingerprints(before, [...wanted.keys(), ...unset], context) },
      inverse: [...undo(app, before, wanted, unset), ...(willRestart ? [restartOf(app)] : [])],
      ...(willRestart ? { job: restarting, back: { job: restarting } } : {}),
    };
  },
  async observe({ app, values, unset }, context) {
    const found = await context.config.getAll(app, context.signal);
    return { variables: fingerprints(found, [...Object.keys(values), ...unset], context) };
  },
  async readBack({ app, values, unset, restart }, context, { plan, deployment }) {
    const found = await context.config.getAll(app, context.signal);
    const wanted = new Map<string, string | undefined>([
      ...unset.map((key) => [key, undefined] as const),
      ...sent(plan),
    ]);
    const wrong = differences(wanted, found);
    if (wrong.length > 0) {
      throw new DomainError('NOT_APPLIED', {
        command: 'config:import',
        found: `${wrong.join(', ')} ${wrong.length === 1 ? 'is' : 'are'} not as asked`,
        wayOut: 'Another change may have come between; call config_get, then set them again.',
      });
    }
    const set = Object.keys(values);
    const restarted = restart && deployment?.status === 'succeeded';
    const { diagnosis } = deployment ?? {};
    const evidence = diagnosis?.evidence.join('\n') ?? '';
    const how =
      deployment === undefined ? 'not restarted' : `restart ${deployment.status} (deploy ${deployment.id})`;
    return {
      data: { app, set, unset, restarted, ...(deployment === undefined ? {} : { deploy: deployment.id }) },
      text: `${app}: set ${set.join(', ') || 'nothing'}${unset.length === 0 ? '' : `, unset ${unset.join(', ')}`}; read back equal; ${how}.${diagnosis === undefined ? '' : ` ${diagnosis.cause} (${diagnosis.code}). ${diagnosis.advice}`}`,
      ...(evidence === '' ? {} : { untrusted: evidence }),
    };
  },
});

/** Reads references on the server and checks every key and value; nothing is sent when one of them cannot be kept. */
async function resolve({ values }: Input, { references }: Context): Promise<Map<string, string>> {
  const entries = Object.entries(values);
  if (entries.length > MOST_VARIABLES)
    throw new ValidationError('values', `holds more than ${MOST_VARIABLES} variables`);
  const resolved = new Map<string, string>();
  for (const [key, given] of entries) {
    checkKey(key);
    const value = await resolveReference(given, references);
    checkValue(key, value);
    resolved.set(key, value);
  }
  return resolved;
}

/** A variable that others have stored can make any write fatal; only the first command that is sent can mend it. */
export function refuseBrittle(
  app: string,
  before: ReadonlyMap<string, string>,
  first: readonly string[],
): void {
  const left = brittleKeys(before).filter((key) => !first.includes(key));
  if (left.length === 0) return;
  throw new DomainError('CONFLICT', {
    reason: `${left.join(', ')} of ${app} ends in a double quote or a backslash: with the next write of any variable Dokku would lose the whole configuration of the app.`,
    wayOut: `Set ${left.join(', ')} anew in this same call, encoded so that the value ends in another character; nothing was sent.`,
  });
}

/** Values go on standard input as JSON, so that they are in no process list and arrive byte for byte. */
function write(app: string, values: ReadonlyMap<string, string>): Command[] {
  if (values.size === 0) return [];
  const args = ['--no-restart', '--format', 'json', app, '-'];
  // What stands in the command anyway (the app's name, a hyphen) is no secret, and masked it would make it unreadable.
  const secrets = [...values.values()].filter((value) => !args.some((word) => word.includes(value)));
  return [{ name: 'config:import', args, stdin: JSON.stringify(Object.fromEntries(values)), secrets }];
}

/** The values as they were sent, references resolved. */
function sent({ commands }: Plan): [string, string][] {
  const written = commands.find(({ name }) => name === 'config:import')?.stdin;
  return written === undefined ? [] : Object.entries(Variables.parse(JSON.parse(written)));
}

function remove(app: string, keys: readonly string[]): Command {
  return { name: 'config:unset', args: ['--no-restart', app, ...keys] };
}

/** What is set of these variables, so that it can be compared and not read. */
function fingerprints(
  variables: ReadonlyMap<string, string>,
  keys: readonly string[],
  { fingerprint }: Context,
): Record<string, string> {
  return Object.fromEntries(
    keys.flatMap((key) => {
      const value = variables.get(key);
      return value === undefined ? [] : [[key, fingerprint(value)]];
    }),
  );
}

function restartOf(app: string): Command {
  return { name: 'ps:restart', args: [app] };
}

function undo(
  app: string,
  before: ReadonlyMap<string, string>,
  wanted: ReadonlyMap<string, string>,
  unset: readonly string[],
): Command[] {
  const touched = [...wanted.keys(), ...unset];
  const old = new Map(
    touched.flatMap((key) => (before.has(key) ? [[key, before.get(key) ?? ''] as const] : [])),
  );
  const added = touched.filter((key) => !before.has(key));
  return [...write(app, old), ...(added.length === 0 ? [] : [remove(app, added)])];
}
