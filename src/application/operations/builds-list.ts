import { z } from 'zod';
import type { Release } from '../../domain/application/deployment.ts';
import { describeServed } from '../../domain/application/served-source.ts';
import { ValidationError } from '../../domain/errors.ts';
import { defineQuery } from '../operation.ts';
import { table } from '../text.ts';
import { app, cursor, limit, SourceFact, time } from './fields.ts';

const ReleaseFact = z.object({
  build: z.string(),
  status: z.string(),
  via: z.string(),
  started_at: z.string(),
  finished_at: z.string().optional(),
  source: SourceFact.optional(),
  actor: z.string().optional(),
  current: z.boolean(),
});

export const buildsList = defineQuery({
  name: 'builds_list',
  title: 'List releases',
  description:
    'Builds and releases of an app, newest first, with the source where it is known (Dokku keeps none) and which one serves. deploy_rollback takes their build.',
  input: z.strictObject({ app, limit: limit.default(20), cursor: cursor.optional() }),
  output: z.object({ app: z.string(), releases: z.array(ReleaseFact), next_cursor: z.string().optional() }),
  async run({ app, limit, cursor }, { deployments, host, signal }) {
    const all = await deployments.releases(host, app, signal);
    const start = cursor === undefined ? 0 : after(all, cursor);
    const page = all.slice(start, start + limit);
    const last = start + limit < all.length ? page.at(-1)?.build : undefined;
    const more = last === undefined ? '' : ` Go on with cursor "${last}".`;
    return {
      data: { app, releases: page.map(factOf), ...(last === undefined ? {} : { next_cursor: last }) },
      ...(page.length === 0
        ? { text: `${app} has no builds.` }
        : { text: `${page.length} of ${all.length}.${more}`, untrusted: table(HEAD, page.map(row)) }),
    };
  },
});

const HEAD = ['build', 'status', 'via', 'started', 'source', 'by'];

function row({ build, status, via, startedAt, source, actor, current }: Release): string[] {
  const known = source === undefined ? '-' : describeServed(source);
  return [build + (current ? ' *' : ''), status, via, time(startedAt), known, actor ?? '-'];
}

function after(releases: readonly Release[], cursor: string): number {
  const index = releases.findIndex(({ build }) => build === cursor);
  if (index < 0)
    throw new ValidationError('cursor', 'is not one of this list', {
      wayOut: 'Start again without a cursor.',
    });
  return index + 1;
}

function factOf(release: Release): z.input<typeof ReleaseFact> {
  const { build, status, via, startedAt, finishedAt, source, actor, current } = release;
  return {
    build,
    status,
    via,
    started_at: time(startedAt),
    ...(finishedAt === undefined ? {} : { finished_at: time(finishedAt) }),
    ...(source === undefined
      ? {}
      : {
          source: {
            kind: source.kind,
            location: source.location,
            ...(source.revision === undefined ? {} : { revision: source.revision }),
          },
        }),
    ...(actor === undefined ? {} : { actor }),
    current,
  };
}
