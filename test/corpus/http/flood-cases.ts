import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { entryOf, type HttpServer, startHttpServer } from '../../support/http.ts';
import type { CorpusCase } from '../case.ts';
import { exchange, open } from './raw.ts';
import { bytesOf, draft, replaceHeader } from './request.ts';
import { FLOODER, OPERATOR, type Served } from './served.ts';
import { judgeStatus } from './status.ts';

type Request = Readonly<Record<string, unknown>>;

const ROUNDS = 3;
const HONEST = 60;

/** Clients that send much, or slowly. What it costs is measured on a server in a process of its own. */
export async function judgeFlood(given: CorpusCase, request: Request, served: Served): Promise<string[]> {
  if ('pipelined' in request) return await judgePipeline(Number(request['pipelined']), given, served);
  const folder = mkdtempSync(join(tmpdir(), 'corpus-'));
  const config = join(folder, 'config.yaml');
  const security = { tokens: [entryOf(OPERATOR)], rate_limits: { reads: 0 } };
  writeFileSync(config, JSON.stringify({ mcp: { http: { header_seconds: 2, request_seconds: 3 } }, security }));
  const server = await startHttpServer({ args: ['--demo', '--config', config] });
  try {
    if (!('transfer' in request)) return await judgeSlow(Number(request['connections'] ?? 20), given, server);
    return await judgeStream(Number(request['body_bytes']), given, server);
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Each is answered once and in order; what is too much for one client is refused, not left out. */
async function judgePipeline(count: number, { expect }: CorpusCase, { port }: Served): Promise<string[]> {
  const requests = Array.from({ length: count }, (_, id) =>
    bytesOf(draft({ id, authorization: `Bearer ${FLOODER}` })),
  );
  const { responses, closed } = await exchange([Buffer.concat(requests)], { port, until: count, patienceMs: 120_000 });
  const ids = responses.map(({ body }) => Number(/"id":(\d+)/.exec(body)?.[1]));
  const limited = responses.filter(({ body }) => body.includes('RATE_LIMITED')).length;
  return [
    ...(responses.length === count || closed ? [] : [`${responses.length} of ${count} answers, and the connection is open`]),
    ...(ids.every((id, index) => id === index) ? [] : ['the answers are not in the order of the requests']),
    ...(/rate limit/.test(expect) && limited === 0 && !closed ? ['no rate limit was applied'] : []),
  ];
}

/** Connections that never get on are cut off, and honest clients are served meanwhile. */
async function judgeSlow(count: number, { input, expect }: CorpusCase, server: HttpServer): Promise<string[]> {
  const port = Number(new URL(server.url).port);
  const bytes = bytesOf(draft());
  const begun = /body|bodies/.test(String(input['note'])) ? bytes.subarray(0, -10) : 'P';
  const slowest = async (): Promise<number> => {
    const times: number[] = [];
    for (let turn = 0; turn < HONEST; turn += 1) {
      const began = performance.now();
      const { responses } = await exchange([bytes], { port });
      if (responses[0]?.status !== 200) return Number.POSITIVE_INFINITY;
      times.push(performance.now() - began);
    }
    return times.sort((a, b) => a - b)[Math.floor(HONEST * 0.95)] ?? Number.POSITIVE_INFINITY;
  };
  const reasons: string[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    reasons.length = 0;
    const alone = await slowest();
    const sockets = await Promise.all(Array.from({ length: count }, () => open(port)));
    let cut = 0;
    for (const socket of sockets) {
      socket.once('close', () => void (cut += 1));
      socket.resume();
      socket.write(begun);
    }
    const crowded = await slowest();
    if (!Number.isFinite(crowded)) reasons.push('an honest client was not served');
    if (/p95/.test(expect) && crowded > 2 * alone) {
      reasons.push(`p95 of an honest client rose from ${alone.toFixed(1)} to ${crowded.toFixed(1)} ms`);
    }
    const late = Date.now() + 60_000;
    while (cut < count && Date.now() < late) await delay(50);
    for (const socket of sockets) socket.destroy();
    if (cut < count) reasons.push(`${count - cut} of ${count} slow connections were not cut off`);
    // A busy machine may slow a round down; a server that is slowed down is so each time.
    if (reasons.length === 0) break;
  }
  return reasons;
}

/** A body without end: refused at the limit, and never held. */
async function judgeStream(total: number, given: CorpusCase, server: HttpServer): Promise<string[]> {
  const port = Number(new URL(server.url).port);
  await exchange([bytesOf(draft())], { port });
  const before = residentMiB(server.pid);
  let most = before;
  const watch = setInterval(() => {
    most = Math.max(most, residentMiB(server.pid));
  }, 10);
  const head = draft();
  head.body = Buffer.alloc(0);
  replaceHeader(head, 'Transfer-Encoding', ['chunked']);
  const { responses, closed } = await exchange(chunks(bytesOf(head), total), { port, patienceMs: 60_000 });
  clearInterval(watch);
  const [first] = responses;
  const [, limit] = /RSS growth < (\d+) MiB/.exec(given.expect) ?? [];
  const grown = most - before;
  return [
    ...(first === undefined ? ['no answer came'] : judgeStatus(given, first)),
    ...(closed ? [] : ['the connection stays open']),
    ...(limit === undefined || grown < Number(limit) ? [] : [`the process grew by ${grown.toFixed(1)} MiB`]),
  ];
}

function* chunks(head: Buffer, total: number): Generator<Buffer> {
  yield head;
  const size = 65_536;
  const chunk = Buffer.concat([Buffer.from(`${size.toString(16)}\r\n`), Buffer.alloc(size, ' '), Buffer.from('\r\n')]);
  for (let sent = 0; sent < total; sent += size) yield chunk;
  yield Buffer.from('0\r\n\r\n');
}

function residentMiB(pid: number): number {
  const [, kib = '0'] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kib) / 1024;
}
