import { z } from 'zod';
import type { StateStore } from '../../application/ports.ts';
import type { BuildSummary, Source } from '../../domain/application/application.ts';
import type { Deployment, DeploySource } from '../../domain/application/deployment.ts';
import { type LedgerEntry, makesSource } from '../../domain/application/releases.ts';

const Entry = z.object({
  build: z.string().exactOptional(),
  deploy: z.string(),
  via: z.string(),
  source: z
    .object({
      kind: z.enum(['image', 'git', 'archive', 'push', 'unknown']),
      location: z.string(),
      revision: z.string().exactOptional(),
      archive: z.enum(['tar', 'tar.gz', 'zip']).exactOptional(),
    })
    .exactOptional(),
  actor: z.string(),
  status: z.enum(['succeeded', 'failed', 'canceled', 'unknown', 'unchanged']),
  startedAt: z.number(),
  finishedAt: z.number(),
});

/** Some thousand deploys of an app; nobody goes back further. */
const MOST_BYTES = 2 * 1024 * 1024;

const logOf = (host: string, app: string): string => `ledger/${host}/${app}`;

/**
 * Notes a deploy that ended: after a success with the source that the host says it serves (an exact commit), else with
 * what was asked for. On disk before the promise resolves.
 */
export async function noteDeploy(
  store: StateStore,
  deployment: Deployment,
  job: { readonly via: string; readonly actor: string },
): Promise<void> {
  const { host, app, id, build, status, startedAt, serves } = deployment;
  if (status === 'running') return;
  const source = status === 'succeeded' ? serves?.source : askedSource(deployment.source);
  const entry: LedgerEntry = {
    ...(build === undefined ? {} : { build }),
    deploy: id,
    via: job.via,
    ...(source === undefined ? {} : { source }),
    actor: job.actor,
    status,
    startedAt,
    finishedAt: deployment.finishedAt ?? startedAt,
  };
  await store.append(logOf(host, app), entry, { sync: true, bound: MOST_BYTES });
}

/**
 * Notes the release that serves before ours replaces it: until then the host knows its source (apps:report), and
 * afterwards nobody would. Deploys made by push or by hand can so be gone back to. Does nothing when it is noted already.
 */
export async function noteSeen(
  store: StateStore,
  host: string,
  app: string,
  records: readonly BuildSummary[],
  source: Source,
): Promise<void> {
  const served = records.find(({ status, source: via }) => status === 'succeeded' && makesSource(via));
  if (served === undefined) return;
  const known = await readLedger(store, host, app);
  if (known.some(({ build, status }) => build === served.id && status === 'succeeded')) return;
  const entry: LedgerEntry = {
    build: served.id,
    deploy: `seen-${served.id}`,
    via: served.source,
    source,
    actor: 'seen on the host',
    status: 'succeeded',
    startedAt: served.startedAt,
    finishedAt: served.finishedAt ?? served.startedAt,
  };
  await store.append(logOf(host, app), entry, { sync: true, bound: MOST_BYTES });
}

/** All entries of an app, oldest first, one per deploy; lines of other shapes are left out. */
export async function readLedger(store: StateStore, host: string, app: string): Promise<LedgerEntry[]> {
  const records = await store.read(logOf(host, app));
  const entries = records.flatMap((record) => {
    const parsed = Entry.safeParse(record);
    return parsed.success ? [parsed.data] : [];
  });
  return [...new Map(entries.map((entry) => [entry.deploy, entry])).values()];
}

function askedSource(asked: DeploySource): Source | undefined {
  switch (asked.kind) {
    case 'image':
      return { kind: 'image', location: asked.image };
    case 'git': {
      const commit = asked.ref !== undefined && /^[0-9a-f]{40}$/.test(asked.ref);
      return { kind: 'git', location: asked.url, ...(commit ? { revision: asked.ref } : {}) };
    }
    case 'archive':
      return { kind: 'archive', location: asked.url, archive: asked.type };
    case 'rebuild':
    case 'command':
      return undefined;
  }
}
