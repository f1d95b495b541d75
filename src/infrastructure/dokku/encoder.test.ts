import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DomainError, ValidationError } from '../../domain/errors.ts';
import { dispatch } from './dispatcher.ts';
import { encode, longestLine } from './encoder.ts';

const app = 'my-app';

function refusal(name: string, args: readonly string[], version?: string): ValidationError {
  try {
    encode({ name, args }, version === undefined ? {} : { version });
  } catch (error) {
    if (error instanceof ValidationError) return error;
    throw error;
  }
  throw new Error('was not refused');
}

describe('encode', () => {
  it.each([
    [['config:set', app, 'A=1'], 'config:set my-app A=1'],
    [['config:set', app, "A=it's"], "config:set my-app A=it\\'s"],
    [['config:set', app, 'MSG=run with --app other'], 'config:set my-app MSG=run\\ with\\ \\-\\-app\\ other'],
    [['logs', '--num', '5', app], 'logs --num 5 my-app'],
    [['config:set', app, ''], "config:set my-app '' "],
    [['ps:set', app, '', 'x'], "ps:set my-app '' x"],
    [
      ['git:sync', '--build', app, 'https://h/x~y.git', 'a*b'],
      'git:sync --build my-app https://h/x~y.git a*b',
    ],
    [['git:set', app, 'deploy-branch', "'x"], "git:set my-app deploy-branch 'x"],
    [['config:set', app, 'A=\t\r😀é'], 'config:set my-app A=\\\t\\\r\\😀\\é'],
  ])('%j', ([name = '', ...args], line) => {
    expect(encode({ name, args })).toBe(line);
  });

  it('puts global flags before the command', () => {
    const line = encode({ name: 'apps:destroy', args: [app], flags: ['quiet', 'force'] });
    expect(line).toBe('--quiet --force apps:destroy my-app');
    expect(dispatch(line)).toMatchObject({
      argv: ['apps:destroy', app],
      flags: { force: true, quiet: true, trace: false },
    });
  });

  it.each([
    '',
    "it's",
    'say "x"',
    'a\\nb',
    'trailing \\',
    'a\tb',
    '$(id) $HOME `id`',
    '-5',
    '-nx',
    ' both ends ',
    '{"a":[1,"b"]}',
    '100%s %n',
    '#!;&|<>*?[a]~',
    'x --app victim --force --trace --quiet',
    '--app=victim',
    'naïve 👩‍💻 \u202e',
    '\u0007\u001b[31m',
    '-----BEGIN KEY-----',
  ])('carries the value %j', (value) => {
    for (const args of [
      [app, `K=${value}`],
      [app, value],
      [app, value, 'last'],
    ]) {
      const decoded = dispatch(encode({ name: 'config:set', args }));
      expect(decoded.argv).toEqual(['config:set', ...args]);
      expect(decoded.flags).toEqual({ force: false, quiet: false, trace: false });
    }
  });

  it.each([
    ['a\nb', /line break/],
    ['1\n--app\nvictim', /line break/],
    ['a\r\nb', /line break/],
    ['a\0b', /NUL/],
    ['\ud800', /surrogate/],
    ['--app', /global flag/],
    ['--force', /global flag/],
    ['--quiet', /global flag/],
    ['--trace', /global flag/],
    ['-n', /loses/],
    ['-e', /loses/],
    ['-E', /loses/],
    ['-nenE', /loses/],
    ['--help', /another program/],
    ['--version', /another program/],
  ])('refuses the argument %j and names its position', (argument, reason) => {
    const error = refusal('run', [app, 'sh', argument, 'x']);
    expect(error.field).toBe('argument 3');
    expect(error.message).toMatch(reason);
    expect(error.remedy).not.toBe('');
  });

  it('names the key of a variable and never shows its value', () => {
    const error = refusal('config:set', [app, 'TOKEN=top\nsecret']);
    expect(error.field).toBe('TOKEN');
    expect(JSON.stringify([error.message, error.remedy, error.details])).not.toContain('secret');
  });

  it.each([
    ['two words', /blanks/],
    ['https://h/x\tmain', /blanks/],
    ['x\r', /blanks/],
    ['no\u00a0break', /blanks/],
    ['\u001b', /blanks/],
    ['', /empty/],
    ['main\n--build', /line break/],
    ['x\0', /NUL/],
    ['--app', /global flag/],
    ['--trace', /global flag/],
  ])('refuses the git argument %j', (argument, reason) => {
    expect(refusal('git:sync', [app, argument]).message).toMatch(reason);
  });

  it.each([
    '',
    ' ',
    'CONFIG:SET',
    'config:',
    'config:set;id',
    ' config:set',
    'config:set\n',
    'config:set app',
    'config:../../apps/subcommands/destroy',
    'apps:destroy\u200b',
    '--app',
    '-n',
    '--version',
    ':list',
    'ps:scale:',
    'Apps:list',
    'k3s:report',
    'plugin:install',
    'plugin:installed',
    'ssh-keys:add',
    'scheduler-k3s:uninstall',
  ])('refuses the command name %j', (name) => {
    expect(refusal(name, []).field).toBe('command');
  });

  it('counts bytes as they are sent', () => {
    const room = longestLine - 'config:set a '.length;
    expect(encode({ name: 'config:set', args: ['a', 'x'.repeat(room)] })).toHaveLength(longestLine);
    expect(refusal('config:set', ['a', 'x'.repeat(room + 1)]).message).toContain('120000');
    expect(refusal('config:set', ['a', '"'.repeat(room / 2 + 1)]).field).toBe('args');
    expect(refusal('config:set', ['a', 'é'.repeat(room / 3 + 1)]).field).toBe('args');
  });

  it('refuses blanks for a host that cannot quote', () => {
    expect(encode({ name: 'ps:scale', args: [app, 'web=2'] }, { version: '0.33.9' })).toBe(
      'ps:scale my-app web=2',
    );
    const error = refusal('run', [app, 'echo', 'two words'], '0.33.9');
    expect(error.field).toBe('argument 3');
    expect(error.message).toContain('0.34');
    expect(refusal('config:set', [app, ''], '0.30.1').message).toContain('0.34');
    for (const version of ['0.34.0', '0.38.27', '1.0.0', undefined]) {
      const options = version === undefined ? {} : { version };
      expect(encode({ name: 'run', args: [app, 'two words'] }, options)).toBe('run my-app two\\ words');
    }
  });
});

