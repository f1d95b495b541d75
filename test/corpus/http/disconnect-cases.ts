import { setTimeout as delay } from 'node:timers/promises';
import type { CorpusCase } from '../case.ts';
import { exchange, open } from './raw.ts';
import { bytesOf, draft } from './request.ts';
import type { Served } from './served.ts';

const PATIENCE_MS = 15_000;

/** A client that goes away while the host works for it. */
export async function judgeDisconnect(
  { expect }: CorpusCase,
  request: Readonly<Record<string, unknown>>,
  served: Served,
): Promise<string[]> {
  const reads = /read/.test(String(request['at']));
  const [command, asked] = reads
    ? ['cron:list', { tool: 'command_query', args: { name: 'cron:list', args: ['myapp'] } }]
    : ['apps:lock', { tool: 'command_execute', args: { name: 'apps:lock', args: ['myapp'] } }];
  const outcomes = async () => (await served.audit()).filter(({ phase }) => phase === 'outcome').length;
  const before = await outcomes();
  served.hanging.add(command);
  served.wire.clear();
  try {
    const socket = await open(served.port);
    socket.write(bytesOf(draft(asked)));
    if (!(await come(() => served.hung() > 0))) return ['the host was never asked'];
    socket.destroy();
    const went = Date.now();
    if (!(await come(() => served.hung() === 0))) return ['the host still works for a client that has gone'];
    const [, limit] = /within (\d+) s/.exec(expect) ?? [];
    const took = Date.now() - went;
    if (limit !== undefined && took > Number(limit) * 1000) return [`the read was given up after ${took} ms`];
  } finally {
    served.hanging.clear();
  }
  const { responses } = await exchange([bytesOf(draft())], { port: served.port });
  const served200 = responses[0]?.status === 200 ? [] : ['the next client is not served'];
  if (reads) return [...served200, ...served.wire.changes.map(({ line }) => `changed ${line}`)];
  const recorded = await come(async () => (await outcomes()) > before);
  return [...served200, ...(recorded ? [] : ['a change that was sent has no outcome on record'])];
}

async function come(ready: () => boolean | Promise<boolean>): Promise<boolean> {
  const late = Date.now() + PATIENCE_MS;
  while (!(await ready())) {
    if (Date.now() > late) return false;
    await delay(10);
  }
  return true;
}
