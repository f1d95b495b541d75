import { gzipSync } from 'node:zlib';
import type { CorpusCase } from '../case.ts';
import { judgeConsent } from './consent-cases.ts';
import { judgeDisconnect } from './disconnect-cases.ts';
import { judgeFlood } from './flood-cases.ts';
import { exchange, type RawResponse } from './raw.ts';
import { bytesOf, type Draft, draft, replaceHeader } from './request.ts';
import { OPERATOR, type Served } from './served.ts';
import { judgeStatus } from './status.ts';

type Request = Readonly<Record<string, unknown>>;

const LARGEST_PACKED = 10_000_000;
const FLOODS = ['pipelined', 'connections', 'one_byte_every_s', 'transfer'];
const QUESTIONS = ['times', 'args', 'age_s', 'principal', 'user', 'tampered'];

/** Runs a case of group `http`; the reasons why it fails, none when it is good. */
export async function judgeHttp(given: CorpusCase, served: Served): Promise<string[]> {
  const request = given.input['request'] as Request;
  if (FLOODS.some((key) => key in request)) return await judgeFlood(given, request, served);
  if (QUESTIONS.some((key) => key in request)) return await judgeConsent(given, request, served);
  if ('at' in request) return await judgeDisconnect(given, request, served);
  served.wire.clear();
  served.logged.length = 0;
  const sent = drafted(request, String(given.input['note'] ?? ''));
  if (typeof sent === 'string') return [sent];
  const { responses, closed } = await exchange([bytesOf(sent)], { port: served.port });
  const [first] = responses;
  if (first === undefined) return [closed ? 'the connection was closed without an answer' : 'no answer came'];
  return [...judgeStatus(given, first), ...harmless(given, first, served), ...afterwards(given, first, closed)];
}

/** The request that a case describes: an honest one with what it says put in its place. */
function drafted(request: Request, note: string): Draft | string {
  const { body_method: rpc, body_name: tool } = request as { body_method?: string; body_name?: string };
  const sent = draft({ ...(rpc === undefined ? {} : { rpc }), ...(tool === undefined ? {} : { tool }) });
  for (const [key, value] of Object.entries(request)) {
    if (/^[A-Z]/.test(key)) {
      const values = Array.isArray(value) ? value.map(String) : [sentinel(String(value))];
      replaceHeader(sent, key, values);
    } else if (key === 'method') {
      sent.method = String(value);
      replaceHeader(sent, 'Content-Type', []);
    } else if (key === 'path') sent.path = String(value).replace(/(token=).*/, `$1${OPERATOR}`);
    else if (key === 'body_bytes') sent.body = sized(sent.body, Number(value));
    else if (key === 'body') sent.body = Buffer.from(String(value));
    else if (key === 'expands_to') sent.body = gzipSync(Buffer.alloc(Math.min(Number(value), LARGEST_PACKED), ' '));
    else if (key === 'headers_bytes') replaceHeader(sent, 'X-Filler', ['x'.repeat(Number(value))]);
    else if (key === 'headers_count') {
      for (let count = 0; count < Number(value); count += 1) sent.headers.push([`X-Filler-${count}`, 'x']);
    } else if (key === 'depth') sent.body = Buffer.from(`${'[{"a":'.repeat(Number(value))}1${'}]'.repeat(Number(value))}`);
    else if (!/^body_(?:method|name)$/.test(key)) return `the run does not know how to send "${key}"`;
  }
  const [, absent] = /^no (content type|accept|host)\b/i.exec(note) ?? [];
  const [, missing] = /^(\S+) missing\b/i.exec(note) ?? [];
  const without = missing ?? absent?.replace(' ', '-');
  if (without !== undefined) replaceHeader(sent, without, []);
  if (/without auth|no token|query string/i.test(note)) replaceHeader(sent, 'Authorization', []);
  return sent;
}

/** Names travel in base64 where they are no plain text: the one here is that of another tool than the body has. */
function sentinel(value: string): string {
  return value === '=?base64?...?=' ? `=?base64?${Buffer.from('apps_destroy').toString('base64')}?=` : value;
}

/** A body of exactly so many bytes: JSON bears blanks at its end. */
function sized(body: Buffer, bytes: number): Buffer {
  return body.length >= bytes ? body.subarray(0, bytes) : Buffer.concat([body, Buffer.alloc(bytes - body.length, ' ')]);
}

/** What no answer may do, whatever was asked. */
function harmless({ positive }: CorpusCase, { status, headers, body }: RawResponse, served: Served): string[] {
  const { wire, logged } = served;
  return [
    ...(headers.has('access-control-allow-origin') ? ['lets web pages read the answer'] : []),
    ...(/\n\s+at .+[:(]\d|node:internal|\.(?:mjs|ts):\d+/.test(body) ? ['shows a stack trace'] : []),
    ...(status >= 400 && positive !== true ? wire.sent.map(({ line }) => `sent ${JSON.stringify(line)}`) : []),
    ...wire.changes.map(({ line }) => `changed ${JSON.stringify(line)}`),
    ...(JSON.stringify(logged).includes(OPERATOR) ? ['the token stands in the log'] : []),
  ];
}

function afterwards({ expect }: CorpusCase, { status }: RawResponse, closed: boolean): string[] {
  return /closed|smuggling/.test(expect) && status >= 400 && !closed ? ['the connection stays open'] : [];
}
