import { sanitize } from '../../domain/sanitize.ts';
import { SHORTEST } from './mask.ts';

/**
 * What is not worth hiding and would garble ordinary text: lower-case words and numbers of a usual length, and
 * addresses without credentials, path and query (an app's domains stand in its configuration more often than not).
 */
export function isPlain(value: string): boolean {
  return (
    isWord(value) ||
    /^\*+$/.test(value) ||
    /^(?:https?:\/\/)?(?:[a-z0-9-]{1,63}\.)+[a-z]{2,24}(?::\d{1,5})?\/?$/.test(value)
  );
}

/** A lower-case word or a number. */
export function isWord(value: string): boolean {
  return /^(?:[a-z]{1,15}|[0-9]{1,7}|[0-9]+\.[0-9.]{1,13})$/.test(value);
}

/**
 * A value as it is, cleaned, quoted for JSON (once, twice, and Go's way), for a shell and for HTML, in an address, in
 * hexadecimal digits, and inside of base64. Forms shorter than {@link SHORTEST} are left out.
 */
export function formsOf(value: string): string[] {
  const json = inner(JSON.stringify(value));
  const bytes = new TextEncoder().encode(value);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [
    ...[value, sanitize(value), json, inner(JSON.stringify(json))],
    json.replace(/[<>&]/g, (char) => `\\u00${char.charCodeAt(0).toString(16)}`),
    ...inAddress(value),
    ...inShell(value),
    ...[...inHtml(value), hex, hex.toUpperCase(), ...base64(bytes)],
  ].filter((form) => form.length >= SHORTEST);
}

function inner(quoted: string): string {
  return quoted.slice(1, -1);
}

/** By `encodeURIComponent`, as RFC 3986 has it, in a form (a blank is a plus), and with lower-case digits. */
function inAddress(value: string): string[] {
  const loose = encodeURIComponent(value.replace(/\p{Cs}/gu, '\ufffd'));
  const strict = loose.replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  const upper = [loose, strict, strict.replaceAll('%20', '+')];
  return [...upper, ...upper.map((form) => form.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()))];
}

/** Inside single quotes, inside double quotes, and with a backslash before each special character (`printf %q`). */
function inShell(value: string): string[] {
  return [
    value.replaceAll("'", "'\\''"),
    value.replaceAll("'", `'"'"'`),
    value.replace(/[\\"$`]/g, '\\$&'),
    value.replace(/[^A-Za-z0-9_@%+=:,./\n-]/g, '\\$&'),
  ];
}

function inHtml(value: string): string[] {
  const escaped = value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const quoted = escaped.replaceAll('"', '&quot;');
  return [escaped, quoted.replaceAll("'", '&#39;'), quoted.replaceAll("'", '&#x27;')];
}

/**
 * Base64 of a longer text shows a value in one of three ways, by where it begins; of each the characters that hold
 * nothing of what stands before and after it, also in the alphabet for addresses (RFC 4648 section 5).
 */
function base64(bytes: Uint8Array): string[] {
  return [0, 1, 2].flatMap((before) => {
    const shifted = new Uint8Array(before + bytes.length);
    shifted.set(bytes, before);
    const text = btoa(Array.from(shifted, (byte) => String.fromCharCode(byte)).join(''));
    const own = text.slice(Math.ceil((before * 8) / 6), Math.floor((shifted.length * 8) / 6));
    return [own, own.replaceAll('+', '-').replaceAll('/', '_')];
  });
}
