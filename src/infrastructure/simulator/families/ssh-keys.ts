import type { Family, Handler } from '../invocation.ts';
import { fail } from '../output.ts';

const ALLOWED = 'no-agent-forwarding,no-user-rc,no-X11-forwarding,no-port-forwarding';

/** `ssh-keys:list [--format text|json] [name]`; adding and removing keys needs root. */
const list: Handler = async (call) => {
  await call.sleep(60);
  const formatted = call.args[0] === '--format';
  const format = formatted ? (call.args[1] ?? '') : 'text';
  const name = (formatted ? call.args[2] : call.args[0]) ?? '';
  if (format !== 'text' && format !== 'json') {
    fail(call, 'Invalid output format specified, supported formats: json, text');
  }
  const keys = call.host.keys.filter((key) => name === '' || key.name === name);
  if (format === 'json') {
    const rows = keys.map(({ fingerprint, name: owner, publicKey }) =>
      name === ''
        ? `{ "fingerprint": "${fingerprint}", "name": "${owner}", "SSHCOMMAND_ALLOWED_KEYS": "${ALLOWED}", "public-key": "${publicKey}" }`
        : JSON.stringify({
            fingerprint,
            name: owner,
            SSHCOMMAND_ALLOWED_KEYS: ALLOWED,
            'public-key': publicKey,
          }),
    );
    call.out(`[${rows.join(name === '' ? ', ' : ',')}]\n`);
    return 0;
  }
  for (const key of keys) {
    call.out(`${key.fingerprint} NAME="${key.name}" SSHCOMMAND_ALLOWED_KEYS="${ALLOWED}"\n`);
  }
  return keys.length === 0 ? 1 : 0;
};

/** The ssh-keys plugin (plugins/ssh-keys of Dokku 0.38.27) as far as it may be used over SSH. */
export const sshKeys: Family = { commands: { 'ssh-keys:list': list } };