const piece = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      "'",
      '"',
      '\\',
      ' ',
      '\t',
      '\r',
      '\v',
      '\f',
      '-',
      '=',
      '*',
      '?',
      '[',
      '$',
      '`',
      '~',
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom('\n', '\0', '\u00a0', '\u2028', '\ud83d', '\udc4d', '\ufeff') },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '--app',
      '--force',
      '--quiet',
      '--trace',
      '-n',
      '-e',
      '-nE',
      '--help',
      '--version',
      'git',
      'other',
    ),
  },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 4 }) },
  { weight: 2, arbitrary: fc.string({ unit: 'grapheme', maxLength: 6 }) },
);
const argument = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(''));
const commandName = fc.constantFrom(
  'config:set',
  'run',
  'apps:list',
  'docker-options:add',
  'git:sync',
  'git:set',
  'postgres:info',
);
const globalFlags = fc.subarray(['force', 'quiet'] as const);

describe('every argv', () => {
  it('is refused, or decodes to exactly itself without stray flags', () => {
    let carried = 0;
    fc.assert(
      fc.property(commandName, fc.array(argument, { maxLength: 4 }), globalFlags, (name, args, flags) => {
        let line: string;
        try {
          line = encode({ name, args, flags });
        } catch (error) {
          if (!DomainError.is(error, 'INVALID_ARGUMENT')) throw error;
          return;
        }
        carried += 1;
        expect(dispatch(line)).toEqual({
          argv: [name, ...args],
          flags: { force: flags.includes('force'), quiet: flags.includes('quiet'), trace: false },
          stderr: '',
          git: name.startsWith('git'),
          rootOnly: false,
        });
      }),
      { numRuns: 20_000 },
    );
    expect(carried).toBeGreaterThan(4_000);
  });
});
