import { describe, expect, it } from 'vitest';
import { offArgv } from './off-argv.ts';

describe('offArgv', () => {
  it('sends variables as JSON on standard input, with the same flags and target', () => {
    const args = ['--no-restart', 'shop', 'A=s3cr3t one', 'B=2'];
    expect(offArgv({ name: 'config:set', args, secrets: ['s3cr3t one', '2'] }, '0.38.0')).toEqual({
      name: 'config:import',
      args: ['--format', 'json', '--no-restart', 'shop', '-'],
      stdin: '{"A":"s3cr3t one","B":"2"}',
      secrets: ['s3cr3t one', '2'],
    });
    const encoded = {
      name: 'config:set',
      args: ['--encoded', '--global', 'A=czNjcjN0'],
      secrets: ['czNjcjN0'],
    };
    expect(offArgv(encoded, '0.37.0')).toMatchObject({
      args: ['--format', 'json', '--global', '-'],
      stdin: '{"A":"s3cr3t"}',
      secrets: ['s3cr3t'],
    });
  });

  it('sends a password on standard input', () => {
    const login = {
      name: 'registry:login',
      args: ['shop', 'r.example.com', 'me', 's3cr3t'],
      secrets: ['s3cr3t'],
    };
    expect(offArgv(login, '0.34.0')).toMatchObject({
      args: ['--password-stdin', 'shop', 'r.example.com', 'me'],
      stdin: 's3cr3t',
    });
    const auth = { name: 'git:auth', args: ['git.example.com', 'me', 's3cr3t'], secrets: ['s3cr3t'] };
    expect(offArgv(auth, '0.38.0')).toMatchObject({ args: ['git.example.com', 'me'], stdin: 's3cr3t' });
  });

  it.each([
    [
      'a Dokku that cannot take it',
      { name: 'config:set', args: ['shop', 'A=s3cr3t'], secrets: ['s3cr3t'] },
      '0.36.9',
    ],
    ['an older git:auth', { name: 'git:auth', args: ['h', 'me', 's3cr3t'], secrets: ['s3cr3t'] }, '0.37.9'],
    ['nothing secret', { name: 'git:auth', args: ['git.example.com'] }, '0.38.0'],
    ['other commands', { name: 'run', args: ['shop', 'x'], secrets: ['x'] }, '0.38.0'],
    [
      'what is on standard input',
      { name: 'git:auth', args: ['h', 'me'], stdin: 'x', secrets: ['x'] },
      '0.38.0',
    ],
  ])('leaves %s as it is', (_what, command, version) => expect(offArgv(command, version)).toBe(command));
});
