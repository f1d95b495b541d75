import { describe, expect, it } from 'vitest';
import { formatVersion, isAtLeast, parseVersion } from './version.ts';

describe('parseVersion', () => {
  it.each([
    ['dokku version v0.38.27\n', '0.38.27'],
    ['dokku version 0.34.9', '0.34.9'],
    ['0.38.27-3-g1a2b3c4', '0.38.27'],
    ['v1.0.0', '1.0.0'],
  ])('reads %j', (text, version) => {
    const parsed = parseVersion(text);
    expect(parsed && formatVersion(parsed)).toBe(version);
  });

  it('finds none where there is none', () => {
    expect(parseVersion('dokku version master')).toBeUndefined();
    expect(parseVersion('10.0.0.1')).toBeUndefined();
  });
});

describe('isAtLeast', () => {
  it.each([
    ['0.38.27', '0.38.27', true],
    ['0.38.9', '0.38.22', false],
    ['0.39.0', '0.38.22', true],
    ['1.0.0', '0.38.22', true],
    ['0.37.10', '0.38.0', false],
    ['unknown', '0.38.0', false],
    ['0.30.0', '<=always', true],
  ])('%s against %s is %s', (version, wanted, expected) => {
    expect(isAtLeast(version, wanted)).toBe(expected);
  });
});
