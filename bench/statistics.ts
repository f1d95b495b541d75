/** A value with the 95 % interval that the bootstrap gives it. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

const resamples = 2000;

/** The value below which the share `q` of the samples lies, between two samples where need be. */
export function quantile(samples: readonly number[], q: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const at = (sorted.length - 1) * q;
  const below = sorted[Math.floor(at)] ?? Number.NaN;
  const above = sorted[Math.ceil(at)] ?? Number.NaN;
  return below + (above - below) * (at - Math.floor(at));
}

export function median(samples: readonly number[]): number {
  return quantile(samples, 0.5);
}

/** A quantile, by default the median, with its percentile bootstrap interval; the same samples give the same one. */
export function estimate(samples: readonly number[], q = 0.5): Estimate {
  const random = seeded(samples.length);
  const values = Array.from({ length: resamples }, () =>
    quantile(
      samples.map(() => samples[Math.floor(random() * samples.length)] ?? Number.NaN),
      q,
    ),
  );
  return { value: quantile(samples, q), low: quantile(values, 0.025), high: quantile(values, 0.975) };
}

/** The ratio of two contenders round by round, so that what slows a whole round down cancels out. */
export function ratios(over: readonly number[], under: readonly number[]): number[] {
  return over.map((value, round) => value / (under[round] ?? Number.NaN));
}

/** Numbers in [0, 1) that a seed decides (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
