import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { advisories, compareVersions } from './advisories.ts';

const ids = (version: string) => advisories(version).map(({ id }) => id);

describe('advisories', () => {
  it.each([
    ['0.38.1', ['CVE-2026-45408', 'cron-injection', 'option-injection']],
    ['0.38.2', ['cron-injection', 'option-injection']],
    ['0.38.7', ['option-injection']],
    ['0.38.25', []],
    ['0.38.26', ['config-rewind']],
    ['0.38.27', []],
    ['0.40.0', []],
  ])('of %s are %j', (version, expected) => {
    expect(ids(version)).toEqual(expected);
  });
});

describe('compareVersions', () => {
  it('orders as numbers, part by part, and a missing part is 0', () => {
    const part = fc.nat(120);
    fc.assert(
      fc.property(fc.tuple(part, part, part), fc.tuple(part, part, part), (a, b) => {
        const number = ([x, y, z]: number[]) => (x ?? 0) * 1e6 + (y ?? 0) * 1e3 + (z ?? 0);
        const sign = Math.sign(compareVersions(a.join('.'), b.join('.')));
        expect(sign).toBe(Math.sign(number(a) - number(b)));
      }),
    );
    expect(compareVersions('0.38', '0.38.0')).toBe(0);
    expect(compareVersions('0.9.10', '0.10')).toBeLessThan(0);
  });
});
