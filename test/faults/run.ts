import { setTimeout as delay } from 'node:timers/promises';
import { type Caller, inProcess, serverProcess, type Told } from './caller.ts';
import { APP, type Asked, longChange, quickChange } from './changes.ts';
import { type Lane, openLane } from './lane.ts';
import { Random } from './random.ts';
import { keeperStrike, networkStrike, type Strike, serverStrike } from './strike.ts';

export interface FaultsResult {
  readonly runs: number;
  /** Changing commands that the host saw more than once for one call that was accepted. */
  readonly duplicates: number;
  /** Intents without an outcome after restart and reconciliation. */
  readonly orphans: number;
  /** What was said to be done (answer, audit) where the host shows otherwise, or the other way round. */
  readonly falseOk: number;
}

export interface FaultsOptions {
  readonly runs: number;
  readonly seed: number;
  /** Hears what is wrong, run by run. */
  readonly report?: (line: string) => void;
  readonly progress?: (done: number) => void;
}

type Kind = 'network' | 'server' | 'keeper';
const LANES = 2;
/** Most runs are of the network, in this process; a share has server processes and keepers that are killed. */
const kindOf = (run: number): Kind => (run % 8 === 3 ? 'server' : run % 8 === 6 ? 'keeper' : 'network');

/** Changes under faults at every point of their life; the same seed asks for the same changes and faults. */
export async function runFaults(options: FaultsOptions): Promise<FaultsResult> {
  const total = { runs: 0, duplicates: 0, orphans: 0, falseOk: 0 };
  const { runs, seed, report = () => undefined, progress = () => undefined } = options;
  const lanes = await Promise.all(Array.from({ length: Math.min(LANES, runs) }, openLane));
  let next = 0;
  try {
    await Promise.all(
      lanes.map(async (lane) => {
        const callers = {
          here: inProcess(lane.config, lane.stateDir),
          server: serverProcess(lane.config, lane.stateDir),
        };
        try {
          for (let run = next++; run < runs; run = next++) {
            const found = await oneRun(lane, callers, run, new Random(seed * 1_000_003 + run));
            total.runs += 1;
            total.duplicates += found.duplicates.length;
            total.orphans += found.orphans.length;
            total.falseOk += found.falseOk.length;
            for (const [what, items] of Object.entries(found.wrong)) {
              for (const item of items) report(`run ${run} (${found.name}): ${what}: ${item}`);
            }
            progress(total.runs);
          }
        } finally {
          await callers.here.stop();
          await callers.server.stop();
        }
      }),
    );
  } finally {
    for (const lane of lanes) await lane.stop();
  }
  return total;
}

interface Callers {
  readonly here: Caller;
  readonly server: Caller;
}

async function oneRun(lane: Lane, callers: Callers, run: number, random: Random) {
  const kind = kindOf(run);
  const asked = kind === 'keeper' ? longChange(run, random, lane.sim.host) : quickChange(run, random);
  const caller = kind === 'server' ? callers.server : callers.here;
  const strike = { network: networkStrike, server: serverStrike, keeper: keeperStrike }[kind](random);
  const known = new Set(lane.audit().map(({ id }) => id));
  const how = random.below(2) === 0 ? { key: `run-${run}` } : { mode: await tokenOf(caller, asked) };
  lane.sim.forget();
  const told = await struck(lane, caller, asked, how, strike);
  // As a client that heard nothing, or nothing certain, would: the same call once more.
  const answers = [told, await certain(() => caller.call(asked.tool, asked.input, how))];
  if (kind !== 'network') await settled(lane, caller);
  const records = lane.audit().filter(({ id }) => !known.has(id));
  const wrong = judge(lane, asked, answers, records);
  asked.tidy?.(lane.sim.host);
  return { ...wrong, wrong, name: `${asked.tool}, ${strike.name}` };
}

async function tokenOf(caller: Caller, asked: Asked): Promise<string> {
  const { token } = await certain(() => caller.call(asked.tool, asked.input, { mode: 'plan' }));
  if (token === undefined) throw new Error(`no token for ${asked.tool}`);
  return token;
}

async function struck(lane: Lane, caller: Caller, asked: Asked, how: object, strike: Strike): Promise<Told> {
  const armed = strike.arm(lane, asked, caller);
  const told = await caller.call(asked.tool, asked.input, how);
  await armed.disarm();
  lane.proxy.heal();
  return told;
}

/** Calls until the answer is about the change and not about the way to the host. */
async function certain(call: () => Promise<Told>): Promise<Told> {
  for (;;) {
    const told = await call();
    if (!told.again) return told;
    await delay(100);
  }
}

/**
 * Until nothing is open any more, by asking as a user would: the first call of a server closes what the one before left, a
 * look at the deploys settles those whose keeper died. Gives up after a minute without a keeper.
 */
async function settled(lane: Lane, caller: Caller): Promise<void> {
  let patience = 120;
  while (openIntents(lane.audit()).length > 0 && patience > 0) {
    await certain(() => caller.call('deploy_status', { app: APP }));
    if (lane.keepers().length === 0) patience -= 1;
    await delay(lane.keepers().length === 0 ? 500 : 100);
  }
}

function openIntents(records: ReturnType<Lane['audit']>): string[] {
  const closed = new Set(records.filter(({ phase }) => phase === 'outcome').map(({ id }) => id));
  return records.filter(({ phase, id }) => phase === 'intent' && !closed.has(id)).map(({ id }) => id);
}

function judge(lane: Lane, asked: Asked, answers: readonly Told[], records: ReturnType<Lane['audit']>) {
  const holds = asked.holds(lane.sim.host);
  const lines = lane.sim.commands();
  const duplicates = asked.commands
    .map((command) => lines.filter((line) => command.test(line)))
    .filter((seen) => seen.length > 1)
    .map((seen) => seen.join(' | '));
  const outcomes = records.filter(({ phase }) => phase === 'outcome');
  const claims = [
    ...answers
      .filter(({ applied, deploy }) => applied && deploy === undefined)
      .map(({ text }) => `answer: ${text}`),
    ...outcomes
      .filter(({ result, resolved }) => result === 'ok' || resolved === 'applied')
      .map((outcome) => `audit: ${JSON.stringify(outcome)}`),
  ];
  const denials = outcomes
    .filter(({ resolved }) => resolved === 'not_applied')
    .map((outcome) => JSON.stringify(outcome));
  return { duplicates, orphans: openIntents(lane.audit()), falseOk: holds ? denials : claims };
}
