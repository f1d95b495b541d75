import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EnvFileFault, readEnvFile, writeEnvFile } from './env-file.ts';

const key = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,8}$/);
/** Values that Dokku keeps: no whole number (it is normalised), nothing that ends in a double quote or a backslash. */
const safe = fc
  .string({ unit: 'binary', maxLength: 20 })
  .filter((value) => !/["\\]$/.test(value) && !/^[+-]?\d+$/.test(value));

test('what is written is read back, but for values that end in a double quote or a backslash', () => {
  fc.assert(
    fc.property(fc.dictionary(key, safe, { noNullPrototype: true }), (entries) => {
      const variables = new Map(Object.entries(entries));
      expect(readEnvFile(writeEnvFile(variables))).toEqual(variables);
    }),
  );
});

test.each([
  ['"quoted"', '"quoted\\'],
  ['ab"', 'ab\\'],
  ['007', '7'],
  ['+5', '5'],
])('%s is read back as %s', (value, read) => {
  expect(readEnvFile(writeEnvFile(new Map([['A', value]]))).get('A')).toBe(read);
});

test.each(['ab\\', '\\\\'])('%s makes the file unreadable', (value) => {
  const text = writeEnvFile(new Map([['A', value]]));
  expect(() => readEnvFile(text)).toThrow(EnvFileFault);
});

test('an imported file may hold comments, exports, bare and quoted values', () => {
  const text = '# first\nexport A=one # note\nB=\'two # no note\'\nC="line1\\nline2"\nD: yaml\n\nE=';
  expect([...readEnvFile(text)]).toEqual([
    ['A', 'one'],
    ['B', 'two # no note'],
    ['C', 'line1\nline2'],
    ['D', 'yaml'],
    ['E', ''],
  ]);
});

test('a name that no variable can have is refused with the rest of the text', () => {
  expect(() => readEnvFile('{"A":"b"}')).toThrow(
    'unexpected character "{" in variable name near "{\\"A\\":\\"b\\"}"',
  );
});
