import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DeploySource } from '../../domain/application/deployment.ts';
import { deployCommand } from './deploy-command.ts';

describe('deployCommand', () => {
  it.each<[DeploySource, string]>([
    [{ kind: 'image', image: 'demo/web:1' }, 'git:from-image web demo/web:1'],
    [{ kind: 'git', url: 'git@h:a/b.git' }, 'git:sync --build web git@h:a/b.git'],
    [{ kind: 'git', url: 'https://h/a', ref: 'v2' }, 'git:sync --build web https://h/a v2'],
    [
      { kind: 'archive', url: 'https://h/a', type: 'tar.gz' },
      'git:from-archive --archive-type tar.gz web https://h/a',
    ],
    [{ kind: 'rebuild' }, 'ps:rebuild web'],
  ])('%j', (source, line) => {
    const { name, args } = deployCommand('web', source);
    expect([name, ...args].join(' ')).toBe(line);
  });

  it('refuses what is no source', () => {
    expect(() => deployCommand('web', { kind: 'command', command: 'ps:restart' })).toThrow(
      'deploys no source',
    );
  });

  it('never passes on a word that Dokku would read as an option or as several words', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          const { args } = deployCommand('web', { kind: 'git', url: text, ref: text });
          return args.slice(2).every((word) => !word.startsWith('-') && !/[\s'"\\`$]/.test(word));
        } catch (error) {
          return (error as { code?: string }).code === 'INVALID_ARGUMENT';
        }
      }),
    );
  });
});
