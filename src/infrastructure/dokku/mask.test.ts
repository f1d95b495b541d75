import { describe, expect, it } from 'vitest';
import { mask } from './mask.ts';

describe('mask', () => {
  it('hides a secret in every form in which Dokku may quote it', () => {
    const secret = 'pa"ss\\w\'ord';
    const text = `plain ${secret}, json ${JSON.stringify(secret)}, shell ${secret.replaceAll("'", "'\\''")}`;
    const masked = mask(text, [secret]);
    expect(masked).toBe('plain ********, json "********", shell ********');
  });

  it('hides each line of a secret of several lines, but no trifles', () => {
    expect(mask('has MIIEpAIBAAKCAQEA here and a }', ['-----BEGIN\nMIIEpAIBAAKCAQEA\n}'])).toBe(
      'has ******** here and a }',
    );
  });

  it('hides the longer secret first and ignores empty ones', () => {
    expect(mask('abcdef abc', ['abc', 'abcdef', ''])).toBe('******** ********');
    expect(mask('text', undefined)).toBe('text');
  });
});
