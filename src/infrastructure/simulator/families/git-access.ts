import { createHash } from 'node:crypto';
import { Exit, type Handler, type Invocation } from '../invocation.ts';
import { fail, info, warning } from '../output.ts';

const allowHost: Handler = async (call) => {
  await call.sleep(45);
  const [server = ''] = call.args;
  if (server === '') fail(call, 'Please supply a git host');
  if (call.host.world.gitHosts.includes(server)) {
    call.err(`# ${server}:22 SSH-2.0-${call.host.random.hex(7)}\n`);
    call.out(info(`${server} added to known hosts`));
    return 0;
  }
  if (!/^[\d.]+$|^localhost$/.test(server)) {
    call.err(`getaddrinfo ${server}: Name or service not known\r\n`);
  }
  return 1;
};

/** `git:auth HOST [USER [PASSWORD]]`; the password may come on standard input. */
function credentials(call: Invocation): { server: string; user: string; password: string } {
  const [server = '', user = '', given = ''] = call.args;
  if (server === '') fail(call, 'Please supply a git host');
  const typed = call.tty ? '' : (call.stdin.toString('utf8').split('\n')[0] ?? '');
  const password = given === '' && user !== '' ? typed : given;
  if (user !== '' && password === '') fail(call, 'Missing password for netrc auth entry');
  return { server, user, password };
}

const auth: Handler = async (call) => {
  await call.sleep(50);
  const { server, user, password } = credentials(call);
  if (user === '') {
    call.out(info(`Removing netrc auth entry for host ${server}`));
    call.host.netrc.delete(server);
    return 0;
  }
  call.out(info(`Setting netrc auth entry for host ${server}`));
  call.host.netrc.set(server, `${user}:${password}`);
  return 0;
};

const authStatus: Handler = async (call) => {
  await call.sleep(50);
  const { server, user, password } = credentials(call);
  const now = call.host.netrc.get(server) ?? '';
  return now === (user === '' ? '' : `${user}:${password}`) ? 0 : 1;
};

const publicKey: Handler = async (call) => {
  await call.sleep(43);
  if (call.host.deployKey !== undefined) {
    call.out(`${call.host.deployKey}\n`);
    return 0;
  }
  call.err(warning('There is no deploy key associated with the dokku user.'));
  call.err(warning('Generate an ssh key with the following command:'));
  call.err(warning('  dokku git:generate-deploy-key'));
  call.err(warning('As an alternative, configure the netrc authentication via the git:auth command'));
  throw new Exit(1);
};

const generateKey: Handler = async (call) => {
  await call.sleep(45);
  const { host } = call;
  if (host.deployKey !== undefined) {
    if (!call.flags.quiet) call.out(warning('A deploy key already exists for this host'));
    return 0;
  }
  const bytes = Buffer.from(host.random.hex(64), 'hex');
  const head = Buffer.from('0000000b7373682d6564323535313900000020', 'hex');
  const blob = Buffer.concat([head, bytes]);
  host.deployKey = `ssh-ed25519 ${blob.toString('base64')} dokku@${host.name}`;
  const fingerprint = createHash('sha256').update(blob).digest();
  call.out('Generating public/private ed25519 key pair.\n');
  call.out('Your identification has been saved in /home/dokku/.ssh/id_ed25519\n');
  call.out('Your public key has been saved in /home/dokku/.ssh/id_ed25519.pub\n');
  call.out('The key fingerprint is:\n');
  call.out(`SHA256:${fingerprint.toString('base64').replace(/=+$/, '')} dokku@${host.name}\n`);
  call.out(`The key's randomart image is:\n${randomArt(fingerprint)}`);
  return 0;
};

/** The picture that ssh-keygen draws of a fingerprint (the drunken bishop of OpenSSH's sshkey.c). */
function randomArt(digest: Buffer): string {
  const symbols = ' .o+=*BOX@%&#/^SE';
  const [width, height] = [17, 9];
  const field = Array.from({ length: height }, () => Array.from({ length: width }, () => 0));
  let [x, y] = [8, 4];
  for (const byte of digest) {
    for (let bits = byte, step = 0; step < 4; step++, bits >>= 2) {
      x = Math.min(width - 1, Math.max(0, x + (bits & 1 ? 1 : -1)));
      y = Math.min(height - 1, Math.max(0, y + (bits & 2 ? 1 : -1)));
      const row = field[y];
      if (row !== undefined) row[x] = Math.min(14, (row[x] ?? 0) + 1);
    }
  }
  const mark = (column: number, line: number, value: number): void => {
    const row = field[line];
    if (row !== undefined) row[column] = value;
  };
  mark(8, 4, 15);
  mark(x, y, 16);
  const rows = field.map((row) => `|${row.map((value) => symbols.charAt(value)).join('')}|\n`).join('');
  return `+--[ED25519 256]--+\n${rows}+----[SHA256]-----+\n`;
}

/** How the host reaches git servers: known hosts, netrc entries and its own key. */
export const gitAccess: Readonly<Record<string, Handler>> = {
  'git:allow-host': allowHost,
  'git:auth': auth,
  'git:auth-status': authStatus,
  'git:generate-deploy-key': generateKey,
  'git:public-key': publicKey,
};
