import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskShapes } from './patterns.ts';

const key = (middle: string) => `-----BEGIN RSA PRIVATE KEY-----\n${middle}\n-----END RSA PRIVATE KEY-----`;

describe('maskShapes', () => {
  it.each([
    [
      'a DSN',
      'postgres://shop:Hunt3r@db.internal:5432/shop',
      'postgres://shop:********@db.internal:5432/shop',
    ],
    ['a DSN without a user', 'redis://:Hunt3r@cache:6379', 'redis://:********@cache:6379'],
    ['a password with / and @', 'mysql://u:Hu/n@t3r@h/db', 'mysql://u:********@h/db'],
    [
      'a token in a git address',
      'https://x0123456789abcdef0123@git.example.com/a.git',
      'https://********@git.example.com/a.git',
    ],
    ['a variable', 'export DB_PASSWORD=Hunt3r next', 'export DB_PASSWORD=******** next'],
    ['a quoted variable', `API_KEY='Hunt 3r' next`, `API_KEY='********' next`],
    ['JSON', '{"apiToken": "Hunt\\"3r", "user": "u"}', '{"apiToken": "********", "user": "u"}'],
    ['JSON in JSON', '{\\"token\\":\\"Hunt3r\\",\\"a\\":1}', '{\\"token\\":\\"********\\",\\"a\\":1}'],
    ['a line of YAML', '  password: hunter\n', '  password: ********\n'],
    ['a hash of Ruby', ':password=>"hunter"', ':password=>"********"'],
    ['a query', 'GET /x?token=Hunt3r&page=2', 'GET /x?token=********&page=2'],
    ['a flag', 'psql --password Hunt3r -h db', 'psql --password ******** -h db'],
    ['a header', 'Authorization: Bearer abc.def', 'Authorization: Bearer ********'],
    ['basic authorization', 'authorization: Basic dTpw', 'authorization: Basic ********'],
    ['a hash of a password', 'bob:$apr1$x9sUk2/0$Zb1eLJ0ABCDEF', 'bob:********'],
    ['a bcrypt hash', '$2y$05$abcdefghijklmnopqrstuv', '********'],
    ['a token of GitHub', `clone ghp_${'a1'.repeat(18)} now`, 'clone ******** now'],
    ['a key of AWS', 'id AKIAABCDEFGHIJKLMNOP', 'id ********'],
    [
      'a private key',
      key('MIIE+abc/def=\nxyz'),
      '-----BEGIN RSA PRIVATE KEY-----********-----END RSA PRIVATE KEY-----',
    ],
    [
      'a private key that is cut off',
      '-----BEGIN PRIVATE KEY-----\nMIIE',
      '-----BEGIN PRIVATE KEY-----********',
    ],
    [
      'the end of a private key',
      'MIIEabcdefgh\nijklmnop==\n-----END PRIVATE KEY-----',
      '********\n-----END PRIVATE KEY-----',
    ],
  ])('masks %s', (_what, text, masked) => {
    expect(maskShapes(text)).toBe(masked);
    expect(maskShapes(masked)).toBe(masked);
  });

  it.each([
    'Wrong password: try again, or ask for a token',
    'https://shop.example.com:8443/@scope/package',
    'ssh://git@github.com/acme/shop.git and git@github.com:acme/shop.git',
    'TOKEN_TTL=3600 and PASSWORD_MIN_LENGTH: 8',
    'PASSWORD=$' + '{DB_PASSWORD}',
    'security.secret_env allows SECRET_*; raise max_tokens or tail',
    'reveal needs security.reveal: true in the configuration',
    '-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----',
    '2026-11-25T18:00:00Z app[web.1]: GET / 200 in 12 ms',
    'dokku config:import --no-restart --format json shop -',
    'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHhhbGxv dokku',
    'password: ********',
  ])('leaves %j as it is', (text) => expect(maskShapes(text)).toBe(text));

  it('never gives back a password in an address, whatever it holds', () => {
    const password = fc
      .stringMatching(/^[A-Za-z0-9!#$%&*+,./:;=?@^_~-]{6,30}$/)
      .filter((text) => !/^\d{1,5}\//.test(text));
    fc.assert(
      fc.property(password, (secret) => {
        const value = `S3${secret}x-`;
        expect(maskShapes(`url postgres://user:${value}@host/db end`)).not.toContain(value);
      }),
    );
  });

  it('takes a time that goes by the length of the text', () => {
    for (const text of [
      'a'.repeat(200_000),
      'a:'.repeat(100_000),
      'http://a:'.repeat(20_000),
      '--'.repeat(100_000),
      '$9$'.repeat(60_000),
    ]) {
      expect(maskShapes(text)).toBe(text);
    }
  });
});
