import { describe, expect, it } from 'vitest';
import { record } from '../../../test/support/recorded-transport.ts';
import { readPlugins, readVersion } from './about.ts';

describe('readVersion', () => {
  it('reads what a real host says', () => {
    expect(readVersion(record('11', 'version').stdout)).toBe('0.38.27');
    expect(() => readVersion('dokku version master')).toThrow(
      expect.objectContaining({ code: 'UNEXPECTED_OUTPUT' }),
    );
  });
});

describe('readPlugins', () => {
  it('reads the same from the table as from JSON', () => {
    const fromJson = readPlugins(record('11', 'plugin:list --format json').stdout);
    const fromText = readPlugins(record('11', 'plugin:list').stdout);
    expect(fromJson.length).toBeGreaterThan(40);
    expect(fromText).toEqual(
      fromJson.map(({ name, version, enabled, core }) => ({ name, version, enabled, core })),
    );
  });

  it('tells core plugins from others', () => {
    const row = '  postgres             1.48.0 enabled    dokku postgres service plugin\n';
    expect(readPlugins(row)).toEqual([{ name: 'postgres', version: '1.48.0', enabled: true, core: false }]);
    expect(() => readPlugins('')).toThrow(expect.objectContaining({ code: 'UNEXPECTED_OUTPUT' }));
  });
});
