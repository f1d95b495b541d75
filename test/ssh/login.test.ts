import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { DomainError } from '../../src/domain/errors.ts';
import { createSshTransport, type SshOptions } from '../../src/infrastructure/ssh/transport.ts';
import { freePort, type Sshd, startSshd } from '../support/sshd.ts';
import { anyCommand, Gate, type Opened, open, until } from './fixture.ts';

let sshd: Sshd;
let directory: string;
beforeAll(async () => {
  sshd = await startSshd({ forcedCommand: anyCommand });
  directory = await mkdtemp(join(tmpdir(), 'login-'));
});
afterAll(async () => {
  await sshd?.stop();
  await rm(directory, { recursive: true, force: true });
});

const attempts = async (host: Sshd): Promise<number> =>
  (await host.log()).split('\n').filter((line) => line.includes('Connection closed by authenticating user'))
    .length;

async function failureOf(opened: Opened): Promise<DomainError> {
  const ran = new Gate(sshd, 'never');
  const error: unknown = await opened.run(ran.wait).catch((cause: unknown) => cause);
  await opened.transport.close();
  if (!(error instanceof DomainError)) throw new Error(`expected a DomainError, got ${String(error)}`);
  expect(await ran.runs()).toBe(0);
  return error;
}

describe.each(['mux', 'spawn'] as const)('a login that fails, %s', (mode) => {
  it('shows the fingerprint of an unknown host and how to add it', async () => {
    const knownHosts = join(directory, `empty ${mode}`);
    const failure = await failureOf(open(sshd, { mode, knownHosts }));
    const [, fingerprint] = execFileSync('ssh-keygen', ['-lf', join(sshd.directory, 'host.pub')], {
      encoding: 'utf8',
    }).split(' ');
    expect(failure.code).toBe('HOST_KEY_UNKNOWN');
    expect(failure.remedy).toContain(`It shows ${fingerprint} (ssh-ed25519).`);
    expect(failure.remedy).toContain(`ssh-keyscan -p ${sshd.port} 127.0.0.1 >> '${knownHosts}'`);
    expect(failure.remedy).toContain(`ssh -p ${sshd.port} ${sshd.destination}`);
  });

  it('takes an unknown key when told to, and remembers it', async () => {
    const knownHosts = join(directory, `new-${mode}`);
    const first = open(sshd, { mode, knownHosts, acceptNewHostKey: true });
    expect((await first.run('exit 7')).exit).toBe(7);
    await first.transport.close();
    const strict = open(sshd, { mode, knownHosts });
    expect((await strict.run('exit 8')).exit).toBe(8);
    await strict.transport.close();
  });

  it.each([false, true])('stops at a changed key, accepting new ones: %s', async (acceptNewHostKey) => {
    const host = await startSshd({ forcedCommand: anyCommand });
    onTestFinished(() => host.stop());
    await host.replaceHostKey();
    const failure = await failureOf(open(host, { mode, acceptNewHostKey }));
    expect(failure.code).toBe('HOST_KEY_CHANGED');
    expect(failure.remedy).toContain(`ssh-keygen -R '[127.0.0.1]:${host.port}' -f ${host.knownHosts}`);
    expect(failure.remedy).toMatch(/It now shows SHA256:/);
  });

  it('names a refused key', async () => {
    const host = await startSshd({ forcedCommand: anyCommand });
    onTestFinished(() => host.stop());
    const failure = await failureOf(open(host, { mode, identity: host.strangerIdentity }));
    expect(failure).toMatchObject({ code: 'AUTH_REFUSED', details: { host: 'box' } });
    expect(failure.message).toContain('Permission denied (publickey)');
  });

  it('names a key file that is not there', async () => {
    const failure = await failureOf(open(sshd, { mode, identity: '/nowhere/id_ed25519' }));
    expect(failure.code).toBe('AUTH_REFUSED');
    expect(failure.message).toContain('/nowhere/id_ed25519');
  });

  it('says that nobody listens', async () => {
    const failure = await failureOf(open(sshd, { mode, port: await freePort() }));
    expect(failure).toMatchObject({ code: 'HOST_UNREACHABLE', retryable: true });
    expect(failure.message).toContain('Connection refused');
  });

  it('says that a name has no address', async () => {
    const failure = await failureOf(open(sshd, { mode, destination: 'dokku@no-such-host.invalid' }));
    expect(failure.code).toBe('HOST_UNREACHABLE');
    expect(failure.message).toContain('Could not resolve hostname no-such-host.invalid');
  });
});

