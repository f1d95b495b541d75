import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { explainLetsencrypt } from './letsencrypt.ts';

interface Recorded {
  readonly line?: string;
  readonly exit?: number;
  readonly stdout?: string;
  readonly stderr?: string;
}

/** Every failed order of the recorded story, in its order. */
const failed = readFileSync('test/transcripts/50-letsencrypt.jsonl', 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as Recorded)
  .filter(({ line, exit }) => line === 'letsencrypt:enable svc-site' && exit !== 0)
  .map(({ stdout = '', stderr = '' }) => explainLetsencrypt(`${stdout}\n${stderr}`));

describe('explainLetsencrypt', () => {
  it('names the cause of every failed order that was recorded', () => {
    expect(failed.map(({ cause }) => cause)).toEqual([
      'EMAIL_MISSING',
      'EMAIL_MISSING',
      'AUTHORITY_UNREACHABLE',
      'AUTHORITY_UNREACHABLE',
      'DNS',
      'NAME_REFUSED',
      'DNS_PROVIDER',
    ]);
    expect(failed.every(({ evidence, advice }) => evidence.length > 0 && advice !== '')).toBe(true);
    expect(failed[5]?.explanation).toContain('blocked.svc.test');
    expect(failed[4]?.evidence.join('\n')).toContain('could not resolve URL');
  });

  it.each([
    ['urn:ietf:params:acme:error:rateLimited :: too many certificates (5) already issued', 'RATE_LIMIT'],
    ['urn:ietf:params:acme:error:dns :: DNS problem: NXDOMAIN looking up A for x.example', 'DNS'],
    ['urn:ietf:params:acme:error:connection :: 192.0.2.1: Timeout during connect', 'PORT_80'],
    ['urn:ietf:params:acme:error:unauthorized :: Invalid response from http://x.example', 'CHALLENGE_FAILED'],
    ['urn:ietf:params:acme:error:caa :: CAA record for x.example prevents issuance', 'CAA'],
    ['urn:ietf:params:acme:error:invalidContact :: contact email has invalid domain', 'ACCOUNT'],
    ['something else', 'UNKNOWN'],
  ])('%s: %s', (line, cause) => {
    const found = explainLetsencrypt(
      `-----> Getting letsencrypt certificate\n       2026/11/23 [x] acme: error: 400 :: ${line}\n`,
    );
    expect(found.cause).toBe(cause);
    expect(found.evidence.join('\n')).toContain(line);
  });
});
