import { randomBytes, randomUUID } from 'node:crypto';

/** Where a canary is planted. */
export type Place = 'app' | 'global' | 'input' | 'env' | 'file' | 'settings' | 'host';

/** A secret that must never be seen anywhere but where it belongs. */
export interface Canary {
  readonly key: string;
  readonly value: string;
  readonly place: Place;
}

const hex = (bytes: number): string => randomBytes(bytes).toString('hex');
const base64 = (bytes: number): string => randomBytes(bytes).toString('base64');
/** Begins and ends in letters, so that what stands around it cannot be taken for a part of it. */
const word = (): string => `Cn${hex(6)}Yx`;
const pem = (kind: string): string =>
  `-----BEGIN ${kind}PRIVATE KEY-----\n${base64(48)}\n${base64(48)}\n${base64(20)}\n-----END ${kind}PRIVATE KEY-----`;

/** Shapes that secrets of apps have, each under a name that does not tell. */
const shapes: readonly (() => string)[] = [
  ...[word, () => hex(16), () => hex(32), () => hex(4), randomUUID],
  ...[() => base64(24), () => base64(33), () => randomBytes(24).toString('base64url')],
  ...[() => `sk_live_${hex(12)}`, () => `ghp_${hex(18)}`, () => `glpat-${hex(10)}`],
  ...[() => `xoxb-${hex(6)}-${hex(6)}`, () => `AKIA${hex(8).toUpperCase()}`],
  ...[
    () => `${word()} with blanks and ${word()}`,
    () => `${word()}'quote"both$x\`y`,
    () => `${word()}\\back\\slash/x`,
  ],
  ...[
    () => `${word()}<&>;|*?!#x`,
    () => `${word()}äöü€漢字x`,
    () => `${word()}%20+%2Fx`,
    () => `${word()}\ttab\tx`,
  ],
  ...[
    () => `{"user":"u","password":"${word()}"}`,
    () => `first ${word()}\nsecond ${word()}\nthird ${word()}`,
  ],
  ...[() => pem(''), () => pem('RSA '), () => pem('EC ')],
  ...[() => `postgres://u:${word()}@db.internal:5432/x`, () => `redis://:${word()}@cache:6379/0`],
  ...[() => `amqp://u:${word()}%40x@mq/v`, () => `https://u:${word()}@git.internal/x.git`],
  ...[() => `https://hooks.internal/${word()}/${word()}`, () => `eyJ${word()}.eyJ${word()}.${word()}`],
  ...[() => `${word()}${'long'.repeat(200)}${word()}`, () => String(10n ** 17n + BigInt(`0x${hex(6)}`))],
];

/** More than fifty of them, new in every run; `tlsKey` is the PEM text of a real private key. */
export function createCanaries(tlsKey: string): readonly Canary[] {
  const at = (place: Place, keys: readonly string[], make: () => string): Canary[] =>
    keys.map((key) => ({ key, value: make(), place }));
  return [
    ...shapes.map((make, index): Canary => ({ key: `VALUE_${index}`, value: make(), place: 'app' })),
    ...at('global', ['SHARED_A', 'SHARED_B'], word),
    ...at(
      'input',
      [
        'SET_BY_TOOL',
        'SET_BY_COMMAND',
        'IMPORTED',
        'LOGIN',
        'GIT_AUTH',
        'GIT_URL',
        'SERVICE_ENV',
        'S3_TEXT',
        'DNS_TOKEN',
        'ARCHIVE_SIGNATURE',
        'ARCHIVE_SIG',
      ],
      word,
    ),
    ...at('env', ['SECRET_ENV_A', 'SECRET_ENV_B', 'SECRET_S3_ID', 'SECRET_REGISTRY'], word),
    ...at('file', ['one', 'two', 's3', 'registry'], word),
    { key: 'tls.key', value: tlsKey, place: 'file' },
    ...at('settings', ['CANARY_SETTING'], word),
    ...at(
      'host',
      [
        'SERVICE_DSN',
        'CERT_KEY',
        'HTTP_AUTH',
        'UNKNOWN_TOKEN',
        'DB_PASSWORD',
        'CACHE_PASSWORD',
        'PUSHED_URL',
      ],
      word,
    ),
  ];
}

/** What a canary is looked for as: raw and in each encoding that might carry it unseen. Made apart from the product. */
export function needles({ value }: Canary): readonly string[] {
  const texts = value.includes('\n')
    ? value.split('\n').filter((line) => !line.startsWith('-----'))
    : [value];
  // Of an address and of JSON, the part that is secret.
  const parts = texts.flatMap((text) => [text, ...(text.match(/Cn[0-9a-f]{12}Yx/g) ?? [])]);
  return [...new Set(parts.flatMap(encodings))].filter((text) => text.length >= 8);
}

function encodings(text: string): string[] {
  const aligned = [0, 1, 2].map((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), Buffer.from(text)]).toString('base64');
    return encoded.slice(
      Math.ceil((before * 8) / 6),
      Math.floor(((before + Buffer.byteLength(text)) * 8) / 6),
    );
  });
  const bytes = Buffer.from(text).toString('hex');
  const json = JSON.stringify(text).slice(1, -1);
  return [text, json, encodeURIComponent(text), bytes, bytes.toUpperCase(), ...aligned];
}
