import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { access, appendFile, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface SshdOptions {
  /** Shell command that every session runs; it finds what the client asked for in SSH_ORIGINAL_COMMAND. */
  readonly forcedCommand?: string;
  /** Options before the key in authorized_keys; `command=` there counts only without a forced command. */
  readonly keyOptions?: (directory: string) => string;
  /** More lines of sshd_config. MaxSessions and MaxStartups stay at their defaults unless set here. */
  readonly config?: readonly string[];
}

/** A real sshd of our own on 127.0.0.1. */
export interface Sshd {
  readonly port: number;
  readonly destination: string;
  /** Private key that may log in. */
  readonly identity: string;
  /** Private key that may not. */
  readonly strangerIdentity: string;
  readonly knownHosts: string;
  /** Temporary directory of this sshd; forced commands may write to it. */
  readonly directory: string;
  /** Everything sshd has logged so far (LogLevel VERBOSE). */
  log(): Promise<string>;
  /** Kills every session process without a word; the listener stays. */
  killSessions(): void;
  /** Starts the listener again with a new host key, on the same port; known_hosts keeps the old one. */
  replaceHostKey(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts an sshd for one test file, as root or as an ordinary user (who can then only log in as himself). Sessions get
 * an empty HOME, because bash under sshd reads ~/.bashrc. Fails with a way out when sshd is missing.
 */
export async function startSshd(options: SshdOptions): Promise<Sshd> {
  const program = await findSshd();
  if (process.getuid?.() === 0) await prepareForRoot();
  const directory = await mkdtemp(join(tmpdir(), 'sshd-'));
  const at = (name: string): string => join(directory, name);
  for (const key of ['host', 'client', 'stranger']) newKey(at(key));
  await mkdir(at('home'));
  const keyOptions = options.keyOptions === undefined ? '' : `${options.keyOptions(directory)} `;
  await writeFile(at('authorized_keys'), keyOptions + (await readFile(at('client.pub'), 'utf8')));
  const port = await freePort();
  await writeFile(at('sshd_config'), configuration(directory, port, options));
  await appendFile(at('known_hosts'), `[127.0.0.1]:${port} ${await readFile(at('host.pub'), 'utf8')}`);
  let daemon = await start(program, directory, port);
  return {
    port,
    destination: `${userInfo().username}@127.0.0.1`,
    identity: at('client'),
    strangerIdentity: at('stranger'),
    knownHosts: at('known_hosts'),
    directory,
    log: () => readFile(at('sshd.log'), 'utf8'),
    killSessions: () => killDescendants(daemon),
    async replaceHostKey() {
      killDescendants(daemon);
      await end(daemon);
      newKey(at('host2'));
      await rename(at('host2'), at('host'));
      await rename(at('host2.pub'), at('host.pub'));
      daemon = await start(program, directory, port);
    },
    async stop() {
      killDescendants(daemon);
      await end(daemon);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function findSshd(): Promise<string> {
  for (const path of ['/usr/sbin/sshd', '/usr/local/sbin/sshd', '/usr/bin/sshd']) {
    try {
      await access(path, constants.X_OK);
      return path;
    } catch {
      // Not there; the next place is tried.
    }
  }
  throw new Error('These tests need sshd, which is not installed: apt-get install openssh-server');
}

/** As root sshd separates privileges: it wants its empty directory (made at boot on Debian) and its user. */
async function prepareForRoot(): Promise<void> {
  await mkdir('/run/sshd', { recursive: true, mode: 0o755 });
  if (!/^sshd:/m.test(await readFile('/etc/passwd', 'utf8')) && process.platform === 'linux') {
    throw new Error(
      'sshd needs a user named sshd, which openssh-server makes: apt-get install openssh-server',
    );
  }
}

function newKey(path: string): void {
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'test', '-f', path], {
    stdio: 'ignore',
  });
}

function configuration(directory: string, port: number, options: SshdOptions): string {
  return [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${directory}/host`,
    `PidFile ${directory}/sshd.pid`,
    `AuthorizedKeysFile ${directory}/authorized_keys`,
    'AuthenticationMethods publickey',
    'PermitRootLogin yes',
    'StrictModes no',
    'UsePAM no',
    'PermitUserRC no',
    'PrintMotd no',
    'PrintLastLog no',
    'LogLevel VERBOSE',
    `SetEnv HOME=${directory}/home`,
    ...(options.forcedCommand === undefined ? [] : [`ForceCommand ${options.forcedCommand}`]),
    ...(options.config ?? []),
    '',
  ].join('\n');
}

async function start(program: string, directory: string, port: number): Promise<ChildProcess> {
  const log = join(directory, 'sshd.log');
  const daemon = spawn(program, ['-D', '-f', join(directory, 'sshd_config'), '-E', log], { stdio: 'ignore' });
  for (let tries = 0; tries < 400; tries += 1) {
    if (daemon.exitCode !== null) break;
    if (await listens(port)) return daemon;
    await sleep(10);
  }
  daemon.kill('SIGKILL');
  throw new Error(`sshd did not start: ${await readFile(log, 'utf8').catch(() => 'it left no log')}`);
}

async function end(daemon: ChildProcess): Promise<void> {
  if (daemon.exitCode !== null || daemon.signalCode !== null) return;
  const ended = new Promise((resolve) => daemon.once('exit', resolve));
  daemon.kill('SIGKILL');
  await ended;
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

/** A port nobody listens on at this moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (address === null || typeof address === 'string') reject(new Error('no port'));
        else resolve(address.port);
      });
    });
  });
}

/** sshd's own children: the monitor and the session process of every connection; not the commands they run. */
function killDescendants(daemon: ChildProcess): void {
  if (daemon.pid === undefined) return;
  for (const { pid, command } of descendants(daemon.pid)) {
    if (/sshd/.test(command)) kill(pid);
  }
}

/** Every process below the given one, parents first. */
export function descendants(root: number): { pid: number; command: string }[] {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' })
    .split('\n')
    .flatMap((line) => {
      const [, pid, parent, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
      return command === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), command }];
    });
  const found: { pid: number; command: string }[] = [];
  const parents = [root];
  for (const parent of parents) {
    for (const entry of table.filter((one) => one.parent === parent)) {
      parents.push(entry.pid);
      found.push({ pid: entry.pid, command: entry.command });
    }
  }
  return found;
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
