import { type Item, judge } from '../report.ts';
import { run, type Stage } from '../stage.ts';
import { estimate, ratios } from '../statistics.ts';
import { expectBody } from '../stub.ts';

const inFlight = 16;

interface Window {
  readonly perSecond: number;
  readonly errors: number;
}

/** Sixteen callers at once against an sshd with its default limits, ours and `ssh` per command in turn. */
export async function throughputClaims({ stub, transport, effort, spawnSsh }: Stage): Promise<Item[]> {
  const ours: Window[] = [];
  const theirs: Window[] = [];
  for (let round = 0; round < effort.rounds(5, 1); round += 1) {
    const ms = effort.rounds(2500, 1000);
    ours.push(await busy(ms, async () => expectBody(await run(transport, stub.issue('tiny', 'channel')))));
    theirs.push(await busy(2 * ms, async () => expectBody(await spawnSsh(stub.issuePerhaps('tiny', 'ssh')))));
  }
  const speed = (windows: readonly Window[]) => windows.map(({ perSecond }) => perSecond);
  const failed = (windows: readonly Window[]) => windows.reduce((sum, { errors }) => sum + errors, 0);
  return [
    judge(
      `commands per second with ${inFlight} in flight, our transport / ssh started per command`,
      'x',
      estimate(ratios(speed(ours), speed(theirs))),
      effort.goal({ least: 20 }, { least: 5 }),
    ),
    judge(`failures with ${inFlight} in flight on a default sshd, our transport`, '', failed(ours), {
      most: 0,
    }),
    judge(
      `failures with ${inFlight} in flight on a default sshd, ssh started per command`,
      '',
      failed(theirs),
    ),
    judge(`commands per second with ${inFlight} in flight, our transport`, '/s', estimate(speed(ours))),
    judge(
      `commands per second with ${inFlight} in flight, ssh started per command`,
      '/s',
      estimate(speed(theirs)),
    ),
  ];
}

/** Keeps so many callers busy for a while. Only what succeeded counts; what failed is counted apart. */
async function busy(ms: number, call: () => Promise<void>): Promise<Window> {
  const startedAt = performance.now();
  let done = 0;
  let errors = 0;
  const caller = async (): Promise<void> => {
    while (performance.now() - startedAt < ms) {
      try {
        await call();
        done += 1;
      } catch {
        errors += 1;
      }
    }
  };
  await Promise.all(Array.from({ length: inFlight }, caller));
  return { perSecond: (done / (performance.now() - startedAt)) * 1000, errors };
}
