import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Secrets } from '../secrets.ts';

const through = (secrets: Secrets, lines: readonly string[]): string[] => {
  const stream = secrets.stream();
  return [...lines.flatMap((line) => [...stream.push(line)]), ...stream.end()];
};
const knowing = (...values: string[]): Secrets => {
  const secrets = new Secrets();
  secrets.learn(values);
  return secrets;
};

describe('MaskingStream', () => {
  it('masks a secret that is broken over lines, wherever it is broken, and keeps the number of lines', () => {
    const value = 'S3cr3t-of-some-length/and+more';
    const text = `a line before ${value} and after`;
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: text.length - 1 }), { maxLength: 4 }), (cuts) => {
        const at = [...new Set([0, ...cuts, text.length])].sort((a, b) => a - b);
        const lines = at.slice(1).map((to, index) => text.slice(at[index], to));
        const masked = through(knowing(value), lines);
        expect(masked).toHaveLength(lines.length);
        // What is left of it in front of a break may not be longer than what cannot be told from ordinary text.
        const rest = masked.join('').replaceAll('********', '');
        for (let from = 0; from + 8 <= value.length; from += 1)
          expect(rest).not.toContain(value.slice(from, from + 8));
      }),
    );
  });

  it('hands a line on at once when nothing in it can be a beginning', () => {
    const stream = knowing('S3cr3t-value').stream();
    expect(stream.push('ordinary')).toEqual(['ordinary']);
    expect(stream.push('ends in S3cr')).toEqual([]);
    expect(stream.push('and goes on')).toEqual(['ends in S3cr', 'and goes on']);
    expect(stream.push('ends in S3cr')).toEqual([]);
    expect(stream.end()).toEqual(['ends in S3cr']);
    expect(stream.end()).toEqual([]);
  });

  it('masks wrapped base64 of a secret', () => {
    const value = 'a long secret with many words in it, longer than one line of base64 can be';
    const wrapped = Buffer.from(`prefix ${value}`).toString('base64').replace(/.{40}/g, '$&\n').split('\n');
    const shown = through(knowing(value), wrapped);
    const decoded = Buffer.from(shown.join('').replaceAll('*', ''), 'base64').toString();
    expect(shown.join('')).toContain('********');
    expect(decoded).not.toContain('many words');
  });

  it('masks a private key line by line that nobody has learned', () => {
    const lines = [
      'before',
      '-----BEGIN EC PRIVATE KEY-----',
      'MHcCAQEE',
      'IIGl',
      '-----END EC PRIVATE KEY-----',
      'after',
    ];
    expect(through(new Secrets(), lines)).toEqual([
      'before',
      '-----BEGIN EC PRIVATE KEY-----********',
      '********',
      '********',
      '-----END EC PRIVATE KEY-----',
      'after',
    ]);
  });
});
