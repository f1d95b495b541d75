import { namesSecret } from './secret-names.ts';

export const HIDDEN = '********';

/** One parameter of a query; in HTML a `;` stands before it. */
const parameter = /([?&;])([a-z0-9_.-]{1,64})=([^&;\s#"'<>`\\]{1,4096})/gi;
/** What signs an address, where its name does not say so by itself (SAS, S3, CloudFront, Google). */
const signs = /(?:^|[-_.])(?:sig|jwt|hmac|auth|policy|awsaccesskeyid)$|^key$/i;

/** Masks the passwords of addresses (`scheme://user:password@host`), which programs print more often than they should. */
export function hideCredentials(text: string): string {
  return text.replace(/(:\/\/[^\s:@/]{0,256}:)[^\s@/]{1,1024}@/g, `$1${HIDDEN}@`);
}

/** Masks in queries what lets whoever has the address in: signatures, tokens, keys. */
export function hideSignatures(text: string): string {
  if (!text.includes('=')) return text;
  return text.replace(parameter, (whole, before: string, name: string, value: string) =>
    value !== HIDDEN && (namesSecret(name) || signs.test(name)) ? `${before}${name}=${HIDDEN}` : whole,
  );
}

/**
 * The address of a source as it may be kept and shown: without password, without a token in the place of the user, without
 * what signs it. The same text when it holds nothing of these; idempotent.
 */
export function hideAddress(address: string): string {
  const known = hideSignatures(hideCredentials(address));
  return known.replace(/^(https?:\/\/)[^\s:@/?#]+@/i, `$1${HIDDEN}@`);
}

/** What `hideAddress` takes out of an address. */
export function secretsOfAddress(address: string): readonly string[] {
  const secrets: string[] = [];
  const [, user = '', password = ''] =
    /^[a-z][a-z0-9+.-]*:\/\/([^\s:@/]*)(?::([^\s@/]*))?@/i.exec(address) ?? [];
  if (password !== '') secrets.push(password);
  else if (/^https?:/i.test(address) && user !== '') secrets.push(user);
  for (const [, , name = '', value = ''] of address.matchAll(parameter)) {
    if (namesSecret(name) || signs.test(name)) secrets.push(value);
  }
  return secrets;
}
