import { describe, expect, it } from 'vitest';
import { record } from '../../../test/support/recorded-transport.ts';
import type { Plugin } from '../../domain/infrastructure/server.ts';
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
    const facts = ({ name, version, enabled, core }: Plugin) => ({ name, version, enabled, core });
    expect(fromText.map(facts)).toEqual(fromJson.map(facts));
  });

  it('tells core plugins from others', () => {
    const row = '  postgres             1.48.0 enabled    dokku postgres service plugin\n';
    const description = 'dokku postgres service plugin';
    expect(readPlugins(row)).toEqual([
      { name: 'postgres', version: '1.48.0', enabled: true, core: false, description },
    ]);
    expect(() => readPlugins('')).toThrow(expect.objectContaining({ code: 'UNEXPECTED_OUTPUT' }));
  });
});
