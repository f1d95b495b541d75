import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OptionFault, sameOption, splitOptions } from './docker-option-words.ts';

describe('splitOptions', () => {
  test('makes one option of each flag with its words', () => {
    expect(splitOptions('--build-arg X=Y --link a -v /data:/data').options).toEqual([
      '--build-arg X=Y',
      '--link a',
      '-v /data:/data',
    ]);
  });

  test('quotes again what the shell would take apart', () => {
    expect(splitOptions(`--label "traefik.rule=Host(\`x\`)"`).options).toEqual([
      "--label 'traefik.rule=Host(`x`)'",
    ]);
  });

  test('lifts --process out', () => {
    expect(splitOptions('--process=web --cpus=2 --process worker')).toEqual({
      options: ['--cpus=2'],
      processes: ['web', 'worker'],
    });
  });

  test.each(['--process', "--label 'open", '--label "open'])('refuses %s', (text) => {
    expect(() => splitOptions(text)).toThrow(OptionFault);
  });

  test('is stable: an option that was stored is read back as itself', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z'"$ *;]{1,12}$/), (value) => {
        const quoted = `'${value.replaceAll("'", `'\\''`)}'`;
        const [stored = ''] = splitOptions(`--label ${quoted}`).options;
        expect(splitOptions(stored).options).toEqual([stored]);
      }),
    );
  });
});

describe('sameOption', () => {
  test('does not mind the quotes', () => {
    expect(sameOption('--label "a b"', "--label 'a b'")).toBe(true);
    expect(sameOption('--label a', '--label b')).toBe(false);
    expect(sameOption("--label 'open", '--label open')).toBe(false);
  });
});
