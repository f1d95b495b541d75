import { z } from 'zod';
import {
  daysUntil,
  diskTrends,
  judgeTrends,
  restartsGained,
  type Sample,
  uptime,
} from '../../domain/infrastructure/samples.ts';
import { ResourceMonitor } from '../monitor.ts';
import { defineQuery } from '../operation.ts';
import { visibleSamples } from '../samples.ts';
import { table } from '../text.ts';
import { app, time } from './fields.ts';
import { FindingFact, factOf } from './host-review.ts';

const FULL = 95;
const HOUR = 3_600_000;

export const hostSamples = defineQuery({
  name: 'host_samples',
  listed: false,
  title: 'Samples and trends of the host',
  description:
    'Disk, memory, restarts, uptime and build times of the host and its apps over time, with trends and alerts (monitoring). take: sample now first; monitoring.sample_minutes in the configuration samples by itself.',
  input: z.strictObject({
    hours: z.int().min(1).max(720).default(168).describe('How far back'),
    app: app.optional().describe('Only this app'),
    take: z.boolean().default(false).describe('Take a sample now (about 40 reads)'),
  }),
  output: z.object({
    samples: z.number(),
    first: z.string().optional(),
    last: z.string().optional(),
    disks: z.array(
      z.object({
        mount: z.string(),
        used_percent: z.number(),
        percent_per_day: z.number().optional(),
        days_until_full: z.number().optional(),
      }),
    ),
    memory_available_mib: z.number().optional(),
    apps: z.array(
      z.object({
        name: z.string(),
        running: z.string().optional(),
        uptime: z.number().optional(),
        restarts: z.number(),
        last_build_seconds: z.number().optional(),
        usual_build_seconds: z.number().optional(),
      }),
    ),
    alerts: z.array(FindingFact),
  }),
  async run({ hours, app, take }, context) {
    const { clock, host, apps, infrastructure, state, signal } = context;
    if (take) {
      const view = { name: host, apps, infrastructure };
      await new ResourceMonitor({ host: () => view, state, clock }).sample(host, signal);
    }
    const samples = await visibleSamples(context, clock.now() - hours * HOUR);
    const newest = samples.at(-1);
    const names = (newest?.apps ?? [])
      .map(({ name }) => name)
      .filter((name) => app === undefined || name === app);
    const trends = diskTrends(samples);
    const first = samples[0];
    const data = {
      samples: samples.length,
      ...(first === undefined ? {} : { first: time(first.at) }),
      ...(newest === undefined ? {} : { last: time(newest.at) }),
      disks: (newest?.disks ?? []).map(({ mount, usedPercent }) => {
        const trend = trends.get(mount);
        const days = trend === undefined ? undefined : daysUntil(trend, FULL);
        return {
          mount,
          used_percent: usedPercent,
          ...(trend === undefined ? {} : { percent_per_day: round(trend.perDay) }),
          ...(days === undefined ? {} : { days_until_full: round(days) }),
        };
      }),
      ...(newest?.memory === undefined ? {} : { memory_available_mib: newest.memory.available }),
      apps: names.map((name) => appOf(name, samples)),
      alerts: judgeTrends(samples, clock.now()).map((finding) => factOf(finding, context)),
    };
    return { data, text: describe(data) };
  },
});

function appOf(name: string, samples: readonly Sample[]) {
  const seen = samples.flatMap(({ apps }) => apps.find((one) => one.name === name) ?? []);
  const newest = seen.at(-1);
  const builds = new Map(
    seen.flatMap(({ build }) => (build?.ms === undefined ? [] : [[build.id, build.ms] as const])),
  );
  const lengths = [...builds.values()].sort((a, b) => a - b);
  const usual = lengths[Math.floor(lengths.length / 2)];
  const up = uptime(samples, name);
  const last = newest?.build?.ms;
  return {
    name,
    ...(newest?.running === undefined ? {} : { running: newest.running }),
    ...(up === undefined ? {} : { uptime: round(up) }),
    restarts: restartsGained(samples, name),
    ...(last === undefined ? {} : { last_build_seconds: Math.round(last / 1000) }),
    ...(usual === undefined ? {} : { usual_build_seconds: Math.round(usual / 1000) }),
  };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function describe(data: {
  samples: number;
  first?: string;
  last?: string;
  disks: { mount: string; used_percent: number; percent_per_day?: number; days_until_full?: number }[];
  apps: ReturnType<typeof appOf>[];
  alerts: z.input<typeof FindingFact>[];
}): string {
  if (data.samples === 0) {
    return 'There are no samples yet. Take one with take: true, or set monitoring.sample_minutes in the configuration of this server.';
  }
  const rows = data.apps.map((one) => [
    one.name,
    one.running ?? 'unknown',
    one.uptime === undefined ? '-' : `${Math.round(one.uptime * 100)} %`,
    String(one.restarts),
    one.last_build_seconds === undefined ? '-' : `${one.last_build_seconds} s`,
  ]);
  return [
    `${data.samples} samples from ${data.first} to ${data.last}.`,
    ...data.disks.map(
      ({ mount, used_percent, percent_per_day, days_until_full }) =>
        `disk ${mount}: ${used_percent} %${percent_per_day === undefined ? ' (too few samples for a trend)' : `, ${percent_per_day} % a day`}${days_until_full === undefined ? '' : `, full in ${days_until_full} days`}`,
    ),
    ...data.alerts.map(({ severity, title, evidence }) => `${severity}: ${title} (${evidence})`),
    ...(rows.length === 0 ? [] : [table(['app', 'running', 'up', 'restarts', 'last build'], rows)]),
  ].join('\n');
}