describe.each(['mux', 'spawn'] as const)('after a refused login, %s', (mode) => {
  it('tells the next callers without trying again at once', async () => {
    const host = await startSshd({ forcedCommand: anyCommand });
    onTestFinished(() => host.stop());
    const before = await attempts(host);
    const { transport, run } = open(host, { mode, identity: host.strangerIdentity });
    for (let call = 0; call < 3; call += 1) {
      await expect(run('true')).rejects.toMatchObject({ code: 'AUTH_REFUSED' });
    }
    await expect(run('true')).rejects.toMatchObject({ code: 'AUTH_REFUSED' });
    await until(async () => (await attempts(host)) > before);
    expect(await attempts(host)).toBe(before + 1);
    await transport.close();
  });
});

describe('a host that is busy with other logins', () => {
  it('is tried again, since it does not know us yet', async () => {
    const host = await startSshd({ forcedCommand: anyCommand, config: ['MaxStartups 1'] });
    onTestFinished(() => host.stop());
    const { transport, run } = open(host);
    onTestFinished(() => transport.close());
    const stranger = connect(host.port, '127.0.0.1');
    await once(stranger, 'data');
    const call = run('exit 5', { repeatable: false });
    await until(async () => (await host.log()).includes('drop connection'));
    stranger.destroy();
    expect((await call).exit).toBe(5);
  });
});

describe('without the mux', () => {
  const unusable = async (kind: string): Promise<string> => {
    const path = join(directory, kind === 'too long' ? 'x'.repeat(100) : 'missing');
    if (kind === 'too long') await mkdir(path, { recursive: true });
    return path;
  };

  it('falls back to one ssh per command when the socket cannot be made', async () => {
    const { run, transport, events } = open(sshd, { runtimeDir: await unusable('too long') });
    const outcomes = await Promise.all([1, 2, 3].map((code) => run(`exit ${code}`, { repeatable: false })));
    expect(outcomes.map(({ exit }) => exit)).toEqual([1, 2, 3]);
    expect(events).toEqual([{ kind: 'fallback', host: 'box', reason: expect.stringContaining('too long') }]);
    await transport.close();
  });

  it.each(['too long', 'missing'])('says so when only the mux is allowed: %s', async (kind) => {
    const failure = await failureOf(open(sshd, { mode: 'mux', runtimeDir: await unusable(kind) }));
    expect(failure).toMatchObject({ code: 'HOST_UNREACHABLE' });
    expect(failure.message).toContain(kind === 'too long' ? 'too long' : 'no private directory');
  });

  it('leaves nothing behind', async () => {
    const runtimeDir = await mkdtemp(join(directory, 'r-'));
    for (const mode of ['mux', 'spawn'] as const) {
      const { run, transport } = open(sshd, { mode, runtimeDir });
      await run('true');
      expect(readdirSync(runtimeDir)).toHaveLength(1);
      await transport.close();
      expect(readdirSync(runtimeDir)).toEqual([]);
    }
  });

  it('says when ssh is not installed', async () => {
    const path = process.env.PATH;
    try {
      process.env.PATH = await mkdtemp(join(directory, 'bin-'));
      expect((await failureOf(open(sshd, { mode: 'spawn' }))).message).toContain('ssh) is not installed');
    } finally {
      process.env.PATH = path;
    }
  });
});

describe('the user configuration', () => {
  it('is honoured, but cannot undo what keeps us safe', async () => {
    const config = join(directory, 'config');
    const marker = join(directory, 'local-command-ran');
    await writeFile(
      config,
      [
        'Host box-alias',
        '  HostName 127.0.0.1',
        `  Port ${sshd.port}`,
        `  User ${sshd.destination.split('@')[0]}`,
        '  PermitLocalCommand yes',
        `  LocalCommand touch ${marker}`,
        '  RemoteCommand echo hijacked',
        '  ControlMaster auto',
        `  ControlPath ${directory}/users-own`,
        '  ControlPersist yes',
        '  LogLevel QUIET',
        '',
      ].join('\n'),
    );
    const { port: _port, ...target } = targetOf(sshd);
    for (const mode of ['mux', 'spawn'] as const) {
      const transport = createSshTransport({ ...target, mode, destination: 'box-alias', configFile: config });
      const { stdout } = await transport.exec({
        line: 'echo ours',
        label: 't',
        deadlineMs: 9000,
        repeatable: true,
      });
      expect(stdout.data.toString()).toBe('ours\n');
      await transport.close();
    }
    expect(readdirSync(directory)).not.toContain('users-own');
    await expect(readFile(marker)).rejects.toThrow();
  });

  it.each(['', '-oProxyCommand=touch /tmp/x', 'a b', 'dokku@$(id)', 'dokku@host\n'])(
    'refuses %j',
    (destination) => {
      expect(() => createSshTransport({ ...targetOf(sshd), destination })).toThrow(
        'is not an SSH destination',
      );
    },
  );
});

function targetOf({ destination, port, identity, knownHosts }: Sshd): SshOptions & { port: number } {
  return { name: 'box', destination, port, identity, knownHosts };
}
