import { seeded } from './statistics.ts';

/** Does one thing once; what it takes is measured. A result that is not as it should be is thrown. */
export type Contender = () => Promise<unknown>;

/**
 * Lets all contenders do their thing once a round, in an order that changes, so that what else the machine does strikes
 * all of them alike. Gives back milliseconds by contender and round; warm-up rounds are left out.
 */
export async function inTurns<Name extends string>(
  contenders: Readonly<Record<Name, Contender>>,
  { rounds, warmUps }: { readonly rounds: number; readonly warmUps: number },
): Promise<Record<Name, number[]>> {
  const random = seeded(rounds);
  const names = Object.keys(contenders) as Name[];
  const times = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = -warmUps; round < rounds; round += 1) {
    for (const name of shuffled(names, random)) {
      const startedAt = performance.now();
      await contenders[name]();
      if (round >= 0) times[name].push(performance.now() - startedAt);
    }
  }
  return times;
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}
