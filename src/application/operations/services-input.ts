import { z } from 'zod';
import { checkKey } from '../../domain/application/config.ts';
import { ValidationError } from '../../domain/errors.ts';
import { AppName, EnvKey, ServiceName, ServiceType } from '../../domain/names.ts';
import type { ServiceOptions } from '../../domain/service/service.ts';
import type { Context } from '../context.ts';
import { reference, resolveReference } from './fields.ts';
import { optionsField, parseOptions, refuseStray } from './options-field.ts';

const actions = [
  ...(['create', 'link', 'unlink', 'promote', 'move', 'start', 'stop', 'restart'] as const),
  ...(['expose', 'unexpose', 'upgrade', 'clone', 'destroy'] as const),
] as const;
export type Action = (typeof actions)[number];

const PORT = 'is a port of the host, like 5432, or address:port like 127.0.0.1:5432';

/** What an action may take besides. */
const Options = z
  .strictObject({
    version: z.string(),
    image: z.string(),
    /** Megabytes. */
    memory: z.int(),
    env: z.record(z.string(), z.unknown()),
    alias: z.string(),
    port: z.union([z.string(), z.int().transform(String)], PORT),
    restart: z.boolean(),
    unlink: z.boolean(),
  })
  .partial();
type Option = keyof z.output<typeof Options>;

const Named = z.strictObject({
  action: z.enum(actions),
  type: ServiceType.describe('e.g. postgres'),
  service: ServiceName,
  app: AppName.optional().describe('link, unlink, promote, move'),
  to: ServiceName.optional().describe('clone: new name; move: other service'),
});

export const Input = Named.extend({
  options: optionsField(
    'create, clone, upgrade: version, image; create, clone: memory (MB), env (as config_set); link: alias; expose: port; destroy: unlink; restart: false spares running apps',
  ),
});

/** A call with its options in place, each checked. */
export type Ask = z.output<typeof Named> & z.output<typeof Options>;

/** What each action needs, and which options it takes. */
const fields: Readonly<
  Record<Action, { readonly needs: readonly ('app' | 'to')[]; readonly takes: readonly Option[] }>
> = {
  create: { needs: [], takes: ['version', 'image', 'memory', 'env'] },
  link: { needs: ['app'], takes: ['alias', 'restart'] },
  unlink: { needs: ['app'], takes: ['restart'] },
  promote: { needs: ['app'], takes: ['restart'] },
  move: { needs: ['app', 'to'], takes: ['restart'] },
  start: { needs: [], takes: [] },
  stop: { needs: [], takes: [] },
  restart: { needs: [], takes: ['restart'] },
  expose: { needs: [], takes: ['port'] },
  unexpose: { needs: [], takes: [] },
  upgrade: { needs: [], takes: ['version', 'image', 'restart'] },
  clone: { needs: ['to'], takes: ['version', 'image', 'memory', 'env'] },
  destroy: { needs: [], takes: ['unlink', 'restart'] },
};

/**
 * The call with its options. Faults: INVALID_ARGUMENT for an option that the action does not take or that is of the
 * wrong kind, for a name that it needs or has no use for.
 */
export function askOf({ options = {}, ...named }: z.output<typeof Input>): Ask {
  const { action } = named;
  const { needs, takes } = fields[action];
  for (const key of ['app', 'to'] as const) {
    if (needs.includes(key) === (named[key] !== undefined)) continue;
    const reason = named[key] === undefined ? `is needed to ${action}` : `${action} does not take it`;
    throw new ValidationError(key, reason);
  }
  refuseStray(action, options, takes);
  const ask = { ...named, ...parseOptions(Options, options) };
  checkValues(ask);
  return ask;
}

function checkValues(input: Ask): void {
  checkText(
    'options.version',
    input.version,
    /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/,
    'is a tag of the image, like 18.4',
  );
  checkText(
    'options.image',
    input.image,
    /^[a-z0-9]+(?:[._/:-]{1,2}[a-z0-9]+)*$/,
    'is the name of an image without its tag, like postgres or pgvector/pgvector',
  );
  checkText(
    'options.alias',
    input.alias,
    /^[A-Za-z][A-Za-z0-9_]{0,60}$/,
    'holds letters, digits and _; the plugin enters the app in its links before it refuses an alias',
  );
  checkPort(input.port);
  if (input.memory !== undefined && (input.memory < 6 || input.memory > 1_048_576))
    throw new ValidationError('options.memory', 'lies between 6 and 1048576 megabytes');
  if (input.to !== undefined && String(input.to) === String(input.service))
    throw new ValidationError('to', 'is the service itself');
}

function checkText(field: string, value: string | undefined, shape: RegExp, reason: string): void {
  if (value !== undefined && !shape.test(value)) throw new ValidationError(field, reason);
}

/** The plugin records any text as a port, whether or not it could be opened (measured). */
function checkPort(port: string | undefined): void {
  if (port === undefined) return;
  const [, address, number] = /^(?:((?:\d{1,3}\.){3}\d{1,3}):)?([1-9]\d{0,4})$/.exec(port) ?? [];
  const isAddress = address === undefined || address.split('.').every((part) => Number(part) <= 255);
  if (number === undefined || Number(number) > 65_535 || !isAddress) {
    throw new ValidationError('options.port', PORT);
  }
}

/** The given fields as options, references resolved on the server. Faults: INVALID_ARGUMENT. */
export async function optionsIn(input: Ask, { references }: Context): Promise<ServiceOptions> {
  const { image, version, memory, env } = input;
  const values = new Map<string, string>();
  for (const [key, given] of Object.entries(env ?? {})) {
    const field = `options.env.${key}`;
    if (!EnvKey.safeParse(key).success) throw new ValidationError(field, 'is no name of a variable');
    checkKey(key);
    const parsed = reference.safeParse(given);
    if (!parsed.success) {
      throw new ValidationError(field, 'is text, {"env": NAME}, {"file": PATH} or {"generate": LENGTH}');
    }
    const value = await resolveReference(parsed.data, references);
    if (/[;\n\0]/.test(value)) {
      throw new ValidationError(
        field,
        'holds a semicolon or a line break, by which the plugin takes values apart',
        {
          wayOut: 'Encode the value, or choose another one.',
        },
      );
    }
    values.set(key, value);
  }
  return {
    ...(image === undefined ? {} : { image }),
    ...(version === undefined ? {} : { version }),
    ...(memory === undefined ? {} : { memory }),
    ...(values.size === 0 ? {} : { env: values }),
  };
}
