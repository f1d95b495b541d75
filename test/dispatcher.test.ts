import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ValidationError } from '../src/domain/errors.ts';
import { dispatch } from '../src/infrastructure/dokku/dispatcher.ts';
import { encode } from '../src/infrastructure/dokku/encoder.ts';
import { realDispatch } from './support/real-dispatcher.ts';

const special = [
  ...[
    "'",
    "'",
    '"',
    '\\',
    '\\',
    ' ',
    ' ',
    ' ',
    '\t',
    '\n',
    '\r',
    '\v',
    '\f',
    '*',
    '?',
    '[a]',
    '$HOME',
    '`id`',
    ';',
    '-',
    '=',
    '~',
  ],
  ...['é', '😀', 'a', 'b', "''"],
  ...['--app', '--force', '--quiet', '--trace', '-n', '-e', '-nE', '--x'],
];
const commands = [
  'config:set',
  'run',
  'apps:list',
  'git:sync',
  'legit',
  'plugin:list',
  'plugin:install',
  'ssh-keys:add',
  '--app x',
];

const words = fc.array(
  fc.oneof(
    { weight: 40, arbitrary: fc.constantFrom(...special) },
    { weight: 4, arbitrary: fc.constantFrom(...commands) },
  ),
  { minLength: 1, maxLength: 12 },
);
const lines = fc
  .tuple(fc.constantFrom(...commands, ''), words, fc.constantFrom('', ' '))
  .map(([command, rest, glue]) => [command, rest.join(glue)].join(' '));

const argument = fc
  .array(fc.oneof(fc.constantFrom(...special), fc.string({ unit: 'grapheme', maxLength: 3 })), {
    maxLength: 6,
  })
  .map((parts) => parts.join(''));
const argvs = fc.tuple(
  fc.constantFrom('config:set', 'run', 'apps:report', 'git:sync'),
  fc.array(argument, { maxLength: 4 }),
);

interface Told {
  readonly line: string;
  readonly stderr: string;
}

describe('the model of the dispatcher, beside a recorded host', () => {
  const story = readFileSync(new URL('./transcripts/12-dispatcher.jsonl', import.meta.url), 'utf8');
  const told = story
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Told);

  it('puts the same words into the message for an unknown command', () => {
    const unknown = told.filter(({ stderr }) => stderr.includes('is not a dokku command'));
    expect(unknown.length).toBeGreaterThan(0);
    for (const { line, stderr } of unknown) {
      expect(stderr.split('\n')[0]).toBe(
        ` !     \`${dispatch(line).argv.join(' ')}\` is not a dokku command.`,
      );
    }
  });

  it('complains of quotes as the host did', () => {
    const complaints = told.filter(({ stderr }) => stderr.startsWith('xargs:'));
    expect(complaints.length).toBeGreaterThan(1);
    for (const { line, stderr } of complaints) expect(stderr.startsWith(dispatch(line).stderr)).toBe(true);
    expect(complaints.every(({ line }) => dispatch(line).stderr !== '')).toBe(true);
  });
});

describe('the model of the dispatcher, beside the bash, xargs and echo of this machine', () => {
  it('agrees on hand-picked lines', () => {
    const picked = [
      '',
      ' ',
      "''",
      "'' ",
      "''\n",
      "''\n x",
      "a ''",
      "a '",
      "'x",
      'a "x',
      'a \\',
      '\\',
      'a\\\nb',
      'a \f b',
    ];
    expect(picked.map(dispatch)).toEqual(realDispatch(picked));
  });

  it('agrees on 300 random lines', () => {
    fc.assert(
      fc.property(fc.array(lines, { minLength: 300, maxLength: 300 }), (batch) => {
        expect(batch.map(dispatch)).toEqual(realDispatch(batch));
      }),
      { numRuns: 1, endOnFailure: true },
    );
  }, 60_000);

  it('delivers 300 random encoded commands whole', () => {
    fc.assert(
      fc.property(fc.array(argvs, { minLength: 300, maxLength: 300 }), (batch) => {
        const sent = batch.flatMap(([name, args]) => {
          try {
            return [{ argv: [name, ...args], line: encode({ name, args }) }];
          } catch (error) {
            if (error instanceof ValidationError) return [];
            throw error;
          }
        });
        expect(sent.length).toBeGreaterThan(50);
        const arrived = realDispatch(sent.map(({ line }) => line));
        expect(arrived.map(({ argv }) => argv)).toEqual(sent.map(({ argv }) => argv));
        for (const { flags, stderr } of arrived) {
          expect({ flags, stderr }).toEqual({
            flags: { force: false, quiet: false, trace: false },
            stderr: '',
          });
        }
      }),
      { numRuns: 1, endOnFailure: true },
    );
  }, 60_000);
});
