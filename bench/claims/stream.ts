import { bundle } from '../bundle.ts';
import type { ProbeAnswer, ProbeOrder } from '../programs/stream-probe.ts';
import { type Item, judge } from '../report.ts';
import { type Stage, target } from '../stage.ts';
import { estimate, median } from '../statistics.ts';
import { output } from '../stub.ts';

const megabyte = 1024 * 1024;

/** A long stream and small commands beside it, in a process of their own, whose memory is watched. */
export async function streamClaims({ directory, sshd, stub, effort }: Stage): Promise<Item[]> {
  const probe = await bundle('bench/programs/stream-probe.ts', directory);
  const bytes = 100 * megabyte;
  const order: ProbeOrder = {
    target: target(sshd),
    bytes,
    streams: effort.rounds(6, 1),
    idle: effort.rounds(200, 40),
  };
  const answer = JSON.parse(await output(process.execPath, [probe, JSON.stringify(order)])) as ProbeAnswer;
  stub.issued(answer.lines);
  const idle = median(answer.idleMs);
  const rates = answer.streamMs.map((ms) => bytes / 1e6 / (ms / 1000));
  return [
    judge('memory added by a 100 MB stream', 'MiB', (answer.peak - answer.before) / megabyte, { most: 32 }),
    judge('speed of a 100 MB stream beside small commands', 'MB/s', estimate(rates)),
    judge(
      'small command beside a 100 MB stream / alone',
      'x',
      estimate(answer.busyMs.map((ms) => ms / idle)),
      effort.goal({ most: 10 }, { most: 30 }),
    ),
    judge(
      'small command beside a 100 MB stream, p95',
      'ms',
      estimate(answer.busyMs, 0.95),
      effort.goal({ most: 50 }, { most: 200 }),
    ),
  ];
}
