import { type AppFacts, type Cause, type CauseRule, type Impact, type NextCall, servesWeb } from './cause.ts';
import * as next from './next-calls.ts';

/** How nginx words that a request came to it and went wrong behind it (ngx_http_upstream, ngx_http_core_module). */
interface Kind {
  readonly code: string;
  readonly line: RegExp;
  /** What the client of the request got. */
  readonly status: string;
  /** Whom it hits while it lasts. */
  readonly impact: Impact;
  readonly explain: (facts: AppFacts, line: string) => Pick<Cause, 'explanation' | 'next'> | undefined;
}

const KINDS: readonly Kind[] = [
  {
    code: 'UPSTREAM_REFUSED',
    line: /connect\(\) failed \(\d+: (?:Connection refused|No route to host)\)|no live upstreams/,
    status: '502',
    impact: 'down',
    explain: ({ application: { name } }) => ({
      explanation:
        'The process runs, but takes no connections on the port to which the proxy leads: it still starts, it hangs, or it listens elsewhere. Its log tells which.',
      next: next.readLog(name, 'web'),
    }),
  },
  {
    code: 'UPSTREAM_CLOSED',
    line: /upstream prematurely closed connection|recv\(\) failed \(104: Connection reset by peer\)/,
    status: '502',
    impact: 'degraded',
    explain: ({ application: { name } }) => ({
      explanation:
        'The app cuts connections before it has answered: it crashes on these requests, or closes idle connections. Its log tells why.',
      next: next.readLog(name, 'web'),
    }),
  },
  {
    code: 'UPSTREAM_TIMEOUT',
    line: /upstream timed out \(/,
    status: '504',
    impact: 'degraded',
    explain: ({ application: { name } }) => ({
      explanation:
        'The app takes longer to answer than the proxy waits: see in its log what it waits for, or let the proxy wait longer (proxy-read-timeout of nginx:set, then proxy:build-config).',
      next: next.readLog(name, 'web'),
    }),
  },
  {
    code: 'BODY_TOO_LARGE',
    line: /client intended to send too large body: \d+ bytes/,
    status: '413',
    impact: 'degraded',
    explain: bodyTooLarge,
  },
];

/** An app whose web processes run, and whose requests the proxy answers wrong all the same: by what nginx wrote of it. */
export const answersWrong: CauseRule = (facts) => {
  const { proxyLog } = facts;
  if (proxyLog === undefined || !servesWeb(facts)) return [];
  const errors = proxyLog.errors.filter((line) => isPresent(facts, line));
  return KINDS.flatMap((kind) => {
    const lines = errors.filter((line) => kind.line.test(line));
    const last = lines.at(-1);
    const said = last === undefined ? undefined : kind.explain(facts, last);
    const impact = impactOf(kind, proxyLog.requests);
    return last === undefined || said === undefined || impact === undefined
      ? []
      : [{ code: kind.code, confidence: 'likely', impact, ...said, evidence: evidenceOf(facts, kind, last) }];
  });
};

/** A container that is gone has taken its troubles with it. */
function isPresent({ application: { listeners } }: AppFacts, line: string): boolean {
  const upstream = upstreamOf(line);
  return upstream === undefined || listeners.length === 0 || listeners.includes(upstream);
}

const upstreamOf = (line: string): string | undefined => /upstream: "[a-z]+:\/\/([^/"]+)/.exec(line)?.[1];

/** By the last requests: none of them went wrong so any more, it did until something else came, or it does now. */
function impactOf({ status, impact }: Kind, requests: readonly string[]): Impact | undefined {
  const statuses = requests.map(statusOf).filter((one) => one !== undefined);
  // A log that is off, or in a format of its own, does not tell whether it goes on.
  if (statuses.length === 0) return 'notice';
  if (!statuses.includes(status)) return undefined;
  return statuses.at(-1) === status ? impact : impact === 'down' ? 'degraded' : 'notice';
}

const statusOf = (request: string): string | undefined => /" (\d{3}) (?:\d+|-)/.exec(request)?.[1];

/** Without the client, the address it asked for and what else the request carried. */
function evidenceOf({ application: { name }, proxyLog }: AppFacts, { status }: Kind, line: string): string[] {
  const statuses = (proxyLog?.requests ?? []).map(statusOf).filter((one) => one !== undefined);
  const upstream = upstreamOf(line);
  const bare = line.replace(/, client: .*$/, '');
  return [
    `nginx:error-logs ${name}: ${bare}${upstream === undefined ? '' : `, upstream ${upstream}`}`,
    ...(statuses.length === 0
      ? []
      : [
          `nginx:access-logs ${name}: ${statuses.filter((one) => one === status).length} of the last ${statuses.length} requests got ${status}`,
        ]),
  ];
}

const MEGABYTE = 1024 * 1024;

function bodyTooLarge({ application: { name }, proxyLog }: AppFacts, line: string) {
  const bytes = Number(/body: (\d+) bytes/.exec(line)?.[1] ?? 0);
  const limit = proxyLog?.bodyLimit;
  const allowed = limit === undefined ? undefined : bytesOf(limit);
  // Raised since: it was refused under the limit before.
  if (allowed !== undefined && (allowed === 0 || allowed >= bytes)) return undefined;
  const wanted = `${2 ** Math.ceil(Math.log2(Math.max(1, bytes / MEGABYTE)))}m`;
  const call: NextCall = {
    tool: 'command_execute',
    arguments: { name: 'nginx:set', args: [name, 'client-max-body-size', wanted] },
  };
  return {
    explanation: `The proxy refuses request bodies above ${limit ?? 'its limit'}, and one of ${bytes} bytes came: raise client-max-body-size if such uploads are meant, then call proxy:build-config for the app.`,
    next: call,
  };
}

/** The size that nginx means by `1m`; 0 checks nothing. */
function bytesOf(size: string): number | undefined {
  const [, digits, unit = ''] = /^(\d+)([kmg]?)$/i.exec(size.trim()) ?? [];
  if (digits === undefined) return undefined;
  return Number(digits) * ({ k: 1024, m: MEGABYTE, g: 1024 * MEGABYTE }[unit.toLowerCase()] ?? 1);
}
