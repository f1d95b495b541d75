import { setTimeout as delay } from 'node:timers/promises';
import type { Caller } from './caller.ts';
import type { Asked } from './changes.ts';
import type { Lane } from './lane.ts';
import type { Random } from './random.ts';

/** A fault and the moment at which it strikes. */
export interface Strike {
  readonly name: string;
  /** Arms it before the call; what it returns ends the watching when the call has ended. */
  arm(lane: Lane, asked: Asked, caller: Caller): { disarm: () => Promise<void> };
}

type Blow = (lane: Lane, caller: Caller, random: Random) => Promise<void> | void;

const network: Readonly<Record<string, Blow>> = {
  reset: ({ proxy }) => proxy.reset(),
  'silence, then a reset': async ({ proxy }, _caller, random) => {
    proxy.blackhole();
    await delay(100 + random.below(400));
    proxy.heal();
    proxy.reset();
  },
  'the session is killed': ({ sim }) => sim.sshd.killSessions(),
  'latency, then a reset': async ({ proxy }, _caller, random) => {
    proxy.latency(10 + random.below(40));
    await delay(random.below(150));
    proxy.reset();
    proxy.heal();
  },
};

/** Moments in the life of a change: what was written down, what the host has seen, and any instant at all. */
const moments: Readonly<Record<string, (lane: Lane, asked: Asked, random: Random) => () => boolean>> = {
  'when it is written down': (lane) => () => lane.begun(),
  'when the host has the command': (lane, { commands }) => {
    return () => lane.sim.commands().some((line) => commands.some((command) => command.test(line)));
  },
  'at any instant': (_lane, _asked, random) => {
    const at = performance.now() + random.below(1_200);
    return () => performance.now() >= at;
  },
};

/** A fault of the network. */
export function networkStrike(random: Random): Strike {
  const bytes = random.below(8_000);
  const cuts: readonly Strike[] = [
    cut(`the link is cut after ${bytes} bytes of the host`, (lane) => lane.proxy.cutAfter(bytes)),
    cut(`the link is cut after ${bytes} bytes to the host`, (lane) => lane.proxy.cutAfterSent(bytes)),
  ];
  const kind = random.below(6);
  if (kind < 2) return cuts[kind] as Strike;
  const [blow, act] = random.pick(Object.entries(network));
  return watched(blow, act, random);
}

/** kill -9 of the server. */
export function serverStrike(random: Random): Strike {
  return watched('the server is killed', (_lane, caller) => caller.kill(), random);
}

/** kill -9 of the keeper, or a fault of its link. */
export function keeperStrike(random: Random): Strike {
  if (random.below(3) === 0) return networkStrike(random);
  const extra = random.below(1_500);
  return {
    name: `the keeper is killed ${extra} ms after it has its job`,
    arm: (lane) =>
      watching(
        () => lane.keepers().length > 0,
        async () => {
          await delay(extra);
          for (const pid of lane.keepers()) killed(pid);
        },
      ),
  };
}

function killed(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It had ended by itself.
  }
}

function cut(name: string, arm: (lane: Lane) => void): Strike {
  return {
    name,
    arm: (lane) => {
      arm(lane);
      return { disarm: async () => undefined };
    },
  };
}

function watched(blow: string, act: Blow, random: Random): Strike {
  const [moment, due] = random.pick(Object.entries(moments));
  const extra = random.below(2) === 0 ? 0 : random.below(120);
  return {
    name: `${blow} ${moment}, ${extra} ms later`,
    arm: (lane, asked, caller) =>
      watching(due(lane, asked, random), async () => {
        await delay(extra);
        await act(lane, caller, random);
      }),
  };
}

/** Strikes once when it is due, unless the call has ended before. */
function watching(due: () => boolean, act: () => Promise<void>): { disarm: () => Promise<void> } {
  let over = false;
  const watch = async (): Promise<void> => {
    while (!over && !due()) await delay(2);
    if (!over) await act();
  };
  const watch_ = watch();
  return {
    disarm: async () => {
      over = true;
      await watch_;
    },
  };
}
