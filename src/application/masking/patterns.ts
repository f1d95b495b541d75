import { hideSignatures } from '../../domain/address.ts';
import { namesSecret } from '../../domain/secret-names.ts';
import { isWord } from './forms.ts';
import { MASK } from './mask.ts';

/** The shortest token (`xoxb-` and ten characters) and the shortest header (`authorization:x`) are as long as this. */
const SHORTEST_SHAPE = 15;

/**
 * Secrets that are known by their shape, whether or not their value was ever learned: credentials in addresses (the
 * DSNs that services print), private keys, authorization headers, password hashes, tokens of well-known makers, and
 * whatever stands beside a name that says it is a secret.
 */
export function maskShapes(text: string): string {
  let masked = text;
  if (masked.includes('://')) masked = maskAddresses(masked);
  if (masked.includes('?')) masked = hideSignatures(masked);
  if (masked.includes('PRIVATE KEY')) masked = maskPrivateKeys(masked);
  if (masked.includes('$')) masked = masked.replace(hash, MASK);
  const long = masked.length >= SHORTEST_SHAPE;
  if (long) masked = masked.replace(tokens, MASK);
  if (/[=:]/.test(masked)) {
    masked = maskBesideNames(long ? masked.replace(header, `$1${MASK}`) : masked);
  }
  return masked.includes('--') ? masked.replace(flag, `$1${MASK}`) : masked;
}

/** `user:password@`: a password may hold `/` and `@` (people paste them so), so it reaches to the last `@`. */
const credentials = /([a-z][a-z0-9+.-]{1,30}:\/\/[^\s:@/?#"'<>]{0,256}):([^\s"'`<>]{1,1024})@/gi;
/** `token@`, as git servers take it. */
const user = /([a-z][a-z0-9+.-]{1,30}:\/\/)([^\s:@/?#"'<>]{16,512})@/gi;

function maskAddresses(text: string): string {
  return text
    .replace(credentials, (whole: string, before: string, password: string) =>
      // A port and a path that has an `@` in it.
      /^\d{1,5}\//.test(password) || password === MASK ? whole : `${before}:${MASK}@`,
    )
    .replace(user, (_whole, before: string) => `${before}${MASK}@`);
}

const privateKey =
  /(-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----)[\s\S]*?(-----END (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----|$)/g;
/** The end of a key whose beginning was cut off. */
const endOfKey =
  /(?:^[^\S\n]*[A-Za-z0-9+/=]{8,80}\n){1,400}(?=[^\S\n]*-----END (?:[A-Z0-9]+ ){0,3}PRIVATE KEY)/gm;

function maskPrivateKeys(text: string): string {
  return text
    .replace(privateKey, (_whole, begin: string, end: string) => `${begin}${MASK}${end}`)
    .replace(endOfKey, `${MASK}\n`);
}

const header =
  /((?:proxy-)?authorization\\?["']?\s{0,4}[:=]\s{0,4}\\?["']?(?:bearer |basic |token |digest )?)[^\s"'\\]{1,4096}/gi;
/** crypt(3): what htpasswd and databases keep. */
const hash = /\$(?:apr1|1|2[abxy]|5|6|7|y|argon2(?:id|i|d))\$[A-Za-z0-9./+=,$-]{8,256}/g;
const flag =
  /(--?(?:[a-z-]{0,20}-)?(?:password|passwd|passphrase|token|secret|api-key|secret-key)[= ])(?!-)[^\s"']{1,1024}/gi;
const tokens = new RegExp(
  [
    '\\bgh[pousr]_[A-Za-z0-9]{30,255}|\\bgithub_pat_[A-Za-z0-9_]{40,255}|\\bglpat-[A-Za-z0-9_-]{18,64}',
    '\\bxox[abeoprs]-[A-Za-z0-9-]{10,255}|\\b(?:AKIA|ASIA)[A-Z0-9]{16}\\b|\\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,255}',
    '\\bdckr_pat_[A-Za-z0-9_-]{20,64}|\\bnpm_[A-Za-z0-9]{36}\\b|\\bSG\\.[A-Za-z0-9_-]{16,32}\\.[A-Za-z0-9_-]{32,64}',
    '\\bsk-[A-Za-z0-9_-]{32,255}|\\beyJ[A-Za-z0-9_-]{8,2048}\\.eyJ[A-Za-z0-9_-]{8,8192}\\.[A-Za-z0-9_-]{8,1024}',
  ].join('|'),
  'g',
);

/** A name at the beginning of a word, and what leads to its value: `KEY=`, `"key": `, `key => `. */
const beside =
  /(?<![A-Za-z0-9_.-])([A-Za-z_][A-Za-z0-9_.-]{1,99})(\\*["']?[ \t]{0,20}(?:=>|[=:])[ \t]{0,60})(\\*["'])?/g;

function maskBesideNames(text: string): string {
  let masked = '';
  let from = 0;
  // One pass at a time and no copy of the expression, which would cost more than most texts do.
  beside.lastIndex = 0;
  for (let match = beside.exec(text); match !== null; match = beside.exec(text)) {
    const [whole, name = '', lead = '', quote] = match;
    if (match.index < from || !namesSecret(name)) continue;
    const start = match.index + whole.length;
    const end = quote === undefined ? endOfWord(text, start) : endOfQuote(text, start, quote);
    const value = text.slice(start, end);
    if (!isHidden(text, match.index, { name, lead, quote, value, end })) continue;
    masked += `${text.slice(from, start)}${MASK}`;
    from = end;
  }
  return from === 0 ? text : masked + text.slice(from);
}

interface Beside {
  readonly name: string;
  readonly lead: string;
  readonly quote: string | undefined;
  readonly value: string;
  readonly end: number;
}

/** A sentence such as `Wrong password: try again` stays as it is; a line `password: try` does not. */
function isHidden(text: string, at: number, { name, lead, quote, value, end }: Beside): boolean {
  if (value === '' || value.startsWith('*')) return false;
  // What only stands for a value: ${VAR}, $(command), <placeholder>.
  if (/^(?:\$[{(A-Z_]|<|%[{(])/.test(value)) return false;
  if (quote !== undefined || /[="'>]/.test(lead))
    return !/^(?:true|false|null|none|nil|undefined)$/.test(value);
  if (/^[A-Z0-9_]+$/.test(name) || !isWord(value)) return true;
  const before = text.slice(text.lastIndexOf('\n', at) + 1, at);
  return /^[ \t-]*$/.test(before) && (end === text.length || text[end] === '\n');
}

function endOfWord(text: string, start: number): number {
  const found = text.slice(start, start + 8_192).search(/[\s"'`,;&)}\]<>]|\\+["']/);
  return found === -1 ? Math.min(text.length, start + 8_192) : start + found;
}

/** The next such quote that is not escaped any deeper; the end of the line when there is none. */
function endOfQuote(text: string, start: number, quote: string): number {
  const depth = quote.length - 1;
  const mark = quote.slice(-1);
  for (let at = start; at < text.length; at += 1) {
    if (text[at] === '\n') return at;
    if (text[at] !== mark) continue;
    let slashes = 0;
    while (text[at - 1 - slashes] === '\\' && at - slashes > start) slashes += 1;
    if (slashes === depth) return at - depth;
  }
  return text.length;
}
