import { describe, expect, it } from 'vitest';
import { nearest } from './nearest.ts';

describe('nearest', () => {
  const apps = ['shop', 'shop-api', 'blog', 'web', 'billing', 'SHOP'];

  it.each([
    ['shp', ['SHOP', 'shop']],
    ['hsop', ['SHOP', 'shop']],
    ['shop-ap', ['shop-api', 'SHOP', 'shop']],
    ['bloq', ['blog']],
    ['nothing-alike', []],
    ['', []],
  ])('%j', (wanted, expected) => {
    expect(nearest(wanted, apps)).toEqual(expected);
  });

  it('gives at most three', () => {
    expect(nearest('app1', ['app2', 'app3', 'app4', 'app5'])).toEqual(['app2', 'app3', 'app4']);
  });
});
