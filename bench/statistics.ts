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
  return bootstrap(samples.length, (rounds) => quantile(pick(samples, rounds), q));
}

/** How much higher a quantile of one contender is than that of the other; their rounds are drawn together. */
export function distance(above: readonly number[], below: readonly number[], q: number): Estimate {
  return bootstrap(
    above.length,
    (rounds) => quantile(pick(above, rounds), q) - quantile(pick(below, rounds), q),
  );
}

function bootstrap(rounds: number, statistic: (rounds: readonly number[]) => number): Estimate {
  const random = seeded(rounds);
  const all = Array.from({ length: rounds }, (_, round) => round);
  const values = Array.from({ length: resamples }, () =>
    statistic(all.map(() => Math.floor(random() * rounds))),
  );
  return { value: statistic(all), low: quantile(values, 0.025), high: quantile(values, 0.975) };
}

function pick(samples: readonly number[], rounds: readonly number[]): number[] {
  return rounds.map((round) => samples[round] ?? Number.NaN);
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
