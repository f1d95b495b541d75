import { DomainError } from '../../domain/errors.ts';
import type { SshTarget } from './ssh-arguments.ts';

/** The key a host showed, as ssh names it. */
export interface ShownKey {
  readonly type: string;
  readonly fingerprint: string;
}

const noise =
  /^(debug\d|Warning: Permanently added|@+$|\*+$|Transferred: |Bytes per second: |Authenticated to )/;
const authentication =
  /Permission denied|Too many authentication failures|No more authentication methods|Authentication failed|UNPROTECTED PRIVATE KEY|^Load key|agent refused operation|no such identity|Identity file .* not accessible|bad permissions/i;

/**
 * Turns what ssh said before it gave up into the failure a caller can act on. The wording is that of OpenSSH, which is
 * not translated; anything unknown is HOST_UNREACHABLE with ssh's own last words.
 */
export function diagnose(stderr: string, target: SshTarget, shown?: ShownKey): DomainError {
  const lines = readable(stderr);
  const text = lines.join('\n');
  if (/REMOTE HOST IDENTIFICATION HAS CHANGED|REVOKED HOST KEY|Host key for \S+ has changed/.test(text)) {
    return new DomainError('HOST_KEY_CHANGED', { host: target.name, remedy: changedRemedy(text, target) });
  }
  if (/Host key verification failed|host key is known for/.test(text)) {
    return new DomainError('HOST_KEY_UNKNOWN', {
      host: target.name,
      remedy: unknownRemedy(text, target, shown),
    });
  }
  if (/Permission denied|Too many authentication failures|No more authentication methods/.test(text)) {
    const reason = lines
      .filter((line) => authentication.test(line))
      .slice(-3)
      .join('; ');
    return new DomainError('AUTH_REFUSED', { host: target.name, reason });
  }
  const reason = /: not found$|: command not found$|ENOENT/m.test(text)
    ? 'the OpenSSH client (ssh) is not installed, or not on the PATH of this server'
    : (lines.at(-1) ?? 'ssh ended without a word');
  return new DomainError('HOST_UNREACHABLE', { host: target.name, reason });
}

/** True when the host hung up before it knew who we are, as sshd does beyond MaxStartups: it is worth another try. */
export function isTransient(stderr: string): boolean {
  return /(kex|ssh)_exchange_identification: (read: Connection reset|Connection closed)|banner exchange: .*reset/i.test(
    stderr,
  );
}

/** True when ssh could not set up its control socket; without it there is no mux, but ssh itself works. */
export function isSocketTrouble(stderr: string): boolean {
  return /unix_listener|muxserver_listen|ControlPath|ControlSocket|control socket|too long for Unix domain socket/i.test(
    stderr,
  );
}

/** Why an established link ended, in ssh's words if it left any. */
export function reasonOfLoss(stderr: string, otherwise: string): string {
  const said = readable(stderr).filter((line) =>
    /closed|reset|timeout|timed out|not responding|disconnect|broken pipe|corrupted|too long/i.test(line),
  );
  return said.at(-1) ?? otherwise;
}

/** Reads the host key out of ssh's debug log. */
export function shownKey(log: string): ShownKey | undefined {
  const found = /Server host key: (\S+) (SHA256:[A-Za-z0-9+/=]+)/.exec(log);
  const [, type, fingerprint] = found ?? [];
  return type === undefined || fingerprint === undefined ? undefined : { type, fingerprint };
}

/** Lines without terminal control, which a hostile host may have put there, and without ssh's decoration. */
function readable(stderr: string): string[] {
  return stderr
    .split('\n')
    .map((line) =>
      line
        .replace(/[\p{Cc}\p{Cf}]/gu, '')
        .trim()
        .slice(0, 300),
    )
    .filter((line) => line !== '' && !noise.test(line));
}

function changedRemedy(text: string, target: SshTarget): string {
  const fingerprint = /SHA256:[A-Za-z0-9+/=]+/.exec(text)?.[0];
  const offered = fingerprint === undefined ? '' : ` It now shows ${fingerprint}.`;
  const entry = knownName(/Host key for (\S+) has changed/.exec(text)?.[1], target);
  return (
    `Stop and ask whoever runs the host whether its key was replaced.${offered} On the host, ` +
    '`ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub` shows the true one. Only if they agree, remove the old key with ' +
    `\`ssh-keygen -R ${shellWord(entry)}${fileOption(target)}\` and add the new one with \`${keyscan(entry, target)}\`.`
  );
}

function unknownRemedy(text: string, target: SshTarget, shown: ShownKey | undefined): string {
  const entry = knownName(/host key is known for (\S+) and/.exec(text)?.[1], target);
  const offered = shown === undefined ? '' : ` It shows ${shown.fingerprint} (${shown.type}).`;
  const port = target.port === undefined ? '' : `-p ${target.port} `;
  return (
    `Verify the key first.${offered} On the host, \`ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub\` shows the true ` +
    `one. If they agree, add it with \`${keyscan(entry, target)}\`, or connect once by hand and answer the question: ` +
    `\`ssh ${port}${target.destination}\`.`
  );
}

function keyscan(entry: string, target: SshTarget): string {
  const [, bracketed, port] = /^\[(.+)\]:(\d+)$/.exec(entry) ?? [];
  const where = bracketed === undefined ? shellWord(entry) : `-p ${port} ${shellWord(bracketed)}`;
  return `ssh-keyscan ${where} >> ${target.knownHosts === undefined ? '~/.ssh/known_hosts' : shellWord(target.knownHosts)}`;
}

/** The name under which known_hosts has the host: what ssh said, else what the destination says. */
function knownName(said: string | undefined, target: SshTarget): string {
  if (said !== undefined) return said.replace(/,.*$/, '');
  const host = target.destination.replace(/^.*@/, '');
  return target.port === undefined || target.port === 22 ? host : `[${host}]:${target.port}`;
}

function fileOption(target: SshTarget): string {
  return target.knownHosts === undefined ? '' : ` -f ${shellWord(target.knownHosts)}`;
}

function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
