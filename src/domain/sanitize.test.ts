import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cap, sanitize, sanitizeLine } from './sanitize.ts';

const hostile = [
  '\u001b[1m\u001b[31m !     \u001b[0m\u001b[0mFailure',
  '\u001b]0;title\u0007after',
  '\u001b]8;;http://evil\u001b\\link\u001b]8;;\u001b\\',
  '\u009b31mred',
  '\u001bP1$r\u001b\\dcs',
  'a\u0008\u0008b\u0007',
  '\u202eevil\u2066x\u2069',
  'zero\u200bwidth\u200d\ufeff',
  `tag${String.fromCodePoint(0xe0041, 0xe0042)}s`,
  'lone \ud800 surrogate',
];

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(fc.oneof(fc.constantFrom(...hostile), fc.constantFrom('\u001b', '[', ']', '\r', '\n', '0', 'm')))
    .map((parts) => parts.join('')),
);

describe('sanitize', () => {
  it('leaves only what a person can see, tabs and line feeds', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(sanitize(text)).not.toMatch(/[^\P{C}\n\t\u{e000}-\u{f8ff}\u{f0000}-\u{10ffff}\p{Cn}]/u);
        expect(sanitize(text)).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u{e0000}-\u{e0fff}]/u);
      }),
      { numRuns: 2000 },
    );
  });

  it('is idempotent and never grows', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const once = sanitize(text);
        expect(sanitize(once)).toBe(once);
        expect(once.length).toBeLessThanOrEqual(text.length);
      }),
      { numRuns: 2000 },
    );
  });

  it('keeps plain text of any language as it is', () => {
    for (const text of [
      '-----> Building shop\n\tdone',
      'héllo ☃ 日本語 мир 😀',
      ' !     App nope does not exist\n',
    ]) {
      expect(sanitize(text)).toBe(text);
    }
  });

  it('removes colours, titles and links but keeps their text', () => {
    expect(sanitize(hostile[0] ?? '')).toBe(' !     Failure');
    expect(sanitize(hostile[1] ?? '')).toBe('after');
    expect(sanitize(hostile[2] ?? '')).toBe('link');
    expect(sanitize(hostile[3] ?? '')).toBe('red');
  });

  it('keeps overwritten progress apart in a text and drops it in a line', () => {
    expect(sanitize('10%\r20%\r\nend')).toBe('10%\n20%\nend');
    expect(sanitizeLine('10%\r20%\r')).toBe('20%');
  });
});

describe('cap', () => {
  it('never cuts a surrogate pair and never exceeds the limit', () => {
    expect(cap('abcdef', 4)).toBe('abc…');
    expect(cap('ab😀cd', 4)).toBe('ab…');
    expect(cap('abc', 3)).toBe('abc');
  });
});
