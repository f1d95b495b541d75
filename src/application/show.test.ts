import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quote, showCommand } from './show.ts';

describe('showCommand', () => {
  it('shows flags, name and words, quoted where a shell would need it', () => {
    const command = { name: 'run', args: ['shop', 'sh', '-c', `echo it's; ls`], flags: ['force' as const] };
    expect(showCommand(command)).toBe(`dokku --force run shop sh -c 'echo it'\\''s; ls'`);
  });

  it('tells how much goes on standard input and shows nothing of it', () => {
    const stdin = '{"A":"ü-secret"}';
    expect(showCommand({ name: 'config:import', args: ['shop', '-'], stdin })).toBe(
      'dokku config:import shop - < (17 bytes on standard input)',
    );
  });

  it('never shows a secret, whatever it is and wherever it stands', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !/[*'\\u{}]/.test(text)),
          { minLength: 1, maxLength: 4 },
        ),
        fc.array(fc.string({ unit: 'grapheme' })),
        (secrets, words) => {
          const args = [...words.map((word, index) => `${word}${secrets[index % secrets.length]}${word}`)];
          const [, ...shown] = showCommand({ name: 'x:y', args, secrets }).split('dokku x:y');
          const rest = shown.join('').replace(/\\u\{[0-9a-f]+\}/g, '');
          for (const one of secrets.filter((secret) => secret !== ' ')) expect(rest).not.toContain(one);
        },
      ),
    );
  });

  it('masks a secret that holds another one as a whole', () => {
    const secrets = ['abc', 'abcdef'];
    expect(showCommand({ name: 'x', args: ['KEY=abcdef'], secrets })).toBe('dokku x KEY=********');
  });

  it('masks words only, so that a short value does not hide which command it is', () => {
    expect(showCommand({ name: 'ps:scale', args: ['shop', 'web=1'], secrets: ['s', '1'] })).toMatch(
      /^dokku ps:scale /,
    );
  });

  it('is one line of visible characters', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (args) => {
        expect(showCommand({ name: 'run', args })).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      }),
      { numRuns: 50 },
    );
    expect(showCommand({ name: 'run', args: ['a\n- dokku apps:list', '\u202egnp'] })).toBe(
      `dokku run 'a\\u{a}- dokku apps:list' '\\u{202e}gnp'`,
    );
  });
});

describe('quote', () => {
  it('makes one word of any text, by the rules of a POSIX shell', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const quoted = quote(text);
        const read = quoted.startsWith("'")
          ? quoted
              .slice(1, -1)
              .split(`'\\''`)
              .map((part) => {
                expect(part).not.toContain("'");
                return part;
              })
              .join("'")
          : quoted;
        expect(read).toBe(text);
      }),
    );
  });
});
