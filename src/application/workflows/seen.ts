import { z } from 'zod';
import type { Deployment } from '../../domain/application/deployment.ts';
import { DomainError } from '../../domain/errors.ts';
import {
  describeLead,
  describeProbe,
  isTrouble,
  leadOf,
  urlsByDomain,
} from '../../domain/infrastructure/reach.ts';
import { addressed } from '../addressed.ts';
import type { Context } from '../context.ts';

const MOST_DOMAINS = 2;
const MOST_URLS = 2;
/** All of it together: a deploy that went well is not held up by a name that does not resolve. */
const BOUND_MS = 3_000;
/** Whoever may ask for this may have the same asked after a deploy. */
const ASKS = { name: 'domains_info', kind: 'query' } as const;

const Seen = z.object({
  id: z.string(),
  at: z.number(),
  lines: z.array(z.string()),
  trouble: z.boolean(),
});
type Seen = z.infer<typeof Seen>;

/**
 * What the world sees of an app after a deploy that went well: a line for each of its first domains, and the next call
 * where something is wrong. Each deploy is looked at once, whoever follows it; afterwards what was seen then is told.
 * Empty where it is turned off or the policy lets nobody ask, for a deploy that is not the newest, for an app without
 * web processes, proxy or a domain of its own, and where the address of the host is not known. Never fails for what it
 * finds, and takes 3 seconds at most.
 */
export async function seenAfter(deployment: Deployment, context: Context): Promise<readonly string[]> {
  const { app, id, host, status, source } = deployment;
  if (status !== 'succeeded' || source.kind === 'command' || !mayAsk(app, context)) return [];
  const { state, clock } = context;
  const key = `seen/${host}/${app}`;
  const known = Seen.safeParse(await state.get(key));
  if (known.success && known.data.id === id) return told(known.data, app, context);
  const [newest] = await context.deployments.list(host, app);
  if (newest?.id !== id) return [];
  const looked = await look(app, context);
  if (looked.length === 0) return [];
  const seen: Seen = {
    id,
    at: clock.now(),
    lines: looked.map(({ line }) => line),
    trouble: looked.some(({ trouble }) => trouble),
  };
  await state.put(key, seen);
  return told(seen, app, context);
}

function mayAsk(app: string, { permissions, operations, rights }: Context): boolean {
  return (
    permissions.probeAfterDeploy &&
    operations.some(({ name }) => name === ASKS.name) &&
    rights.judgeTool(ASKS, app).verdict === 'allow'
  );
}

function told({ lines, trouble, at }: Seen, app: string, context: Context): readonly string[] {
  const when = new Date(at).toISOString().slice(0, 19);
  const next = trouble ? [`Next: app_diagnose ${JSON.stringify(addressed({ app }, context))}`] : [];
  return [...lines.map((line) => `${line} (seen from this server, ${when}Z)`), ...next];
}

interface Look {
  readonly line: string;
  readonly trouble: boolean;
}

async function look(app: string, context: Context): Promise<readonly Look[]> {
  const found = await context.apps.getByName(app, context.signal).catch(tolerate);
  const domains = [...(found === undefined ? [] : urlsByDomain(found))].slice(0, MOST_DOMAINS);
  if (domains.length === 0) return [];
  const enough = new AbortController();
  const signal = AbortSignal.any([context.signal, enough.signal]);
  const late = context.clock.sleep(BOUND_MS, signal).then(undefined, () => undefined);
  const inTime: InTime = (work) => Promise.race([work, late.then(() => undefined)]);
  try {
    const host = (await inTime(context.reach.hostAddresses(signal))) ?? [];
    if (host.length === 0) return [];
    const looks = domains.map(([domain, urls]) => lookAt(domain, urls, { host, context, signal, inTime }));
    return (await Promise.all(looks)).flat();
  } finally {
    enough.abort();
  }
}

type InTime = <T>(work: Promise<T>) => Promise<T | undefined>;

interface Looking {
  readonly host: readonly string[];
  readonly context: Context;
  readonly signal: AbortSignal;
  /** Undefined where the time was over before. */
  readonly inTime: InTime;
}

async function lookAt(
  domain: string,
  urls: readonly string[],
  { host, context: { reach }, signal, inTime }: Looking,
): Promise<readonly Look[]> {
  const [address = ''] = host;
  const resolution = await inTime(reach.resolve(domain, signal));
  // A DNS that gave no answer says nothing about the name.
  if (resolution === undefined) return [];
  const lead = leadOf(resolution, host);
  const way = { line: describeLead(domain, resolution, host), trouble: false };
  if (lead === 'nowhere') return resolution.absent ? [way] : [];
  const probes = urls.slice(0, MOST_URLS).map(async (url) => {
    const probe = (await inTime(reach.probe(url, address, signal))) ?? { url, failure: 'no answer in time' };
    return { line: describeProbe(probe), trouble: isTrouble(probe) };
  });
  return [...(lead === 'elsewhere' ? [way] : []), ...(await Promise.all(probes))];
}

function tolerate(error: unknown): undefined {
  if (!(error instanceof DomainError)) throw error;
  return undefined;
}
