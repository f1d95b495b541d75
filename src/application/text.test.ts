import { describe, expect, it } from 'vitest';
import { lines, mapStrings, table } from './text.ts';

describe('table', () => {
  it('aligns columns and leaves no blanks at the end of a line', () => {
    expect(table(['app', 'state'], [['shop', 'up'], ['a']])).toBe('app   state\nshop  up\na');
  });
});

describe('lines', () => {
  it('leaves out what is empty', () => {
    expect(
      lines([
        ['a', '1'],
        ['b', ''],
        ['c', undefined],
        ['d', '2'],
      ]),
    ).toBe('a: 1\nd: 2');
  });
});

describe('mapStrings', () => {
  it('changes every string at any depth, no key and nothing else, and leaves the original', () => {
    const value = { a: ['x', 1, { b: 'y' }], c: null, d: undefined, e: true };
    const copy = structuredClone(value);
    expect(mapStrings(value, (text) => text.toUpperCase())).toEqual({ ...value, a: ['X', 1, { b: 'Y' }] });
    expect(value).toEqual(copy);
  });

  it('keeps a key that a plain object would misread', () => {
    const value: unknown = JSON.parse('{"__proto__": "x"}');
    expect(JSON.stringify(mapStrings(value, () => 'y'))).toBe('{"__proto__":"y"}');
  });
});
