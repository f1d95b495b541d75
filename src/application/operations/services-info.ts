import { z } from 'zod';
import { hideCredentials } from '../../domain/address.ts';
import { DomainError, ValidationError } from '../../domain/errors.ts';
import { ServiceName, ServiceType } from '../../domain/names.ts';
import { lastGood } from '../../domain/service/backup-rules.ts';
import type { Service, ServiceSummary } from '../../domain/service/service.ts';
import type { Context } from '../context.ts';
import { type Answer, defineQuery } from '../operation.ts';
import { lines, table } from '../text.ts';
import { said } from './backups-facts.ts';
import { time } from './fields.ts';
import { factOf, linksOf, ServiceFact, title, usersOf } from './services-facts.ts';

const Row = ServiceFact.partial().extend({
  type: z.string(),
  service: z.string(),
  age_seconds: z.number().optional(),
});
/** Address, linked apps with their variables, folders, networks: told by name, for their schema costs every conversation. */
const Detail = z.record(z.string(), z.unknown());
const Output = z.object({
  types: z.array(z.string()),
  services: z.array(Row),
  detail: Detail.optional(),
  /** Types whose services could not be listed, and why. */
  unread: z.record(z.string(), z.string()).optional(),
});

export const servicesInfo = defineQuery({
  name: 'services_info',
  title: 'Show data services',
  description:
    'Databases and other data services (postgres, redis, ...) with state, version, links and open ports; with type and service one in full. Passwords stay masked.',
  input: z.strictObject({
    type: ServiceType.optional().describe('e.g. postgres'),
    service: ServiceName.optional(),
  }),
  output: Output,
  async run({ type, service }, context) {
    if (service === undefined) return await list(type, context);
    if (type === undefined) {
      throw new ValidationError('type', 'is needed with service: names are unique only within their type', {
        wayOut: 'Call services_info without service to see which types there are.',
      });
    }
    return await one(await context.services.getByName({ type, name: service }, context.signal), context);
  },
});

async function list(type: string | undefined, context: Context): Promise<Answer<z.input<typeof Output>>> {
  const { services, clock, signal } = context;
  const plugins = await services.plugins(signal);
  const types = plugins.filter(({ enabled }) => enabled).map((plugin) => plugin.type);
  const broken = type === undefined ? await unlisted(types, context) : new Map<string, string>();
  const readable = type === undefined ? types.filter((one) => !broken.has(one)) : [type];
  const all = await services.getAll({ types: readable, signal });
  const rows = all.map((summary) => rowOf(summary, clock.now()));
  const unread = rows.filter(({ state }) => state === undefined).length;
  const cells = rows.map(
    ({
      state,
      version,
      links = [],
      used_by_others: usedByOthers = false,
      exposed,
      age_seconds: age,
      ...row
    }) => [
      row.type,
      row.service,
      state ?? 'not read yet',
      version ?? '',
      usersOf({ links, usedByOthers }).join(' '),
      exposed?.join(' ') ?? '',
      age === undefined ? '' : `${age} s ago`,
    ],
  );
  const problems = rows.flatMap(({ problem, remedy, ...row }) =>
    problem === undefined ? [] : [`${row.type} ${row.service}: ${problem} ${remedy ?? ''}`.trim()],
  );
  const head = ['type', 'service', 'state', 'version', 'linked apps', 'open ports', 'read'];
  const notes = [
    ...(rows.length === 0 ? [`No ${type ?? 'data'} services. ${none(readable)}`] : [table(head, cells)]),
    ...[...broken].map(
      ([plugin, reason]) => `The services of the plugin ${plugin} could not be listed: ${reason}`,
    ),
    ...problems,
    ...(unread === 0 ? [] : [`${unread} are not read yet: call again for the rest.`]),
  ];
  const data = {
    types,
    services: rows,
    ...(broken.size === 0 ? {} : { unread: Object.fromEntries(broken) }),
  };
  return { data, text: notes.join('\n') };
}

/**
 * The types whose plugin could not be asked for its services, with the reason; the names of all others are remembered.
 * Faults: that of the first one where it is so with all of them, for then it is the way to the host.
 */
async function unlisted(
  types: readonly string[],
  { services, signal }: Context,
): Promise<ReadonlyMap<string, string>> {
  const asked = await Promise.all(
    types.map(async (type) => {
      try {
        await services.names(type, signal);
        return undefined;
      } catch (error) {
        if (!(error instanceof DomainError) || error.code === 'CANCELLED') throw error;
        return { type, error };
      }
    }),
  );
  const failed = asked.filter((one) => one !== undefined);
  const [first] = failed;
  if (first !== undefined && failed.length === types.length) throw first.error;
  return new Map(failed.map(({ type, error }) => [type, error.message]));
}

function none(types: readonly string[]): string {
  return types.length === 0
    ? 'This host has no plugin for data services; services_set names the command with which an administrator installs one.'
    : `Ready to be used: ${types.join(', ')}.`;
}

function rowOf({ type, name, facts, problem }: ServiceSummary, now: number): z.input<typeof Row> {
  if (facts === undefined) return { type, service: name, ...(problem === undefined ? {} : { problem }) };
  return { ...factOf(facts.value), age_seconds: Math.max(0, Math.round((now - facts.at) / 1000)) };
}

async function one(service: Service, context: Context): Promise<Answer<z.input<typeof Output>>> {
  const fact = factOf(service);
  const links = await linksOf(service, context);
  const good = lastGood(await context.backups.list(context.host, service));
  const dsn = hideCredentials(service.dsn);
  const detail = {
    dsn,
    linked_apps: links.map(({ app, variables, problem }) => ({
      app,
      variables: [...variables],
      ...(problem === undefined ? {} : { problem }),
    })),
    status: service.status,
    config_dir: service.configDir,
    data_dir: service.dataDir,
    config_options: service.configOptions,
    networks: { ...service.networks },
    ...(good === undefined
      ? {}
      : { last_good_backup: { file: good.file, at: time(good.at), bytes: good.bytes } }),
    ...(service.internalIp === undefined ? {} : { internal_ip: service.internalIp }),
  };
  const text = [
    `${title(service)}: ${fact.state}`,
    lines([
      ['version', fact.version],
      ['problem', fact.problem],
      ['remedy', fact.remedy],
      ['address', dsn],
      ['open ports', fact.exposed.join(' ') || 'none'],
      ['last good backup', good === undefined ? undefined : said(good)],
      ['data', service.dataDir],
      ['config', service.configDir],
      ['options', service.configOptions],
      [
        'networks',
        Object.entries(service.networks)
          .map((pair) => pair.join(' '))
          .join(', '),
      ],
    ]),
    ...(links.length === 0 && service.usedByOthers !== true ? ['linked apps: none'] : []),
    ...links.map(
      ({ app, variables, problem }) =>
        `linked app ${app}: ${variables.join(', ') || 'no variable'}${problem === undefined ? '' : ` (${problem})`}`,
    ),
    ...(service.links.length > links.length ? [`and ${service.links.length - links.length} more apps`] : []),
    ...(service.usedByOthers === true ? ['used by others: apps that this role may not read are linked'] : []),
  ];
  return { data: { types: [service.type], services: [fact], detail }, text: text.join('\n') };
}
