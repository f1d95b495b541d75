import type { Finding } from './finding.ts';

/** The host at one moment, as cheap reports show it. */
export interface Sample {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly disks: readonly {
    readonly mount: string;
    readonly usedPercent: number;
    readonly available?: number;
  }[];
  readonly memory?: { readonly total: number; readonly available: number };
  readonly apps: readonly AppSample[];
}

export interface AppSample {
  readonly name: string;
  /** `true`, `false` or `mixed`. */
  readonly running?: string;
  /** Processes that run, and how many there are; read for a few apps in each sample, in turn. */
  readonly up?: number;
  readonly processes?: number;
  readonly restarts?: number;
  /** The newest finished build. */
  readonly build?: { readonly id: string; readonly status: string; readonly ms?: number };
}

/** How a number changes: a straight line through the samples (least squares). */
export interface Trend {
  readonly perDay: number;
  readonly now: number;
  readonly samples: number;
  /** Milliseconds between the first and the last sample. */
  readonly span: number;
}

const DAY = 24 * 3_600_000;
/** Less tells nothing about days to come. */
const SHORTEST = DAY / 4;
const FEWEST = 4;
const AHEAD_DAYS = 14;
const URGENT_DAYS = 3;
const FULL = 95;

/** The trend of a series, or undefined when it is too short to say anything. */
export function trendOf(points: readonly (readonly [at: number, value: number])[]): Trend | undefined {
  const [first] = points;
  const last = points.at(-1);
  if (first === undefined || last === undefined || points.length < FEWEST) return undefined;
  const span = last[0] - first[0];
  if (span < SHORTEST) return undefined;
  const meanAt = mean(points.map(([at]) => at));
  const meanValue = mean(points.map(([, value]) => value));
  const spread = points.reduce((sum, [at]) => sum + (at - meanAt) ** 2, 0);
  const slope =
    points.reduce((sum, [at, value]) => sum + (at - meanAt) * (value - meanValue), 0) / (spread || 1);
  return { perDay: slope * DAY, now: last[1], samples: points.length, span };
}

/** Days until a growing series reaches `limit`; undefined when it does not grow. */
export function daysUntil({ perDay, now }: Trend, limit: number): number | undefined {
  return perDay <= 0.01 ? undefined : Math.max(0, (limit - now) / perDay);
}

/** The disk of each mount over time. */
export function diskTrends(samples: readonly Sample[]): ReadonlyMap<string, Trend> {
  const mounts = new Set(samples.flatMap(({ disks }) => disks.map(({ mount }) => mount)));
  return new Map(
    [...mounts].flatMap((mount) => {
      const points = samples.flatMap(({ at, disks }) =>
        disks.filter((disk) => disk.mount === mount).map(({ usedPercent }) => [at, usedPercent] as const),
      );
      const trend = trendOf(points);
      return trend === undefined ? [] : [[mount, trend] as const];
    }),
  );
}

/** Restarts that an app's containers have gained over the samples; a redeploy begins again at 0. */
export function restartsGained(samples: readonly Sample[], app: string): number {
  const counts = samples.flatMap(({ apps }) => apps.find(({ name }) => name === app)?.restarts ?? []);
  return counts.slice(1).reduce((sum, count, index) => sum + Math.max(0, count - (counts[index] ?? 0)), 0);
}

/** Share of the samples in which an app ran as a whole, 0 to 1; undefined when it was never seen. */
export function uptime(samples: readonly Sample[], app: string): number | undefined {
  const seen = samples.flatMap(({ apps }) => apps.find(({ name }) => name === app)?.running ?? []);
  return seen.length === 0 ? undefined : seen.filter((running) => running === 'true').length / seen.length;
}

/** Alerts that only time shows. */
export function judgeTrends(samples: readonly Sample[], now: number): readonly Finding[] {
  const disks = [...diskTrends(samples)].flatMap(([mount, trend]): Finding[] => {
    const days = daysUntil(trend, FULL);
    if (days === undefined || days > AHEAD_DAYS) return [];
    return [
      {
        rule: 'disk-filling',
        severity: days <= URGENT_DAYS ? 'critical' : 'warning',
        subjects: [],
        title: `The disk ${mount} will be full in about ${Math.round(days)} days`,
        evidence: `${trend.samples} samples over ${(trend.span / DAY).toFixed(1)} days: ${trend.now} % now, ${trend.perDay.toFixed(1)} % more a day`,
        advice: 'Look at the clean-up plan, and at what grows (docker system df, du of storage and logs).',
        mend: { name: 'host_cleanup', arguments: {} },
      },
    ];
  });
  const recent = samples.filter(({ at }) => now - at <= DAY);
  const names = new Set(recent.flatMap(({ apps }) => apps.map(({ name }) => name)));
  const restarts = [...names].flatMap((app): Finding[] => {
    const gained = restartsGained(recent, app);
    if (gained < 3) return [];
    return [
      {
        rule: 'restarts-growing',
        severity: 'warning',
        subjects: [app],
        title: `Docker restarted ${app} ${gained} times within a day`,
        evidence: `ps:inspect in ${recent.length} samples: ${gained} more restarts`,
        advice: 'It crashes and comes back. Read its log around the restarts, and its memory limit.',
        mend: { name: 'logs_read', arguments: { app } },
      },
    ];
  });
  return [...disks, ...restarts];
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
