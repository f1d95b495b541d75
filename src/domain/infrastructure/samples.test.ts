import { describe, expect, it } from 'vitest';
import {
  daysUntil,
  diskTrends,
  judgeTrends,
  restartsGained,
  type Sample,
  trendOf,
  uptime,
} from './samples.ts';

const DAY = 24 * 3_600_000;
const now = Date.UTC(2026, 10, 25);

/** One sample a day, the newest now. */
const days = (
  values: readonly number[],
  app: (index: number) => Sample['apps'][number] = () => ({ name: 'shop' }),
) =>
  values.map(
    (usedPercent, index): Sample => ({
      at: now - (values.length - 1 - index) * DAY,
      disks: [{ mount: '/', usedPercent }],
      apps: [app(index)],
    }),
  );

describe('trends', () => {
  it('need enough samples over enough time', () => {
    expect(trendOf([])).toBeUndefined();
    expect(trendOf([1, 2, 3].map((day) => [day * DAY, day]))).toBeUndefined();
    expect(trendOf([1, 2, 3, 4].map((minute) => [minute * 60_000, minute]))).toBeUndefined();
  });

  it('are the slope of a line through them', () => {
    const trend = trendOf([10, 12, 14, 16].map((value, day) => [day * DAY, value]));
    expect(trend?.perDay).toBeCloseTo(2);
    expect(trend?.now).toBe(16);
    expect(daysUntil({ perDay: 2, now: 16, samples: 4, span: 3 * DAY }, 95)).toBeCloseTo(39.5);
    expect(daysUntil({ perDay: -1, now: 16, samples: 4, span: 3 * DAY }, 95)).toBeUndefined();
    expect(daysUntil({ perDay: 1, now: 97, samples: 4, span: 3 * DAY }, 95)).toBe(0);
  });

  it('are told per mount', () => {
    expect(diskTrends(days([50, 51, 52, 53])).get('/')?.perDay).toBeCloseTo(1);
    expect(diskTrends(days([50])).size).toBe(0);
  });
});

describe('apps over time', () => {
  it('gain restarts, and a redeploy begins again at 0', () => {
    const counts = [0, 2, 5, 0, 1];
    const samples = days([1, 1, 1, 1, 1], (index) => ({ name: 'shop', restarts: counts[index] ?? 0 }));
    expect(restartsGained(samples, 'shop')).toBe(6);
    expect(restartsGained(samples, 'nobody')).toBe(0);
  });

  it('have an uptime where they were seen', () => {
    const samples = days([1, 1, 1, 1], (index) => ({
      name: 'shop',
      running: index === 0 ? 'mixed' : 'true',
    }));
    expect(uptime(samples, 'shop')).toBe(0.75);
    expect(uptime(samples, 'nobody')).toBeUndefined();
  });
});

describe('judgeTrends', () => {
  it('warns of a disk before it is full, and is quiet where it does not grow', () => {
    const found = judgeTrends(days([70, 75, 80, 85]), now);
    expect(found).toMatchObject([{ rule: 'disk-filling', severity: 'critical' }]);
    expect(found[0]?.evidence).toContain('5.0 % more a day');
    expect(judgeTrends(days([60, 63, 66, 69]), now)).toMatchObject([{ severity: 'warning' }]);
    expect(judgeTrends(days([70, 70, 70, 70]), now)).toEqual([]);
    expect(judgeTrends([], now)).toEqual([]);
  });

  it('sees restarts that no report shows', () => {
    const hours = [0, 1, 2, 4].map(
      (restarts, index): Sample => ({
        at: now - (3 - index) * 3_600_000,
        disks: [],
        apps: [{ name: 'shop', restarts }],
      }),
    );
    expect(judgeTrends(hours, now)).toMatchObject([{ rule: 'restarts-growing', subjects: ['shop'] }]);
    expect(judgeTrends(hours, now + 10 * DAY)).toEqual([]);
  });
});
