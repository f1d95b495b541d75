import { describe, expect, it } from 'vitest';
import type { AppFacts, ProxyLog } from './cause.ts';
import { answersWrong } from './causes-proxy.ts';

const AT = '2026/11/25 11:59:00 [error] 77#77: *9';
const tail = (upstream = '172.17.0.2:5000') =>
  `, client: 203.0.113.9, server: shop.example.org, request: "GET /?token=s3cret HTTP/1.1", upstream: "http://${upstream}/?token=s3cret", host: "shop.example.org"`;
const refused = `${AT} connect() failed (111: Connection refused) while connecting to upstream`;
const timeout = `${AT} upstream timed out (110: Connection timed out) while reading response header from upstream`;
const closed = `${AT} upstream prematurely closed connection while reading response header from upstream`;
const large = `${AT} client intended to send too large body: 5242880 bytes, client: 203.0.113.9, server: shop.example.org`;
const request = (status: number) =>
  `203.0.113.9 - - [25/Nov/2026:11:59:00 +0000] "GET /a"b HTTP/1.1" ${status} 157 "-" "curl/8"`;

function judged(proxyLog: ProxyLog) {
  const application = {
    name: 'shop',
    scale: { desired: { web: 1 } },
    processes: [{ type: 'web', index: 1, state: 'running' }],
    listeners: ['172.17.0.2:5000'],
  };
  return answersWrong({ application, proxyLog } as unknown as AppFacts);
}

describe('requests that the proxy answers', () => {
  it.each([
    ['refused', refused, 502, 'UPSTREAM_REFUSED', 'down'],
    ['timed out', timeout, 504, 'UPSTREAM_TIMEOUT', 'degraded'],
    ['closed', closed, 502, 'UPSTREAM_CLOSED', 'degraded'],
  ])('%s', (_, line, status, code, impact) => {
    const errors = [line + tail()];
    const [cause, ...more] = judged({ errors, requests: [request(200), request(status)] });
    expect(more).toEqual([]);
    expect(cause).toMatchObject({ code, impact, next: { tool: 'logs_read' } });
    expect(cause?.evidence).toEqual([
      `nginx:error-logs shop: ${line}, upstream 172.17.0.2:5000`,
      `nginx:access-logs shop: 1 of the last 2 requests got ${status}`,
    ]);
    expect(judged({ errors, requests: [request(200)] })).toEqual([]);
    expect(judged({ errors: [line + tail('172.17.0.9:5000')], requests: [request(status)] })).toEqual([]);
    const [healed] = judged({ errors, requests: [request(status), request(200)] });
    expect(healed?.impact).toBe(impact === 'down' ? 'degraded' : 'notice');
    expect(judged({ errors, requests: [] })[0]?.impact).toBe('notice');
  });

  it('a body above the limit names both, and a limit that would take it', () => {
    const [cause] = judged({ errors: [large], requests: [request(413)], bodyLimit: '1m' });
    expect(cause).toMatchObject({
      code: 'BODY_TOO_LARGE',
      next: { arguments: { name: 'nginx:set', args: ['shop', 'client-max-body-size', '8m'] } },
    });
    expect(cause?.explanation).toContain('above 1m, and one of 5242880 bytes came');
    expect(cause?.evidence[0]).not.toContain('203.0.113.9');
    for (const bodyLimit of ['8m', '0', '1g']) {
      expect(judged({ errors: [large], requests: [request(413)], bodyLimit })).toEqual([]);
    }
  });

  it('nothing is wrong with an app of which nginx wrote no error', () => {
    expect(judged({ errors: [], requests: [request(500)] })).toEqual([]);
  });
});
