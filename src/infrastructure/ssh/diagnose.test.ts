import { describe, expect, it } from 'vitest';
import { diagnose, isSocketTrouble, isTransient, reasonOfLoss, shownKey } from './diagnose.ts';

const target = { name: 'prod', destination: 'dokku@example.com' };

const changed = `@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@
@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @
@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@
The fingerprint for the ED25519 key sent by the remote host is
SHA256:abcDEF123+/.
Host key for example.com has changed and you have requested strict checking.
Host key verification failed.
`;
const unknown = `No ED25519 host key is known for example.com and you have requested strict checking.
Host key verification failed.
`;

describe('diagnose', () => {
  it.each([
    [changed, 'HOST_KEY_CHANGED', 'CHANGED'],
    [unknown, 'HOST_KEY_UNKNOWN', 'not known'],
    ['dokku@example.com: Permission denied (publickey).\n', 'AUTH_REFUSED', 'Permission denied (publickey)'],
    [
      'Received disconnect from 192.0.2.1 port 22:2: Too many authentication failures\n',
      'AUTH_REFUSED',
      'Too many authentication failures',
    ],
    [
      'Load key "/k": bad permissions\r\ndokku@example.com: Permission denied (publickey).\r\n',
      'AUTH_REFUSED',
      'Load key "/k": bad permissions; dokku@example.com: Permission denied',
    ],
    [
      'ssh: connect to host example.com port 22: Connection refused\n',
      'HOST_UNREACHABLE',
      'Connection refused',
    ],
    ['ssh: connect to host example.com port 22: Connection timed out\n', 'HOST_UNREACHABLE', 'timed out'],
    [
      'ssh: Could not resolve hostname example.com: Name or service not known\n',
      'HOST_UNREACHABLE',
      'resolve',
    ],
    [
      'command-line: line 0: Bad configuration option: nope\n',
      'HOST_UNREACHABLE',
      'Bad configuration option: nope',
    ],
    ['sh: 4: ssh: not found\n', 'HOST_UNREACHABLE', 'not installed'],
    ['spawn ssh ENOENT', 'HOST_UNREACHABLE', 'not installed'],
    ['', 'HOST_UNREACHABLE', 'without a word'],
  ])('reads %j', (stderr, code, words) => {
    const failure = diagnose(stderr, target);
    expect(failure.code).toBe(code);
    expect(failure.message).toContain(words);
  });

  it('gives the commands that verify and mend a changed key', () => {
    const { remedy } = diagnose(changed, target);
    expect(remedy).toContain('It now shows SHA256:abcDEF123+/.');
    expect(remedy).toContain('`ssh-keygen -R example.com`');
    expect(remedy).toContain('`ssh-keyscan example.com >> ~/.ssh/known_hosts`');
  });

  it('gives the commands that verify and add an unknown key, as ssh names the host', () => {
    const stderr = unknown.replace('example.com', '[192.0.2.7]:2222');
    const shown = { type: 'ssh-ed25519', fingerprint: 'SHA256:xyz' };
    const { remedy } = diagnose(stderr, { ...target, port: 2222, knownHosts: "/it's/known" }, shown);
    expect(remedy).toContain('It shows SHA256:xyz (ssh-ed25519).');
    expect(remedy).toContain("`ssh-keyscan -p 2222 192.0.2.7 >> '/it'\\''s/known'`");
    expect(remedy).toContain('`ssh -p 2222 dokku@example.com`');
  });

  it('lets no terminal control of a hostile host through', () => {
    const { message } = diagnose('\u001b[31mred\u001b[0m \u202Eevil\u0007\n', target);
    expect(message).toBe('Cannot reach prod over SSH: [31mred[0m evil');
  });
});

it('knows a host that hung up before the login, and a socket that could not be made', () => {
  expect(isTransient('kex_exchange_identification: Connection closed by remote host\n')).toBe(true);
  expect(isTransient('kex_exchange_identification: read: Connection reset by peer\n')).toBe(true);
  expect(isTransient('ssh: connect to host a port 22: Connection refused\n')).toBe(false);
  expect(isSocketTrouble('unix_listener: cannot bind to path /tmp/x: Operation not permitted\n')).toBe(true);
  expect(isSocketTrouble("ControlPath too long ('/x' >= 108 bytes)\n")).toBe(true);
  expect(isSocketTrouble('Permission denied (publickey).\n')).toBe(false);
});

it('says why a link ended in the words of ssh', () => {
  expect(reasonOfLoss('a banner\nTimeout, server 192.0.2.1 not responding.\r\n', 'other')).toBe(
    'Timeout, server 192.0.2.1 not responding.',
  );
  expect(reasonOfLoss('a banner\n', 'other')).toBe('other');
});

it('finds the host key in the debug log', () => {
  expect(shownKey('debug1: Server host key: ssh-ed25519 SHA256:a+b/c\ndebug1: x\n')).toEqual({
    type: 'ssh-ed25519',
    fingerprint: 'SHA256:a+b/c',
  });
  expect(shownKey('debug1: nothing')).toBeUndefined();
});
