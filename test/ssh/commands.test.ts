import { createHash, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type Sshd, startSshd } from '../support/sshd.ts';
import { anyCommand, Gate, logins, type Opened, open } from './fixture.ts';

let sshd: Sshd;
beforeAll(async () => {
  sshd = await startSshd({ forcedCommand: anyCommand });
});
afterAll(() => sshd?.stop());

describe.each(['mux', 'spawn'] as const)('a command over ssh, %s', (mode) => {
  let opened: Opened;
  beforeAll(() => {
    opened = open(sshd, { mode });
  });
  afterAll(() => opened.transport.close());

  it.each([0, 1, 20, 254, 255])('gives back exit code %i', async (code) => {
    expect((await opened.run(`exit ${code}`)).exit).toBe(code);
  });

  it('keeps stdout and stderr apart, byte for byte', async () => {
    const { stdout, stderr } = await opened.run("printf 'a\\0b\\r\\n'; printf 'oops\\n' >&2");
    expect(stdout.data).toEqual(Buffer.from('a\0b\r\n'));
    expect(stderr.data.toString()).toBe('oops\n');
  });

  it('carries 1 MB of input there and back unchanged', async () => {
    const stdin = randomBytes(1024 * 1024);
    const { stdout } = await opened.run('cat', { stdin, keepBytes: 2 * stdin.length });
    expect(stdout.data.equals(stdin)).toBe(true);
    expect(stdout).toMatchObject({ bytes: stdin.length, truncated: false });
  });

  it('asks a source for its input only as fast as the host takes it', async () => {
    const pieces = Array.from({ length: 64 }, () => randomBytes(256 * 1024));
    let given = 0;
    let heldBack = false;
    const gate = join(sshd.directory, `gate-${mode}`);
    async function* source(): AsyncGenerator<Uint8Array> {
      for (const piece of pieces) {
        given += 1;
        yield piece;
      }
    }
    const hash = createHash('sha256').update(Buffer.concat(pieces)).digest('hex');
    const answer = opened.run(`while [ ! -e ${gate} ]; do sleep 0.05; done; sha256sum`, {
      stdin: source(),
      repeatable: false,
    });
    // Asked no further for a while: what is under way fits into windows and pipes.
    for (let before = -1; before !== given || given === 0; ) {
      before = given;
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    heldBack = given < pieces.length;
    writeFileSync(gate, '');
    expect((await answer).stdout.data.toString()).toContain(hash);
    expect([heldBack, given]).toEqual([true, pieces.length]);
  });

  it('breaks the command off when its source does', async () => {
    async function* source(): AsyncGenerator<Uint8Array> {
      yield randomBytes(1024);
      throw new Error('the disk is gone');
    }
    await expect(opened.run('cat > /dev/null', { stdin: source(), repeatable: false })).rejects.toThrow(
      'the disk is gone',
    );
    expect((await opened.run('echo on')).stdout.data.toString()).toBe('on\n');
  });

  it('gives a command without input an empty one', async () => {
    expect((await opened.run('wc -c')).stdout.data.toString().trim()).toBe('0');
  });

  it('does not mind a command that leaves its input unread', async () => {
    expect((await opened.run('exit 4', { stdin: randomBytes(4 * 1024 * 1024) })).exit).toBe(4);
  });

  it('shows every chunk in order and keeps head and tail', async () => {
    const seen: Buffer[] = [];
    const { stdout } = await opened.run('seq 1 200000', {
      keepBytes: 1000,
      onOutput: async (stream, chunk) => {
        if (stream === 'stdout') seen.push(Buffer.from(chunk));
        await Promise.resolve();
      },
    });
    const expected = Array.from({ length: 200_000 }, (_, index) => `${index + 1}\n`).join('');
    expect(Buffer.concat(seen).toString() === expected).toBe(true);
    expect(stdout).toMatchObject({ bytes: expected.length, truncated: true });
    expect(stdout.data.toString()).toBe(expected.slice(0, 250) + expected.slice(-750));
  });

  it('refuses a line the host could not take, before anything is sent', async () => {
    await expect(opened.run('x'.repeat(200_000))).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  it('reports what a failing reader threw', async () => {
    const failing = opened.run('echo hi', {
      onOutput: () => {
        throw new Error('reader broke');
      },
    });
    await expect(failing).rejects.toThrow('reader broke');
    expect((await opened.run('exit 5')).exit).toBe(5);
  });
});

describe('the mux', () => {
  it('names the signal that ended a command', async () => {
    const { transport, run } = open(sshd);
    expect(await run('kill -9 $$')).toMatchObject({ exit: undefined, signal: 'KILL' });
    await transport.close();
  });

  it('connects at the first command only, and once for 16 at a time on a default sshd', async () => {
    const before = await logins(sshd);
    const { transport, run, events } = open(sshd);
    expect(events).toEqual([]);
    for (let round = 0; round < 5; round += 1) {
      const lines = Array.from({ length: 16 }, (_, index) => `echo ${round}-${index}; exit ${index}`);
      const outcomes = await Promise.all(lines.map((line) => run(line)));
      expect(outcomes.map(({ exit }) => exit)).toEqual(lines.map((_, index) => index));
      expect(outcomes.map(({ stdout }) => stdout.data.toString())).toEqual(
        lines.map((_, index) => `${round}-${index}\n`),
      );
    }
    expect(await logins(sshd)).toBe(before + 1);
    expect(events.map(({ kind }) => kind)).toEqual(['connected']);
    await transport.close();
  });

  it('stalls only the command whose reader is slow, and sends no more than a window ahead', async () => {
    const { transport, run } = open(sshd);
    let seen = 0;
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const slow = run('head -c 20000000 /dev/zero', {
      onOutput: (_stream, chunk) => {
        seen += chunk.length;
        return held;
      },
    });
    const others = await Promise.all(Array.from({ length: 10 }, () => run('head -c 3000000 /dev/zero')));
    expect(others.map(({ stdout }) => stdout.bytes)).toEqual(others.map(() => 3_000_000));
    expect(seen).toBeLessThan(1_000_000);
    release();
    expect((await slow).stdout.bytes).toBe(20_000_000);
    expect(seen).toBe(20_000_000);
    await transport.close();
  });

  it('lets a change through while reads wait in line', async () => {
    const { transport, run } = open(sshd, { maxChannels: 1 });
    const gate = new Gate(sshd, 'fair');
    const order: string[] = [];
    const first = run(gate.wait);
    await gate.begun();
    const reads = Array.from({ length: 5 }, (_, index) =>
      run('true').then(() => order.push(`read ${index}`)),
    );
    const change = run('true', { repeatable: false }).then(() => order.push('change'));
    await gate.open();
    await Promise.all([first, change, ...reads]);
    expect(order).toEqual(['change', 'read 0', 'read 1', 'read 2', 'read 3', 'read 4']);
    await transport.close();
  });

  it('waits with patience when the host opens fewer sessions than asked for', async () => {
    const small = await startSshd({ forcedCommand: anyCommand, config: ['MaxSessions 1'] });
    onTestFinished(() => small.stop());
    const { transport, run } = open(small, { maxChannels: 1 });
    for (let index = 0; index < 5; index += 1) expect((await run(`exit ${index}`)).exit).toBe(index);
    await transport.close();
  });

  it('answers the signs of life that sshd asks of a channel', async () => {
    const strict = await startSshd({
      forcedCommand: anyCommand,
      config: ['ClientAliveInterval 1', 'ClientAliveCountMax 2'],
    });
    onTestFinished(() => strict.stop());
    const { transport, run } = open(strict);
    expect((await run('sleep 4')).exit).toBe(0);
    await transport.close();
  });
});
