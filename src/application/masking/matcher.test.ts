import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Matcher } from './matcher.ts';

const word = fc.stringMatching(/^[a-d]{4,9}$/);

describe('Matcher', () => {
  it('finds what indexOf finds, whatever overlaps', () => {
    fc.assert(
      fc.property(fc.array(word, { maxLength: 8 }), fc.stringMatching(/^[a-d]{0,60}$/), (forms, text) => {
        const covered = new Set<number>();
        for (const form of forms) {
          for (let at = text.indexOf(form); at !== -1; at = text.indexOf(form, at + 1)) {
            for (let index = at; index < at + form.length; index += 1) covered.add(index);
          }
        }
        const found = new Set<number>();
        for (const [from, to] of new Matcher(forms).find(text)) {
          for (let index = from; index < to; index += 1) found.add(index);
        }
        expect([...found].sort()).toEqual([...covered].sort());
      }),
    );
  });

  it('finds a form that is broken over lines, line by line', () => {
    const text = 'x abcd\n  efgh\r\nij y';
    expect(new Matcher(['abcdefghij']).find(text).map(([from, to]) => text.slice(from, to))).toEqual([
      'abcd',
      'efgh',
      'ij',
    ]);
  });

  it('looks past what Dokku puts before each line of a log', () => {
    const log = ['abcdef', 'ghij']
      .map((part) => `2026-11-25T19:28:02.079000000Z app[web.1]: ${part}`)
      .join('\n');
    expect(new Matcher(['abcdefghij']).find(log).map(([from, to]) => log.slice(from, to))).toEqual([
      'abcdef',
      'ghij',
    ]);
  });

  it('does not join what is short', () => expect(new Matcher(['abcdef']).find('abc\ndef')).toEqual([]));

  it('tells when the end may be a beginning', () => {
    const matcher = new Matcher(['abcdefghij']);
    expect(matcher.endsOpen('say abcd')).toBe(true);
    expect(matcher.endsOpen('say abcd\nefg')).toBe(true);
    expect(matcher.endsOpen('say abc')).toBe(false);
    expect(matcher.endsOpen('say abcdefghij')).toBe(false);
    expect(matcher.endsOpen('abcd no')).toBe(false);
  });
});
