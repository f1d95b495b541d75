import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonical, moved } from './moved.ts';

describe('moved', () => {
  it.each([
    [{ domains: ['a'] }, { domains: ['a', 'b'] }, ['domains: b added']],
    [{ domains: ['a', 'b'] }, { domains: ['b'] }, ['domains: a gone']],
    [{ domains: ['a', 'b'] }, { domains: ['b', 'a'] }, ['domains: in another order']],
    [
      { scale: { web: 1 } },
      { scale: { web: 2, worker: 1 } },
      ['scale.web: 2 (there was 1)', 'scale.worker: 1 (there was nothing)'],
    ],
    [
      { source: { location: 'x' } },
      { source: null },
      ['source: nothing any more (there was {"location":"x"})'],
    ],
    ['one', 'two', ['the state: two (there was one)']],
    [{ a: null, b: [] }, {}, []],
  ])('%j to %j is told as %j', (before, now, words) => {
    expect(moved(before, now)).toEqual(words);
  });

  it('names variables and never shows what they hold', () => {
    const words = moved({ variables: { A: 'f1', B: 'f2' } }, { variables: { A: 'f3', C: 'f4' } });
    expect(words).toEqual(['variables.A has another value', 'variables.B is gone', 'variables.C was added']);
  });

  it('says nothing of equal states, whatever the order of their keys, and something of others', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ minLength: 1 }), fc.jsonValue()), (state) => {
        const turned = Object.fromEntries(Object.entries(state).reverse());
        expect(moved(state, turned)).toEqual([]);
        expect(canonical(turned)).toBe(canonical(state));
        expect(moved({ ...state, added: 'x' }, { ...state, added: 'y' })).not.toEqual([]);
      }),
    );
  });
});
