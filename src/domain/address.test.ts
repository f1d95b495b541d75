import { describe, expect, it } from 'vitest';
import { hideAddress, hideSignatures, secretsOfAddress } from './address.ts';

describe('the address of a source', () => {
  it.each([
    ['https://me:pw@git.example/x.git', 'https://me:********@git.example/x.git', ['pw']],
    ['https://ghp_1234@git.example/x.git', 'https://********@git.example/x.git', ['ghp_1234']],
    ['ssh://git@git.example/x.git', 'ssh://git@git.example/x.git', []],
    ['git@git.example:team/x.git', 'git@git.example:team/x.git', []],
    [
      'https://s3.example/a.tgz?X-Amz-Expires=60&X-Amz-Credential=AKIA%2Fx&X-Amz-Signature=0a1b',
      'https://s3.example/a.tgz?X-Amz-Expires=60&X-Amz-Credential=********&X-Amz-Signature=********',
      ['AKIA%2Fx', '0a1b'],
    ],
    [
      'https://blob.example/a.zip?sv=2024&se=2026-01-01&sig=q%3D',
      'https://blob.example/a.zip?sv=2024&se=2026-01-01&sig=********',
      ['q%3D'],
    ],
    ['https://x.example/a.tar?token=t1&v=2', 'https://x.example/a.tar?token=********&v=2', ['t1']],
    [
      'https://c.example/a.tar?Policy=p&Key-Pair-Id=K1&Signature=s',
      'https://c.example/a.tar?Policy=********&Key-Pair-Id=K1&Signature=********',
      ['p', 's'],
    ],
    [
      'https://x.example/a.tar?AWSAccessKeyId=A&key=k',
      'https://x.example/a.tar?AWSAccessKeyId=********&key=********',
      ['A', 'k'],
    ],
    ['ghcr.io/team/app:1', 'ghcr.io/team/app:1', []],
  ])('%s is shown without what lets in', (address, shown, secrets) => {
    expect(hideAddress(address)).toBe(shown);
    expect(hideAddress(shown)).toBe(shown);
    expect(secretsOfAddress(address)).toEqual(secrets);
  });

  it('is found in a text, which stays readable', () => {
    expect(hideSignatures('GET /a?page=2&sort_key=name&access_token=abc HTTP/1.1 sig=1')).toBe(
      'GET /a?page=2&sort_key=name&access_token=******** HTTP/1.1 sig=1',
    );
  });
});
