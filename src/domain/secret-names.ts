/** Words that name a secret when a name ends in them: `DB_PASSWORD`, `apiToken`, `SECRET_KEY_BASE`. */
const LAST = new Set([
  ...['password', 'passwd', 'passphrase', 'passcode', 'pass', 'pwd', 'secret', 'token', 'credential'],
  ...['credentials', 'apikey', 'privatekey', 'secretkey', 'accesskey', 'dsn', 'salt', 'pat', 'signature'],
]);
/** Before `key`, and before `key base`. */
const KEY_KINDS = new Set([
  ...['api', 'access', 'secret', 'private', 'encryption', 'signing', 'master', 'session', 'auth', 'app'],
  ...['license', 'deploy', 'service', 'account', 'webhook', 'hmac', 'jwt'],
]);

/** How names of secrets may end. Most names end otherwise, which is seen without taking them apart. */
const ENDS = new Set([...LAST, 'key', 'base'].map((word) => word.slice(-2)));

/**
 * True when what is called so is a secret whatever it looks like. Judged by the last words, so that settings about
 * secrets (`TOKEN_TTL`, `PASSWORD_MIN_LENGTH`, `max_tokens`) and public keys are not.
 */
export function namesSecret(name: string): boolean {
  const end = name.slice(-2);
  if (/^[A-Za-z0-9]{2}$/.test(end) && !ENDS.has(end.toLowerCase())) return false;
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
  const last = words.at(-1) ?? '';
  if (LAST.has(last) || /(?:password|passwd|secret|token|apikey)$/.test(last)) return true;
  const at = last === 'base' ? -2 : -1;
  if (words.at(at) !== 'key') return false;
  // A variable of the environment that is called a key is one, unless it says that it is public.
  const kind = words.at(at - 1) ?? '';
  if (kind === 'public' || kind === 'pub' || kind === '') return false;
  return KEY_KINDS.has(kind) || /^[A-Z0-9_]+$/.test(name);
}
