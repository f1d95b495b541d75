import type { OutputStream } from '../transport.ts';
import { type Job, type JobEnd, LinkDown } from './carrier.ts';
import { Deferred } from './deferred.ts';
import {
  type ChannelMessage,
  encodeDataHeader,
  encodeMessage,
  messageType,
  ProtocolError,
} from './mux-protocol.ts';
import { OutputFeed } from './output-feed.ts';
import { StdinFeed } from './stdin-feed.ts';

/** How much a command may send ahead of its reader; the reader gets that much buffered at most. */
export const windowBytes = 2 * 1024 * 1024;
const maxPacketBytes = 32 * 1024;

/** The host did not open another session; nothing ran. Reason 2 is what sshd says beyond its MaxSessions. */
export class OpenRefused extends Error {
  override readonly name = 'OpenRefused';
}

/** The host opened a session but would not run a command in it. */
export class ExecRefused extends Error {
  override readonly name = 'ExecRefused';
}

/**
 * One session channel (RFC 4254 section 6): it runs one command and ends with it.
 *
 * The window is given back only after the sink has taken a chunk, so a slow reader holds up its own command and
 * nobody else's. It ends with an exit status or a signal; a close with neither is a lost link, never a success.
 */
export class Channel {
  readonly id: number;
  /** Resolves when the host has opened the session; rejects with OpenRefused or LinkDown. */
  readonly opened: Promise<void>;
  readonly #send: (...frames: Uint8Array[]) => void;
  readonly #onClosed: () => void;
  readonly #open = new Deferred<void>();
  readonly #ending = new Deferred<JobEnd>();
  #remote = 0;
  #remoteWindow = 0;
  #remoteMaxPacket = maxPacketBytes;
  #repeatable = true;
  #feed: OutputFeed | undefined;
  #stdin: StdinFeed | undefined;
  #owed = 0;
  #unread = windowBytes;
  #end: JobEnd | undefined;
  #phase: 'opening' | 'open' | 'closing' | 'closed' = 'opening';

  constructor(id: number, send: (...frames: Uint8Array[]) => void, onClosed: () => void) {
    this.id = id;
    this.#send = send;
    this.#onClosed = onClosed;
    this.opened = this.#open.promise;
    // Either may fail with nobody waiting for it: a spare channel, or a link lost before the command.
    this.opened.catch(() => undefined);
    this.#ending.promise.catch(() => undefined);
    send(encodeMessage(messageType.open, 'session', id, windowBytes, maxPacketBytes));
  }

  /** True while the channel can take a command or waits to be opened. */
  get usable(): boolean {
    return this.#phase === 'opening' || this.#phase === 'open';
  }

