import { describe, expect, it } from 'vitest';
import type { Job } from './carrier.ts';
import { LinkDown } from './carrier.ts';
import { Channel, ExecRefused, OpenRefused, windowBytes } from './channel.ts';
import { encodeDataHeader, encodeMessage, messageType, ProtocolError } from './mux-protocol.ts';

const remote = 77;

/** A channel whose host is the test. */
function start(job: Partial<Job> = {}, hostWindow = 0, maxPacket = 10) {
  const sent: Buffer[] = [];
  let closed = 0;
  const channel = new Channel(
    5,
    (...frames) => sent.push(Buffer.concat(frames)),
    () => {
      closed += 1;
    },
  );
  const run = () => {
    channel.receive({ type: 'openConfirmation', channel: 5, remote, window: hostWindow, maxPacket });
    return channel.run({
      line: 'apps:list',
      stdin: undefined,
      repeatable: true,
      sink: () => undefined,
      onSent: () => undefined,
      dropped: new AbortController().signal,
      ...job,
    });
  };
  const host = {
    data: (bytes: number) =>
      channel.receive({ type: 'data', channel: 5, stream: 'stdout', data: Buffer.alloc(bytes) }),
    exit: (status: number) => channel.receive({ type: 'exitStatus', channel: 5, status }),
    close: () => channel.receive({ type: 'close', channel: 5 }),
  };
  return { channel, sent, run, host, closedCount: () => closed };
}

const frame = {
  exec: encodeMessage(messageType.request, remote, 'exec', true, 'apps:list'),
  eof: encodeMessage(messageType.eof, remote),
  close: encodeMessage(messageType.close, remote),
};

describe('Channel', () => {
  it('asks for a session, then for the command, and ends its empty input', async () => {
    const { channel, sent, run, host, closedCount } = start();
    expect(sent).toEqual([encodeMessage(messageType.open, 'session', 5, windowBytes, 32_768)]);
    const end = run();
    await channel.opened;
    expect(sent.slice(1)).toEqual([frame.exec, frame.eof]);
    host.exit(20);
    host.close();
    expect(await end).toEqual({ exit: 20 });
    expect(sent.slice(3)).toEqual([frame.close]);
    expect(closedCount()).toBe(1);
  });

  it('sends input within the window and the packet size of the host', () => {
    const stdin = Buffer.from('0123456789abcdefghij-tail');
    const { channel, sent, run } = start({ stdin }, 12);
    void run();
    const part = (text: string): Buffer =>
      Buffer.concat([encodeDataHeader(remote, text.length), Buffer.from(text)]);
    expect(sent.slice(2)).toEqual([part('0123456789'), part('ab')]);
    channel.receive({ type: 'windowAdjust', channel: 5, bytes: 8 });
    channel.receive({ type: 'windowAdjust', channel: 5, bytes: 100 });
    expect(sent.slice(4)).toEqual([part('cdefghij'), part('-tail'), frame.eof]);
  });

  it('gives the window back only when the sink has taken a chunk, and tells the end after the last one', async () => {
    const taken: (() => void)[] = [];
    const seen: number[] = [];
    const { sent, run, host } = start({
      sink: (_stream, chunk) => {
        seen.push(chunk.length);
        return new Promise<void>((resolve) => taken.push(resolve));
      },
    });
    const end = run();
    const half = windowBytes / 2;
    const before = sent.length;
    host.data(half);
    host.data(half - 1);
    host.exit(0);
    expect(seen).toEqual([half]);
    expect(sent.slice(before)).toEqual([]);
    taken[0]?.();
    await Promise.resolve();
    expect(sent.slice(before)).toEqual([encodeMessage(messageType.windowAdjust, remote, half)]);
    expect(seen).toEqual([half, half - 1]);
    host.close();
    expect(await Promise.race([end, Promise.resolve('pending')])).toBe('pending');
    taken[1]?.();
    expect(await end).toEqual({ exit: 0 });
  });

  it('does not accept more than the window', () => {
    const { run, host } = start({ sink: () => new Promise(() => undefined) });
    void run();
    host.data(windowBytes);
    expect(() => host.data(1)).toThrow(ProtocolError);
  });

  it('never takes a close without exit status for an end', async () => {
    const { run, host } = start();
    const end = run();
    host.close();
    await expect(end).rejects.toThrow(LinkDown);
  });

  it('keeps an outcome the host has told, though the link breaks while a slow sink works', async () => {
    let taken: () => void = () => undefined;
    const { channel, run, host } = start({
      sink: () =>
        new Promise<void>((resolve) => {
          taken = resolve;
        }),
    });
    const end = run();
    host.data(10);
    host.exit(0);
    host.close();
    channel.linkLost(new LinkDown('gone'));
    taken();
    expect(await end).toEqual({ exit: 0 });
  });

  it('tells a refused session, a refused command and a lost link apart', async () => {
    const refused = start();
    refused.channel.receive({ type: 'openFailure', channel: 5, reason: 2, text: 'open failed' });
    await expect(refused.channel.opened).rejects.toThrow(OpenRefused);
    expect(refused.closedCount()).toBe(1);
    const noExec = start();
    const end = noExec.run();
    noExec.channel.receive({ type: 'failure', channel: 5 });
    await expect(end).rejects.toThrow(ExecRefused);
    expect(noExec.sent.at(-1)).toEqual(frame.close);
    const lost = start();
    lost.channel.linkLost(new LinkDown('gone'));
    await expect(lost.channel.opened).rejects.toThrow('gone');
    await expect(lost.run()).rejects.toThrow(LinkDown);
  });

  it('answers what it does not know', () => {
    const { channel, sent, run } = start();
    void run();
    channel.receive({ type: 'request', channel: 5, name: 'keepalive@openssh.com', wantReply: true });
    expect(sent.at(-1)).toEqual(encodeMessage(messageType.failure, remote));
    const before = sent.length;
    channel.receive({ type: 'request', channel: 5, name: 'eow@openssh.com', wantReply: false });
    expect(sent).toHaveLength(before);
  });

  it('closes an abandoned read, but leaves an abandoned change its input and drains it', () => {
    const read = start();
    void read.run();
    read.channel.drop();
    expect(read.sent.at(-1)).toEqual(frame.close);
    expect(read.channel.usable).toBe(false);
    const seen: number[] = [];
    const change = start({
      repeatable: false,
      stdin: Buffer.from('0123456789'),
      sink: (_stream, chunk) => {
        seen.push(chunk.length);
        return undefined;
      },
    });
    void change.run();
    change.channel.drop();
    change.host.data(windowBytes);
    change.channel.receive({ type: 'windowAdjust', channel: 5, bytes: 100 });
    expect(seen).toEqual([]);
    expect(change.sent.slice(2)).toEqual([
      encodeMessage(messageType.windowAdjust, remote, windowBytes),
      Buffer.concat([encodeDataHeader(remote, 10), Buffer.from('0123456789')]),
      frame.eof,
    ]);
  });

  it('closes as soon as it is open when it was given up before', () => {
    const { channel, sent } = start();
    channel.close();
    channel.receive({ type: 'openConfirmation', channel: 5, remote, window: 0, maxPacket: 10 });
    expect(sent.at(-1)).toEqual(frame.close);
  });
});
