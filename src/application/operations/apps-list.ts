import { z } from 'zod';
import type { AppSummary } from '../../domain/application/application.ts';
import { ValidationError } from '../../domain/errors.ts';
import { type Answer, defineQuery } from '../operation.ts';
import { table } from '../text.ts';
import { Build, cursor, limit, SourceFact, time } from './fields.ts';

const Row = z.object({
  name: z.string(),
  state: z.string(),
  running: z.string().optional(),
  running_age_s: z.number().optional(),
  source: SourceFact.optional(),
  last_build: Build.optional(),
  domains: z.array(z.string()),
  locked: z.boolean(),
});

export const appsList = defineQuery({
  name: 'apps_list',
  title: 'List apps',
  description:
    'All apps of the host with state, running version, last build and domains. Live process state is sampled and shown with its age.',
  input: z.strictObject({
    filter: z.string().max(100).optional().describe('Only names that contain this text'),
    limit: limit.default(50),
    cursor: cursor.optional(),
  }),
  output: z.object({
    apps: z.array(Row),
    total: z.number(),
    age_s: z.number(),
    next_cursor: z.string().optional(),
  }),
  async run({ filter, limit, cursor }, { apps, clock, signal }) {
    const { apps: all, at } = await apps.getAll(signal);
    const matching = filter === undefined ? all : all.filter(({ name }) => name.includes(filter));
    const start = cursor === undefined ? 0 : after(matching, cursor);
    const page = matching.slice(start, start + limit);
    const next = start + limit < matching.length ? page.at(-1)?.name : undefined;
    const now = clock.now();
    const data = {
      apps: page.map((summary) => row(summary, now)),
      total: matching.length,
      age_s: age(at, now),
      ...(next === undefined ? {} : { next_cursor: next }),
    };
    return { data, ...describe(data) };
  },
});

/** Pages by name, so that an app that comes or goes between two pages shifts nothing. */
function after(apps: readonly AppSummary[], cursor: string): number {
  const index = apps.findIndex(({ name }) => name === cursor);
  if (index < 0)
    throw new ValidationError('cursor', 'is not one of this list', {
      wayOut: 'Start again without a cursor.',
    });
  return index + 1;
}

function row(summary: AppSummary, now: number): z.input<typeof Row> {
  const { running, source, lastBuild } = summary;
  return {
    name: summary.name,
    state: summary.state,
    domains: [...summary.domains],
    locked: summary.locked,
    ...(running === undefined ? {} : { running: running.value, running_age_s: age(running.at, now) }),
    ...(source === undefined ? {} : { source }),
    ...(lastBuild === undefined
      ? {}
      : {
          last_build: {
            id: lastBuild.id,
            status: lastBuild.status,
            via: lastBuild.source,
            started_at: time(lastBuild.startedAt),
            ...(lastBuild.finishedAt === undefined ? {} : { finished_at: time(lastBuild.finishedAt) }),
          },
        }),
  };
}

function age(at: number, now: number): number {
  return Math.max(0, Math.round((now - at) / 1000));
}

type Listed = { apps: z.input<typeof Row>[]; total: number; next_cursor?: string };

function describe({ apps, total, next_cursor }: Listed): Pick<Answer<unknown>, 'text' | 'untrusted'> {
  if (total === 0) return { text: 'No app matches. Create one with apps_create.' };
  const rows = apps.map((app) => [
    app.name,
    app.state + (app.locked ? ' (locked)' : ''),
    app.running === undefined ? 'being sampled' : `${app.running} (${app.running_age_s} s ago)`,
    version(app.source),
    app.last_build === undefined ? '-' : `${app.last_build.status} ${app.last_build.started_at}`,
    app.domains.join(' ') || '-',
  ]);
  const more = next_cursor === undefined ? '' : `; ${total} in all; go on with cursor "${next_cursor}"`;
  return {
    text: `${apps.length} ${apps.length === 1 ? 'app' : 'apps'}${more}.`,
    untrusted: table(['app', 'state', 'running', 'version', 'last build', 'domains'], rows),
  };
}

function version(source: z.input<typeof SourceFact> | undefined): string {
  if (source === undefined) return '-';
  return source.revision === undefined
    ? source.location
    : `${source.location}@${source.revision.slice(0, 10)}`;
}
