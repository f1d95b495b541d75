import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sanitize } from '../domain/sanitize.ts';
import { Secrets } from './secrets.ts';

const knowing = (...values: string[]): Secrets => {
  const secrets = new Secrets();
  secrets.learn(values);
  return secrets;
};

/** Text that is worth hiding: long enough, no plain word or number, and not made of the mask's own character. */
const secret = fc
  .string({ unit: 'grapheme', minLength: 8, maxLength: 40 })
  .map((text) => `S3${text.replaceAll('*', '+')}x-`);
const around = fc.string({ unit: 'grapheme', maxLength: 20 }).filter((text) => !text.includes('*'));
const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('Secrets', () => {
  it('masks a learned value in every form, whatever stands around it', () => {
    fc.assert(
      fc.property(secret, around, around, (value, before, after) => {
        const secrets = knowing(value);
        const shown: [string, string][] = [
          [value, `${before}${value}${after}`],
          [sanitize(value), sanitize(`${before} ${value} ${after}`)],
          [JSON.stringify(value).slice(1, -1), JSON.stringify({ a: `${before}${value}${after}` })],
          [encodeURIComponent(value), `https://h/?q=${encodeURIComponent(before + value + after)}`],
          [base64(value), `${base64(value)} ${after}`],
          [value.replaceAll("'", "'\\''"), `export A='${value.replaceAll("'", "'\\''")}'`],
        ];
        for (const [form, text] of shown) expect(secrets.mask(text)).not.toContain(form);
      }),
    );
  });

  it('masks it inside of the base64 of a longer text, at every offset and in both alphabets', () => {
    fc.assert(
      fc.property(secret, around, around, fc.boolean(), (value, before, after, urlSafe) => {
        const alphabet = urlSafe ? 'base64url' : 'base64';
        const text = Buffer.from(`${before}${value}${after}`).toString(alphabet);
        const masked = knowing(value).mask(text);
        expect(masked).toContain('********');
        for (const piece of masked.split('********')) {
          const decoded = Buffer.from(piece, alphabet).toString();
          expect(decoded.includes(value.slice(0, 8)) && decoded.includes(value.slice(-8))).toBe(false);
        }
      }),
    );
  });

  it('masks a text that it has shown before as soon as it knows more, also beside a key or of another host', () => {
    const secrets = new Secrets();
    const other = new Secrets();
    const text = 'value S3cr3t-one, PIN=x7, other S3cr3t-two';
    expect(secrets.mask(text)).toBe(text);
    secrets.learn(['S3cr3t-one']);
    expect(secrets.mask(text)).toBe('value ********, PIN=x7, other S3cr3t-two');
    secrets.learnVariables([['PIN', 'x7']]);
    expect(secrets.mask(text)).toBe('value ********, PIN=********, other S3cr3t-two');
    secrets.include(other);
    expect(secrets.mask(text)).toBe('value ********, PIN=********, other S3cr3t-two');
    other.learn(['S3cr3t-two']);
    expect(secrets.mask(text)).toBe('value ********, PIN=********, other ********');
  });

  it('leaves text without a known value as it is', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(!text.includes('s3cr3t-Value'));
        expect(knowing('s3cr3t-Value').mask(text)).toBe(text);
      }),
    );
  });

  it.each([
    ['short', 'ab1_2'],
    ['a word', 'production'],
    ['a number', '5432'],
    ['an address without credentials', 'https://shop.example.com'],
    ['a domain', 'shop.example.com'],
    ['the mask itself', '********'],
  ])('does not learn what is %s', (_what, value) => {
    expect(knowing(value).mask(`<${value}>`)).toBe(`<${value}>`);
  });

  it.each([
    ['a long passphrase of lower case', 'correcthorsebatterystaple'],
    ['a long number', '4929123412341234'],
    ['an address with credentials', 'postgres://u:p4ss@db.example.com:5432/x'],
    ['an address with a path', 'https://hooks.example.com/T00/B00/XXX'],
    ['mixed text', 'tok-4711-abc'],
  ])('learns %s', (_what, value) => {
    expect(knowing(value).mask(`<${value}>`)).toBe('<********>');
  });

  it('masks the lines of a value of several lines one by one, also when the value came with CR LF', () => {
    const secrets = knowing('-----BEGIN KEY-----\r\nMIIB-first\r\nMIIB-second\r\n');
    expect(secrets.mask('MIIB-second\nother\nMIIB-first')).toBe('********\nother\n********');
  });

  it('masks a value that holds another one as a whole, in whichever order they were learned', () => {
    for (const values of [
      ['tok-4711', 'tok-4711-rest'],
      ['tok-4711-rest', 'tok-4711'],
    ]) {
      expect(knowing(...values).mask('a tok-4711-rest b')).toBe('a ******** b');
    }
  });

  it('survives values that are no well-formed text', () => {
    expect(knowing('\ud800-lone-half').mask('a \ud800-lone-half b')).toBe('a ******** b');
  });

  it('masks every string of a JSON value and leaves keys and everything else', () => {
    const value = { 'tok-4711': ['tok-4711', 1, null, { deep: 'x tok-4711' }], at: true };
    expect(knowing('tok-4711').maskValue(value)).toEqual({
      'tok-4711': ['********', 1, null, { deep: 'x ********' }],
      at: true,
    });
    expect(new Secrets().maskValue(value)).toEqual(value);
  });

  describe('variables with their names', () => {
    const secrets = new Secrets();
    secrets.learnVariables([
      ['PIN', 'x7!k2'],
      ['NODE_ENV', 'production'],
      ['DB_PASSWORD', 'hunter'],
      ['LONG_PASSWORD', 'correcthorse'],
      ['DATABASE_URL', 'postgres://u:p%40ss-word@h/db'],
    ]);

    it.each([
      ['PIN=x7!k2', 'PIN=********'],
      ['"PIN": "x7!k2"', '"PIN": "********"'],
      ["PIN='x7!k2'", "PIN='********'"],
      ['       PIN:  x7!k2', '       PIN:  ********'],
      ['{\\"PIN\\":\\"x7!k2\\"}', '{\\"PIN\\":\\"********\\"}'],
      ['DB_PASSWORD: hunter', 'DB_PASSWORD: ********'],
      ['the password p@ss-word and p%40ss-word', 'the password ******** and ********'],
      ['said correcthorse', 'said ********'],
    ])('masks %s', (text, masked) => expect(secrets.mask(text)).toBe(masked));

    it.each([
      'PIN=x7!k23',
      'x7!k2 alone is anything',
      'OTHER=x7!k2',
      'NODE_ENV=production',
      'hunter is a word',
    ])('leaves %s', (text) => expect(secrets.mask(text)).toBe(text));
  });

  it('learns from a command what it sets, in whichever way it does', () => {
    for (const command of [
      { name: 'config:set', args: ['shop', 'A=tok-4711-abc'] },
      { name: 'config:set', args: ['--encoded', 'shop', `A=${base64('tok-4711-abc')}`] },
      { name: 'config:import', args: ['shop', '-'], stdin: '{"A":"tok-4711-abc"}' },
      { name: 'config:import', args: ['shop', '-'], stdin: 'export A="tok-4711-abc"\nB=1' },
      { name: 'registry:login', args: ['--password-stdin', 'shop', 'r', 'u'], stdin: 'tok-4711-abc\n' },
      { name: 'run', args: ['--env', 'A=tok-4711-abc', 'shop', 'true'] },
      { name: 'http-auth:add-user', args: ['shop', 'u', 'tok-4711-abc'], secrets: ['tok-4711-abc'] },
    ]) {
      const learned = new Secrets();
      learned.learnCommand(command);
      expect(learned.mask('a tok-4711-abc b')).toBe('a ******** b');
    }
  });

  it('masks what stands under a name that says it is a secret', () => {
    expect(
      new Secrets().maskValue({ password: 'plain', list: { api_token: ['a'] }, max_tokens: '5' }),
    ).toEqual({
      password: '********',
      list: { api_token: ['********'] },
      max_tokens: '5',
    });
  });

  it.each([
    ['hexadecimal', (text: string) => Buffer.from(text).toString('hex')],
    ['a form', (text: string) => new URLSearchParams({ a: text }).toString().slice(2)],
    ['JSON in JSON', (text: string) => JSON.stringify(JSON.stringify(text)).slice(3, -3)],
    [
      'HTML',
      (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;'),
    ],
    ['double quotes of a shell', (text: string) => text.replace(/[\\"$`]/g, '\\$&')],
  ])('masks a value in %s', (_what, encode) => {
    const value = 'S3c&r<t "va$lue" \\ x/y+z';
    expect(knowing(value).mask(`<${encode(value)}>`)).toBe('<********>');
  });
});

it('masks what another host keeps secret once that was read from here, whenever it was learned', () => {
  const [here, there] = [new Secrets(), new Secrets()];
  there.learn(['tok-4711-abc']);
  here.include(there);
  here.include(here);
  there.include(here);
  there.learn(['tok-0815-xyz']);
  expect(here.maskValue({ a: 'tok-4711-abc', b: ['x tok-0815-xyz'] })).toEqual({
    a: '********',
    b: ['x ********'],
  });
});

it('masks what stands in a PEM file and not its frame, which is the same for everybody', () => {
  const lines = [
    '-----BEGIN EC KEY-----',
    'MHcCAQEEIOb7x2tQyZ4',
    'oAoGCCqGSM49AwEHoUQ',
    '-----END EC KEY-----',
  ];
  const secrets = knowing(`${lines.join('\n')}\n`);
  expect(secrets.mask(`It begins with ${lines[0]}, then ${lines[1]}`)).toBe(
    'It begins with -----BEGIN EC KEY-----, then ********',
  );
  expect(secrets.mask(lines.join('\n'))).not.toMatch(/MHcC|oAoG/);
});
