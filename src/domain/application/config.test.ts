import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkKey, checkValue, differences, isSecret, LARGEST_VALUE } from './config.ts';

describe('checkValue', () => {
  it('refuses exactly what Dokku cannot keep', () => {
    const value = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom('"', '\\', '\0', 'a', '\n', '\ud800', '\udc00'), maxLength: 5 }),
    );
    fc.assert(
      fc.property(value, (text) => {
        const kept =
          !text.includes('\0') && !text.endsWith('"') && !text.endsWith('\\') && !/\p{Cs}/u.test(text);
        const check = () => checkValue('A', text);
        if (kept) expect(check).not.toThrow();
        else expect(check).toThrow(/^values\.A: /);
      }),
      { numRuns: 500 },
    );
  });

  it('counts bytes, not characters', () => {
    expect(() => checkValue('A', 'é'.repeat(LARGEST_VALUE / 2))).not.toThrow();
    expect(() => checkValue('A', 'é'.repeat(LARGEST_VALUE / 2 + 1))).toThrow('longer than 120000 bytes');
  });

  it('never repeats the value, which may be a secret', () => {
    for (const value of ['hidden"', 'hidden\\', 'hidden\0', 'hidden\ud800', 'hidden'.repeat(30_000)]) {
      expect(() => checkValue('A', value)).not.toThrow('hidden');
      expect(() => checkValue('A', value)).toThrow();
    }
  });
});

describe('checkKey', () => {
  it.each(['DOKKU_SCALE', 'DOCKER_HOST', 'GIT_REV', 'PATH', 'LD_PRELOAD'])('refuses %s', (key) => {
    expect(() => checkKey(key)).toThrow(`Setting ${key} is not allowed`);
  });

  it.each(['DATABASE_URL', 'MY_PATH', 'path', 'XDOKKU_A'])('takes %s', (key) => {
    expect(() => checkKey(key)).not.toThrow();
  });
});

describe('isSecret', () => {
  it('is true but for what answers have to show anyway', () => {
    expect(isSecret('shop', 'GIT_REV', 'a'.repeat(40))).toBe(false);
    expect(isSecret('shop', 'APP_NAME', 'shop')).toBe(false);
    expect(isSecret('shop', 'DOKKU_POSTGRES_AQUA_URL', 'postgres://u:p@h/d')).toBe(true);
  });
});

describe('differences', () => {
  it('names what is not as wanted: another value, a missing one, one that should be gone', () => {
    const found = new Map([
      ['A', '1'],
      ['B', '2'],
      ['C', '3'],
    ]);
    const wanted = new Map<string, string | undefined>([
      ['A', '1'],
      ['B', 'x'],
      ['C', undefined],
      ['D', '4'],
      ['E', undefined],
    ]);
    expect(differences(wanted, found)).toEqual(['B', 'C', 'D']);
  });
});
