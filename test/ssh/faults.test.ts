import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DomainError } from '../../src/domain/errors.ts';
import { FaultProxy } from '../support/fault-proxy.ts';
import { descendants, type Sshd, startSshd } from '../support/sshd.ts';
import { anyCommand, Gate, type Opened, open, until } from './fixture.ts';

let sshd: Sshd;
beforeAll(async () => {
  sshd = await startSshd({ forcedCommand: anyCommand });
});
afterAll(() => sshd?.stop());

let names = 0;
const newGate = (): Gate => new Gate(sshd, `gate-${names++}`);

/** The ssh of our own that serves the sshd, as another program would find and kill it. */
function killMaster(): void {
  const masters = descendants(process.pid).filter(({ command }) => /^ssh .*-M -S/.test(command));
  expect(masters).toHaveLength(1);
  for (const { pid } of masters) process.kill(pid, 'SIGKILL');
}

describe('a lost link', () => {
  let opened: Opened;
  beforeEach(() => {
    opened = open(sshd);
  });
  afterEach(() => opened.transport.close());

  it.each([
    ['the master is killed', killMaster],
    ['the host kills the session', () => sshd.killSessions()],
  ])('repeats a read once when %s', async (_what, cut) => {
    const gate = newGate();
    const read = opened.run(`${gate.wait}; echo answer`);
    await gate.begun();
    cut();
    await gate.begun(2);
    await gate.open();
    expect((await read).stdout.data.toString()).toBe('answer\n');
    expect(await gate.runs()).toBe(2);
    expect(opened.events.map(({ kind }) => kind)).toEqual(['connected', 'disconnected', 'connected']);
  });

  it('gives up a read whose link is lost twice', async () => {
    const gate = newGate();
    const read = opened.run(gate.wait);
    await gate.begun();
    killMaster();
    await gate.begun(2);
    killMaster();
    await expect(read).rejects.toMatchObject({ code: 'LINK_LOST', retryable: true });
    expect(await gate.runs()).toBe(2);
    await gate.open();
  });

  it('does not repeat a read that has shown output', async () => {
    const gate = newGate();
    const read = opened.run(`echo begun; ${gate.wait}`, { onOutput: () => undefined });
    const ended = expect(read).rejects.toMatchObject({ code: 'LINK_LOST' });
    await gate.begun();
    killMaster();
    await ended;
    expect(await gate.runs()).toBe(1);
    await gate.open();
  });

  it.each([
    ['the master is killed', killMaster],
    ['the host kills the session', () => sshd.killSessions()],
  ])('never sends a change again when %s', async (_what, cut) => {
    const gate = newGate();
    const change = opened.run(gate.wait, { repeatable: false });
    const ended = expect(change).rejects.toMatchObject({ code: 'LINK_LOST' });
    await gate.begun();
    cut();
    await ended;
    expect((await opened.run('exit 3')).exit).toBe(3);
    expect(await gate.runs()).toBe(1);
    await gate.open();
  });
});

describe('a lost link of an ssh per command', () => {
  let opened: Opened;
  beforeEach(() => {
    opened = open(sshd, { mode: 'spawn' });
  });
  afterEach(() => opened.transport.close());

  it('repeats a read once', async () => {
    const gate = newGate();
    const read = opened.run(`${gate.wait}; exit 6`);
    await gate.begun();
    sshd.killSessions();
    await gate.begun(2);
    await gate.open();
    expect((await read).exit).toBe(6);
    expect(await gate.runs()).toBe(2);
  });

  it('never sends a change again', async () => {
    const gate = newGate();
    const change = opened.run(gate.wait, { repeatable: false });
    const lost = expect(change).rejects.toMatchObject({ code: 'LINK_LOST', details: { host: 'box' } });
    await gate.begun();
    sshd.killSessions();
    await lost;
    expect(await gate.runs()).toBe(1);
    await gate.open();
  });
});

