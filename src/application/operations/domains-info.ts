import { z } from 'zod';
import { duplicateDomains } from '../../domain/infrastructure/findings-routing.ts';
import {
  describeLead,
  describeProbe,
  leadOf,
  type Probe,
  type Resolution,
  urlsToProbe,
} from '../../domain/infrastructure/reach.ts';
import type { Route } from '../../domain/infrastructure/repository.ts';
import type { Context } from '../context.ts';
import { defineQuery } from '../operation.ts';
import { table } from '../text.ts';
import { app } from './fields.ts';

/** Names that are looked up in one call, four at a time: each may take seconds. */
const MOST_CHECKS = 20;
const AT_ONCE = 4;

const ProbeFact = z.object({
  url: z.string(),
  status: z.number().optional(),
  location: z.string().optional(),
  tls_trusted: z.boolean().optional(),
  failure: z.string().optional(),
});
const Row = z.object({
  domain: z.string(),
  app: z.string(),
  ports: z.array(z.string()),
  proxy: z.boolean(),
  certificate: z.boolean(),
  duplicate_of: z.array(z.string()),
  dns: z
    .object({
      lead: z.enum(['here', 'elsewhere', 'nowhere', 'unknown']),
      addresses: z.array(z.string()),
      failure: z.string().optional(),
    })
    .optional(),
  probes: z.array(ProbeFact),
});
type Row = z.input<typeof Row>;

export const domainsInfo = defineQuery({
  name: 'domains_info',
  listed: false,
  title: 'Where domains lead',
  description:
    'Which domain leads to which app and port, duplicates, certificates; with check also whether the DNS points at this host (dns) and what the app answers (http probe: status, TLS, redirect), seen from this server.',
  input: z.strictObject({
    app: app.optional().describe('Only this app'),
    check: z
      .array(z.enum(['dns', 'http']))
      .max(2)
      .default([])
      .describe(`At most ${MOST_CHECKS} domains`),
  }),
  output: z.object({
    domains: z.array(Row),
    apps_without: z.array(z.string()),
    host_addresses: z.array(z.string()),
    unchecked: z.number(),
  }),
  async run({ app, check }, context) {
    const { infrastructure, signal } = context;
    const [routes, certified] = await Promise.all([infrastructure.routes(signal), certifiedApps(context)]);
    const duplicates = duplicateDomains(routes.map((route) => ({ name: route.app, domains: route.domains })));
    const shown = routes.filter((route) => app === undefined || route.app === app);
    const rows = shown.flatMap((route) => rowsOf(route, certified.has(route.app), duplicates));
    const host = check.length === 0 ? [] : await context.reach.hostAddresses(signal);
    const checked = check.length === 0 ? [] : rows.slice(0, MOST_CHECKS);
    const notes: string[] = [];
    for (let start = 0; start < checked.length; start += AT_ONCE) {
      const batch = checked.slice(start, start + AT_ONCE);
      notes.push(...(await Promise.all(batch.map((row) => look(row, check, host, context)))).flat());
    }
    if (check.includes('http') && host.length === 0) {
      notes.push(
        'No probe was sent: the address of this host is not known here (dokku.hosts.NAME.addresses in the configuration).',
      );
    }
    const data = {
      domains: rows,
      apps_without: shown.filter(({ domains }) => domains.length === 0).map((route) => route.app),
      host_addresses: [...host],
      unchecked: check.length === 0 ? 0 : rows.length - checked.length,
    };
    return { data, text: describe(data, notes) };
  },
});

/** Names of apps with a certificate; costs 0.1 s for each. */
async function certifiedApps({ infrastructure, signal }: Context): Promise<ReadonlySet<string>> {
  return new Set((await infrastructure.certificates(signal)).keys());
}

function rowsOf(
  { app, domains, ports, proxy }: Route,
  certificate: boolean,
  duplicates: ReadonlyMap<string, readonly string[]>,
): Row[] {
  return domains.map((domain) => ({
    domain,
    app,
    ports: [...ports],
    proxy: proxy.enabled,
    certificate,
    duplicate_of: (duplicates.get(domain) ?? []).filter((other) => other !== app),
    probes: [],
  }));
}

/** Adds what DNS and probe say to the row; a wildcard has no name that could be asked for. */
async function look(
  row: Row,
  check: readonly string[],
  host: readonly string[],
  { reach, signal }: Context,
): Promise<string[]> {
  if (row.domain.startsWith('*')) return [`${row.domain} is a wildcard: ask for one of its names.`];
  const notes: string[] = [];
  if (check.includes('dns')) {
    const resolution = await reach.resolve(row.domain, signal);
    row.dns = dnsFact(resolution, host);
    notes.push(describeLead(row.domain, resolution, host));
  }
  const [address] = host;
  if (check.includes('http') && address !== undefined) {
    for (const url of urlsToProbe(row.domain, row.ports, row.certificate)) {
      const probe = await reach.probe(url, address, signal);
      row.probes.push(probeFact(probe));
      notes.push(describeProbe(probe));
    }
  }
  return notes;
}

function dnsFact(resolution: Resolution, host: readonly string[]): NonNullable<Row['dns']> {
  const { addresses, failure } = resolution;
  return {
    lead: leadOf(resolution, host),
    addresses: [...addresses],
    ...(failure === undefined ? {} : { failure }),
  };
}

function probeFact({ url, status, location, tls, failure }: Probe): z.input<typeof ProbeFact> {
  return {
    url,
    ...(status === undefined ? {} : { status }),
    ...(location === undefined ? {} : { location }),
    ...(tls === undefined ? {} : { tls_trusted: tls.trusted }),
    ...(failure === undefined ? {} : { failure }),
  };
}

function describe(
  data: { domains: readonly Row[]; apps_without: readonly string[]; unchecked: number },
  notes: readonly string[],
): string {
  const rows = data.domains.map(({ domain, app, ports, proxy, certificate, duplicate_of }) => [
    domain,
    app,
    ports.join(' ') || 'detected',
    proxy ? 'on' : 'OFF',
    certificate ? 'yes' : 'no',
    duplicate_of.length === 0 ? '' : `also in ${duplicate_of.join(', ')}`,
  ]);
  return [
    rows.length === 0 ? 'No domain.' : table(['domain', 'app', 'ports', 'proxy', 'TLS', ''], rows),
    ...(data.apps_without.length === 0 ? [] : [`Without a domain: ${data.apps_without.join(', ')}.`]),
    ...notes,
    ...(data.unchecked === 0 ? [] : [`${data.unchecked} domains were not checked; ask app by app.`]),
  ].join('\n');
}
