import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { FileBackups } from '../../src/infrastructure/backup/file-backups.ts';
import { Catalogue } from '../../src/infrastructure/dokku/catalogue/catalogue.ts';
import { createDokkuClient } from '../../src/infrastructure/dokku/client.ts';
import { createSshTransport, type SshOptions } from '../../src/infrastructure/ssh/transport.ts';

/** What the probe is told on its command line, as JSON. */
export interface BackupOrder {
  readonly target: SshOptions;
  readonly directory: string;
  readonly bytes: number;
  readonly rounds: number;
}

/** What the probe prints, as JSON. */
export interface BackupAnswer {
  readonly lines: readonly string[];
  readonly exportMs: readonly number[];
  readonly importMs: readonly number[];
  /** Resident memory once a small command has run, and the most there was until the ends of both ways, bytes. */
  readonly before: number;
  readonly exportPeak: number;
  readonly peak: number;
}

const { target, directory, bytes, rounds } = JSON.parse(process.argv[2] ?? '') as BackupOrder;
const clock = { now: () => Date.now(), sleep: async (ms: number) => void (await delay(ms)) };
const transport = createSshTransport(target);
const client = createDokkuClient({ host: 'bench', transport, catalogue: new Catalogue(), clock });
const backups = new FileBackups({
  dir: join(directory, 'backups'),
  settings: {
    keep: { daily: 1, weekly: 1, monthly: 1 },
    exportMs: 600_000,
    freshHoursOf: () => 26,
    names: () => false,
    namesAny: () => false,
  },
  clock,
});
const lines: string[] = [];
const sent = (line: string): string => {
  lines.push(line);
  return line;
};

for (let warmUp = 0; warmUp < 20; warmUp += 1) {
  const line = sent(`tiny backup-${warmUp}`);
  await transport.exec({ line, label: 'probe', deadlineMs: 60_000, repeatable: true });
}
const before = process.memoryUsage.rss();
let peak = before;
const watch = setInterval(() => {
  peak = Math.max(peak, process.memoryUsage.rss());
}, 5);

const exportMs: number[] = [];
const made: string[] = [];
for (let round = 0; round < rounds; round += 1) {
  const name = `backup-${round}`;
  const sink = backups.sink({ host: 'bench', type: 'postgres', name, reason: 'asked' });
  sent(`postgres:export ${name}`);
  const startedAt = performance.now();
  await client.execute({ name: 'postgres:export', args: [name], sink }, { keepBytes: 65_536 });
  exportMs.push(performance.now() - startedAt);
  made.push(sink.made ?? '');
}
const exportPeak = peak;

const importMs: number[] = [];
for (const [round, file] of made.entries()) {
  const dump = await backups.check(file, 'postgres');
  if (dump.bytes !== bytes) throw new Error(`${dump.bytes} bytes of ${bytes} came`);
  const startedAt = performance.now();
  const { exit } = await transport.exec({
    line: sent(`postgres:import backup-in-${round}`),
    label: 'probe',
    deadlineMs: 600_000,
    repeatable: false,
    stdin: backups.source(dump),
  });
  if (exit !== 0) throw new Error(`exit ${exit}`);
  importMs.push(performance.now() - startedAt);
}
clearInterval(watch);
await transport.close();
const answer: BackupAnswer = { lines, exportMs, importMs, before, exportPeak, peak };
process.stdout.write(JSON.stringify(answer));
