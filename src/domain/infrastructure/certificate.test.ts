import { describe, expect, it } from 'vitest';
import {
  type CertificateFacts,
  type CertificatePair,
  covers,
  daysLeft,
  reasonsAgainstPair,
  remarksOnPair,
  uncovered,
} from './certificate.ts';

const DAY = 24 * 3_600_000;
const now = Date.UTC(2026, 10, 25);
const leaf = (more: Partial<CertificateFacts> = {}): CertificateFacts => ({
  subject: 'CN=www.example.com',
  issuer: 'CN=Example CA',
  names: ['www.example.com', '*.shop.example.com'],
  from: now - DAY,
  until: now + 90 * DAY,
  selfSigned: false,
  fingerprint: 'AA',
  ...more,
});
const pair = (more: Partial<CertificatePair> = {}): CertificatePair => ({
  chain: [leaf(), leaf({ subject: 'CN=Example CA', names: [] })],
  links: [true],
  keyFits: true,
  ...more,
});

describe('covers', () => {
  it.each([
    ['www.example.com', 'www.example.com', true],
    ['*.example.com', 'a.example.com', true],
    ['*.example.com', 'example.com', false],
    ['*.example.com', 'a.b.example.com', false],
    ['*.example.com', '*.example.com', true],
    ['example.com', 'www.example.com', false],
    ['*.com', 'com', false],
  ])('%s covers %s: %s', (name, host, covered) => expect(covers(name, host)).toBe(covered));

  it('tells which domains are left', () => {
    expect(uncovered(['*.a.example'], ['x.a.example', 'a.example', 'b.example'])).toEqual([
      'a.example',
      'b.example',
    ]);
  });
});

describe('reasonsAgainstPair', () => {
  it('has none against a good pair', () => expect(reasonsAgainstPair(pair(), now)).toEqual([]));

  it.each<[string, Partial<CertificatePair>, RegExp]>([
    ['another key', { keyFits: false }, /the key does not belong to the certificate/],
    ['the wrong order', { keyFits: false, keyFitsAt: 1 }, /belongs to certificate 2 of the file/],
    ['an old one', { chain: [leaf({ until: now - DAY })], links: [] }, /ended on 2026-11-24/],
    ['one of tomorrow', { chain: [leaf({ from: now + DAY })], links: [] }, /valid only from 2026-11-26/],
    [
      'a chain that does not hold',
      { links: [false] },
      /certificate 2 of the file .* did not sign certificate 1/,
    ],
    [
      'an old intermediate',
      { chain: [leaf(), leaf({ subject: 'CN=Old CA', until: now - 1 })] },
      /intermediate certificate CN=Old CA ended/,
    ],
    ['nothing', { chain: [], links: [] }, /holds no certificate/],
  ])('refuses %s', (_what, more, reason) => {
    expect(reasonsAgainstPair(pair(more), now).join('\n')).toMatch(reason);
  });
});

describe('remarksOnPair', () => {
  it('says what a person should know', () => {
    const chain = [leaf({ until: now + 5 * DAY, selfSigned: true })];
    const said = remarksOnPair(
      { chain, links: [], keyFits: true },
      ['www.example.com', 'other.example'],
      now,
    );
    expect(said.join('\n')).toMatch(/5 days.*\n.*soon.*\n.*does not cover other\.example.*\n.*self signed/);
    expect(remarksOnPair(pair({ chain: [leaf()] }), [], now).join('\n')).toContain('no intermediate');
    expect(remarksOnPair(pair({ chain: [] }), [], now)).toEqual([]);
  });
});

it('counts whole days', () => {
  expect(daysLeft(now + 1.5 * DAY, now)).toBe(1);
  expect(daysLeft(now - 1, now)).toBe(-1);
});
