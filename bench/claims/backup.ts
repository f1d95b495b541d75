import { bundle } from '../bundle.ts';
import type { BackupAnswer, BackupOrder } from '../programs/backup-probe.ts';
import { type Item, judge } from '../report.ts';
import { type Stage, target } from '../stage.ts';
import { estimate } from '../statistics.ts';
import { dumpBytes, output } from '../stub.ts';

const megabyte = 1024 * 1024;

/** A dump of 200 MB to a file and back, in a process of its own, whose memory is watched. */
export async function backupClaims({ directory, sshd, stub, effort }: Stage): Promise<Item[]> {
  const probe = await bundle('bench/programs/backup-probe.ts', directory);
  const order: BackupOrder = {
    target: target(sshd),
    directory,
    bytes: dumpBytes,
    rounds: effort.rounds(3, 1),
  };
  const answer = JSON.parse(await output(process.execPath, [probe, JSON.stringify(order)])) as BackupAnswer;
  stub.issued(answer.lines);
  const rate = (ms: number): number => dumpBytes / 1e6 / (ms / 1000);
  return [
    judge(
      'memory added by the export of a 200 MB dump',
      'MiB',
      (answer.exportPeak - answer.before) / megabyte,
      {
        most: 32,
      },
    ),
    judge('memory added by its import as well', 'MiB', (answer.peak - answer.before) / megabyte),
    judge(
      'speed of the export to a file, SHA-256 and fsync included',
      'MB/s',
      estimate(answer.exportMs.map(rate)),
    ),
    judge('speed of the import from that file', 'MB/s', estimate(answer.importMs.map(rate))),
  ];
}
