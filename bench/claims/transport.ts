import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSshTransport } from '../../src/infrastructure/ssh/transport.ts';
import { FaultProxy } from '../../test/support/fault-proxy.ts';
import { type Item, judge } from '../report.ts';
import { run, type Stage, target } from '../stage.ts';
import { estimate, median, ratios } from '../statistics.ts';
import { expectBody } from '../stub.ts';
import { inTurns } from '../turns.ts';

/** Milliseconds there and back on the simulated long way. */
const roundTripMs = 30;

/** One command after the other: our transport against the same command run on this machine, and against `ssh`. */
export async function transportClaims({ stub, transport, effort, spawnSsh }: Stage): Promise<Item[]> {
  const here = async () => expectBody(await stub.runHere(stub.issue('tiny', 'here')));
  const channel = async () => expectBody(await run(transport, stub.issue('tiny', 'channel')));
  const ssh = async () => expectBody(await spawnSsh(stub.issue('tiny', 'ssh')));
  const near = await inTurns({ here, channel }, { rounds: effort.rounds(400, 60), warmUps: 20 });
  const far = await inTurns({ channel, ssh }, { rounds: effort.rounds(40, 5), warmUps: 1 });
  return [
    judge(
      'command over our transport / run locally, tiny',
      'x',
      estimate(ratios(near.channel, near.here)),
      effort.goal({ most: 1.5 }, { most: 3 }),
    ),
    judge('command run locally, tiny', 'ms', estimate(near.here)),
    judge('command over our transport, tiny', 'ms', estimate(near.channel)),
    judge(
      'ssh started per command / our transport, tiny',
      'x',
      estimate(ratios(far.ssh, far.channel)),
      effort.goal({ least: 30 }, { least: 10 }),
    ),
  ];
}

/** The same over a long way: a command is to cost one round trip, because its channel was opened before. */
export async function longWayClaims({ stub, sshd, effort, later }: Stage): Promise<Item[]> {
  const proxy = await FaultProxy.start(sshd.port);
  later(() => proxy.close());
  const hostKey = readFileSync(join(sshd.directory, 'host.pub'), 'utf8');
  appendFileSync(sshd.knownHosts, `[127.0.0.1]:${proxy.port} ${hostKey}`);
  proxy.latency(roundTripMs / 2);
  const transport = createSshTransport({ ...target(sshd), port: proxy.port });
  later(() => transport.close());
  const times = await inTurns(
    {
      here: async () => expectBody(await stub.runHere(stub.issue('tiny', 'here'))),
      channel: async () => expectBody(await run(transport, stub.issue('tiny', 'far'))),
    },
    { rounds: effort.rounds(80, 15), warmUps: 5 },
  );
  const floor = roundTripMs + median(times.here);
  return [
    judge(
      `command over ${roundTripMs} ms round trip / one round trip and the command`,
      'x',
      estimate(times.channel.map((ms) => ms / floor)),
      effort.goal({ most: 1.3 }, { most: 2 }),
    ),
  ];
}
