import { createSshTransport, type SshOptions } from '../../src/infrastructure/ssh/transport.ts';
import type { ExecRequest } from '../../src/infrastructure/transport.ts';

/** What the probe is told on its command line, as JSON. */
export interface ProbeOrder {
  readonly target: SshOptions;
  readonly bytes: number;
  readonly streams: number;
  /** Small commands before the streams. */
  readonly idle: number;
}

/** What the probe prints, as JSON. */
export interface ProbeAnswer {
  readonly lines: readonly string[];
  readonly idleMs: readonly number[];
  /** Small commands while a stream ran. */
  readonly busyMs: readonly number[];
  readonly streamMs: readonly number[];
  /** Resident memory before the first stream, and the most there was until the end, bytes. */
  readonly before: number;
  readonly peak: number;
}

const { target, bytes, streams, idle } = JSON.parse(process.argv[2] ?? '') as ProbeOrder;
const transport = createSshTransport(target);
const lines: string[] = [];

async function timed(line: string, request: Partial<ExecRequest> = {}): Promise<number> {
  lines.push(line);
  const startedAt = performance.now();
  const { exit } = await transport.exec({
    line,
    label: 'probe',
    deadlineMs: 60_000,
    repeatable: true,
    ...request,
  });
  if (exit !== 0) throw new Error(`${line}: exit ${exit}`);
  return performance.now() - startedAt;
}

const small = (): Promise<number> => timed(`tiny probe-${lines.length}`);

const idleMs: number[] = [];
for (let warmUp = 0; warmUp < 20; warmUp += 1) await small();
while (idleMs.length < idle) idleMs.push(await small());

const before = process.memoryUsage.rss();
let peak = before;
const watch = setInterval(() => {
  peak = Math.max(peak, process.memoryUsage.rss());
}, 5);
const busyMs: number[] = [];
const streamMs: number[] = [];
while (streamMs.length < streams) {
  let seen = 0;
  let running = true;
  const onOutput: ExecRequest['onOutput'] = (_stream, chunk) => {
    seen += chunk.length;
  };
  const stream = timed(`bulk probe-${lines.length} ${bytes}`, { onOutput }).finally(() => {
    running = false;
  });
  while (running) {
    const ms = await small();
    if (running) busyMs.push(ms);
  }
  streamMs.push(await stream);
  if (seen !== bytes) throw new Error(`${seen} bytes of ${bytes} came`);
}
clearInterval(watch);
await transport.close();
const answer: ProbeAnswer = { lines, idleMs, busyMs, streamMs, before, peak };
process.stdout.write(JSON.stringify(answer));