describe('a network that fails', () => {
  let proxy: FaultProxy;
  let opened: Opened;
  beforeEach(async () => {
    proxy = await FaultProxy.start(sshd.port);
    const alias = `HostKeyAlias=[127.0.0.1]:${sshd.port}`;
    const extraOptions = ['ServerAliveInterval=1', 'ServerAliveCountMax=2', alias];
    opened = open(sshd, { port: proxy.port, extraOptions });
  });
  afterEach(async () => {
    await opened.transport.close();
    await proxy.close();
  });

  it('is noticed in silence; a change that was not yet sent goes over the new link, exactly once', async () => {
    const begun = newGate();
    const later = newGate();
    await later.open();
    const first = opened.run(begun.wait, { repeatable: false });
    const lost = expect(first).rejects.toMatchObject({ code: 'LINK_LOST' });
    await begun.begun();
    proxy.blackhole();
    const second = opened.run(`${later.wait}; exit 9`, { repeatable: false });
    await lost;
    proxy.heal();
    expect((await second).exit).toBe(9);
    expect(await later.runs()).toBe(1);
    await begun.open();
  });

  it('repeats a read after a reset in the middle of its answer', async () => {
    await opened.run('true');
    proxy.cutAfter(500_000);
    const { stdout } = await opened.run('head -c 5000000 /dev/zero');
    expect(stdout.bytes).toBe(5_000_000);
    expect(proxy.connections).toBe(2);
  });

  it('carries everything over a slow network', async () => {
    proxy.latency(15);
    const outcomes = await Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map((code) => opened.run(`exit ${code}`)));
    expect(outcomes.map(({ exit }) => exit)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('never runs a change twice nor calls a lost one done, wherever the link is cut', async () => {
    const command = (gate: Gate): string => `${gate.wait}; head -c 3000 /dev/zero; exit 5`;
    const told: string[] = [];
    for (let round = 0; round < 30; round += 1) {
      const gate = newGate();
      await gate.open();
      // A login takes some thousand bytes and the answer 3,000: the cuts fall before, into and behind the command.
      proxy.cutAfter((round * 397) % 12_000);
      const outcome = await opened.run(command(gate), { repeatable: false }).catch((error: unknown) => error);
      const runs = await gate.runs();
      if (outcome instanceof DomainError) {
        told.push(outcome.code);
        expect(runs).toBeLessThanOrEqual(outcome.code === 'LINK_LOST' ? 1 : 0);
      } else {
        told.push('done');
        expect(outcome).toMatchObject({ exit: 5, stdout: { bytes: 3000 } });
        expect(runs).toBe(1);
      }
      proxy.heal();
    }
    const possible = ['done', 'LINK_LOST', 'HOST_UNREACHABLE'];
    expect(told.filter((one) => !possible.includes(one))).toEqual([]);
    expect(told).toContain('LINK_LOST');
    expect(told).toContain('done');
    expect(opened.events.map(({ kind }) => kind)).not.toContain('fallback');
  });

  it('says why after a reset during a change', async () => {
    const gate = newGate();
    const change = opened.run(gate.wait, { repeatable: false });
    const lost = expect(change).rejects.toMatchObject({
      code: 'LINK_LOST',
      details: { host: 'box', command: 'test', reason: expect.stringMatching(/reset|closed|disconnect/i) },
    });
    await gate.begun();
    proxy.reset();
    await lost;
    await gate.open();
  });
});

describe.each(['mux', 'spawn'] as const)('waiting that ends early, %s', (mode) => {
  let opened: Opened;
  beforeEach(() => {
    opened = open(sshd, { mode });
  });
  afterEach(() => opened.transport.close());

  it('says nothing was sent when it is cancelled in line', async () => {
    await opened.transport.close();
    opened = open(sshd, { mode, maxChannels: 1 });
    const gate = newGate();
    const first = opened.run(gate.wait);
    await gate.begun();
    const cancel = new AbortController();
    const refused = newGate();
    const second = opened.run(refused.wait, { signal: cancel.signal, repeatable: false });
    cancel.abort();
    await expect(second).rejects.toMatchObject({ code: 'CANCELLED', details: { sent: false } });
    await gate.open();
    await first;
    await opened.run('true');
    expect(await refused.runs()).toBe(0);
  });

  it('sends nothing when it was cancelled before the call', async () => {
    const refused = newGate();
    const call = opened.run(refused.wait, { signal: AbortSignal.abort() });
    await expect(call).rejects.toMatchObject({ code: 'CANCELLED', details: { sent: false } });
    expect(await refused.runs()).toBe(0);
  });

  it('says the host may carry on, and lets a talking change finish', async () => {
    const gate = newGate();
    const cancel = new AbortController();
    const change = opened.run(
      `echo begun; ${gate.wait}; echo one; sleep 0.1; echo two; sleep 0.1; ${gate.done}`,
      {
        repeatable: false,
        signal: cancel.signal,
      },
    );
    await gate.begun();
    cancel.abort();
    await expect(change).rejects.toMatchObject({ code: 'CANCELLED', details: { sent: true } });
    await gate.open();
    await until(() => gate.isDone);
    expect(await gate.runs()).toBe(1);
  });

  it('ends a talking read on the host', async () => {
    const gate = newGate();
    await gate.open();
    const cancel = new AbortController();
    let pid = '';
    const read = opened.run(`echo $$; while :; do echo more; sleep 0.05; done`, {
      signal: cancel.signal,
      onOutput: (_stream, chunk) => {
        pid ||= chunk.toString().split('\n')[0] ?? '';
      },
    });
    await until(() => pid !== '');
    cancel.abort();
    await expect(read).rejects.toMatchObject({ code: 'CANCELLED', details: { sent: true } });
    await until(() => !isAlive(Number(pid)));
  });

  it('stops waiting at the deadline', async () => {
    await opened.run('true');
    const gate = newGate();
    const call = opened.run(gate.wait, { deadlineMs: 700, repeatable: false });
    await expect(call).rejects.toMatchObject({ code: 'TIMEOUT', details: { ms: 700 } });
    await gate.open();
  });

  it('ends what is pending when the transport closes, and takes nothing afterwards', async () => {
    const gate = newGate();
    const call = opened.run(gate.wait);
    const ended = expect(call).rejects.toMatchObject({ code: 'CANCELLED', details: { sent: true } });
    await gate.begun();
    await opened.transport.close();
    await ended;
    await expect(opened.run('true')).rejects.toMatchObject({ code: 'CANCELLED', details: { sent: false } });
    const left = () => descendants(process.pid).filter(({ command }) => /^ssh /.test(command));
    // A process that was ended is gone when its parent has been told.
    await until(() => left().length === 0);
    await gate.open();
  });
});

describe('commands nobody waits for', () => {
  it('do not use up the sessions of the host: a new login is made', async () => {
    const { transport, run, events } = open(sshd);
    const gate = newGate();
    for (let index = 1; index <= 12; index += 1) {
      const cancel = new AbortController();
      const call = run(gate.wait, { signal: cancel.signal, repeatable: false });
      const ended = expect(call).rejects.toMatchObject({ code: 'CANCELLED' });
      await gate.begun(index);
      cancel.abort();
      await ended;
    }
    expect(
      (await Promise.all([1, 2, 3, 4, 5, 6].map((code) => run(`exit ${code}`)))).map(({ exit }) => exit),
    ).toEqual([1, 2, 3, 4, 5, 6]);
    expect(events.filter(({ kind }) => kind === 'connected').length).toBeGreaterThan(1);
    await gate.open();
    await transport.close();
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