  /** Runs the command on the opened channel; only once. Rejects with LinkDown, ExecRefused or the sink's error. */
  run(job: Job): Promise<JobEnd> {
    if (this.#phase !== 'open') {
      this.#ending.reject(new LinkDown('the channel was closed'));
      return this.#ending.promise;
    }
    this.#repeatable = job.repeatable;
    this.#feed = new OutputFeed(job.sink, {
      taken: (bytes) => this.#consumed(bytes),
      failed: (error) => {
        this.#ending.reject(error);
        this.drop();
      },
      idle: () => this.#finish(),
    });
    job.onSent();
    this.#send(encodeMessage(messageType.request, this.#remote, 'exec', true, job.line));
    this.#stdin = new StdinFeed(job.stdin ?? new Uint8Array(), {
      ready: () => this.#sendStdin(),
      failed: (error) => {
        this.#ending.reject(error);
        this.close();
      },
    });
    this.#sendStdin();
    return this.#ending.promise;
  }

  /**
   * Nobody waits for the command any longer. A read's channel is closed: the host may carry on, but a talking command
   * dies at its next line. A change keeps its channel and all of its input, and its output is thrown away: closing
   * would kill a deploy half way (measured: SIGPIPE at the next line of output).
   */
  drop(): void {
    this.#feed?.discard();
    if (this.#repeatable) this.close();
  }

  /** Asks the host to close; the channel counts as in use until the host has confirmed it. */
  close(): void {
    if (!this.usable) return;
    const open = this.#phase === 'open';
    this.#phase = 'closing';
    this.#feed?.discard();
    this.#endStdin();
    if (open) this.#send(encodeMessage(messageType.close, this.#remote));
  }

  /** The link is gone: whatever waits for this channel fails, unless the host had already told the outcome. */
  linkLost(error: LinkDown): void {
    if (this.#phase === 'closed') return;
    this.#phase = 'closed';
    this.#endStdin();
    this.#open.reject(error);
    this.#ending.reject(error);
  }

  /** Takes one message of the host. Throws ProtocolError when the host breaks the rules of the window. */
  receive(message: ChannelMessage): void {
    switch (message.type) {
      case 'openConfirmation':
        this.#confirmed(message);
        break;
      case 'openFailure':
        this.#closed();
        this.#open.reject(new OpenRefused(`reason ${message.reason}: ${message.text}`));
        break;
      case 'windowAdjust':
        this.#remoteWindow += message.bytes;
        this.#sendStdin();
        break;
      case 'data':
        this.#accept(message.stream, message.data);
        break;
      case 'exitStatus':
        this.#end = { exit: message.status };
        break;
      case 'exitSignal':
        this.#end = { exit: undefined, signal: message.signal };
        break;
      case 'failure':
        this.#ending.reject(new ExecRefused('it opened a session but refused to run a command in it'));
        this.close();
        break;
      case 'request':
        // sshd asks every open channel for a sign of life this way (ClientAliveInterval); silence ends the link.
        if (message.wantReply) this.#send(encodeMessage(messageType.failure, this.#remote));
        break;
      case 'close':
        this.#remoteClosed();
        break;
      default:
        break;
    }
  }

  #confirmed(message: ChannelMessage & { type: 'openConfirmation' }): void {
    this.#remote = message.remote;
    this.#remoteWindow = message.window;
    this.#remoteMaxPacket = Math.max(1, Math.min(message.maxPacket, maxPacketBytes));
    if (this.#phase === 'opening') {
      this.#phase = 'open';
      this.#open.resolve();
      return;
    }
    this.#send(encodeMessage(messageType.close, this.#remote));
    this.#open.reject(new LinkDown('the channel was closed before it was open'));
  }

  #sendStdin(): void {
    const stdin = this.#stdin;
    if (stdin === undefined || this.#phase !== 'open') return;
    while (this.#remoteWindow > 0) {
      const part = stdin.take(Math.min(this.#remoteWindow, this.#remoteMaxPacket));
      if (part === undefined) break;
      this.#send(encodeDataHeader(this.#remote, part.length), part);
      this.#remoteWindow -= part.length;
    }
    if (!stdin.ended) return;
    this.#stdin = undefined;
    this.#send(encodeMessage(messageType.eof, this.#remote));
  }

  #endStdin(): void {
    this.#stdin?.discard();
    this.#stdin = undefined;
  }

  #accept(stream: OutputStream, data: Buffer): void {
    this.#unread -= data.length;
    if (this.#unread < 0) throw new ProtocolError('the host sent more than the window allows');
    if (this.#phase === 'open') this.#feed?.push(stream, data);
  }

  #consumed(bytes: number): void {
    this.#owed += bytes;
    if (this.#owed < windowBytes / 2 || this.#phase !== 'open') return;
    this.#send(encodeMessage(messageType.windowAdjust, this.#remote, this.#owed));
    this.#unread += this.#owed;
    this.#owed = 0;
  }

  #remoteClosed(): void {
    if (this.#phase === 'open') this.#send(encodeMessage(messageType.close, this.#remote));
    this.#closed();
    this.#finish();
  }

  #closed(): void {
    this.#phase = 'closed';
    this.#endStdin();
    this.#onClosed();
  }

  /** The outcome is told once everything the host sent has been taken. */
  #finish(): void {
    if (this.#phase !== 'closed' || this.#feed?.idle === false) return;
    if (this.#end === undefined) {
      this.#ending.reject(new LinkDown('the host closed the channel without an exit status'));
    } else {
      this.#ending.resolve(this.#end);
    }
  }
}
