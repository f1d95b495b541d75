import { connect, type Socket } from 'node:net';
import { LinkDown, MuxUnavailable } from './carrier.ts';
import { Channel } from './channel.ts';
import { Deferred } from './deferred.ts';
import {
  decodeMessage,
  encodeHello,
  encodeProxyRequest,
  FrameReader,
  isHello,
  isProxyGranted,
  ProtocolError,
} from './mux-protocol.ts';

const readBytes = 64 * 1024;
const handshakeMs = 5000;

export interface MuxLinkEvents {
  /** Called once, when an established link has ended for any reason but `destroy`. */
  readonly down: (reason: string) => void;
  /** Called when the host has closed a channel or refused to open it. */
  readonly channelClosed: () => void;
}

/**
 * The SSH connection layer over a master's control socket in proxy mode: opens channels and hands each its messages.
 * The socket reads into one buffer again and again, so a long stream costs no memory of its own.
 */
export class MuxLink {
  readonly #socket: Socket;
  readonly #channels = new Map<number, Channel>();
  readonly #events: MuxLinkEvents;
  readonly #ready = new Deferred<void>();
  #nextId = 0;
  #step: 'hello' | 'proxy' | 'ready' | 'down' = 'hello';

  private constructor(path: string, events: MuxLinkEvents) {
    this.#events = events;
    const reader = new FrameReader((frame) => this.#take(frame));
    const callback = (bytes: number, buffer: Uint8Array): boolean => {
      try {
        reader.push(Buffer.from(buffer.buffer, buffer.byteOffset, bytes));
      } catch (error) {
        this.#down(error instanceof Error ? error.message : String(error));
      }
      return true;
    };
    this.#socket = connect({ path, onread: { buffer: Buffer.alloc(readBytes), callback } });
    this.#socket.once('connect', () => this.#socket.write(encodeHello()));
    this.#socket.on('error', (error) => this.#down(error.message));
    this.#socket.on('close', () => this.#down('the control socket was closed'));
  }

  /**
   * Connects to the socket and asks for proxy mode. Rejects with MuxUnavailable when the master does not grant it.
   */
  static async connect(path: string, events: MuxLinkEvents): Promise<MuxLink> {
    const link = new MuxLink(path, events);
    const timer = setTimeout(() => link.#down('the master did not answer'), handshakeMs);
    try {
      await link.#ready.promise;
      return link;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Channels that the host has not closed yet, whoever still waits for them. */
  get channelCount(): number {
    return this.#channels.size;
  }

  /** Asks the host for a session channel; await its `opened`. */
  open(): Channel {
    const id = this.#nextId++;
    const channel = new Channel(
      id,
      (...frames) => this.#write(frames),
      () => {
        this.#channels.delete(id);
        this.#events.channelClosed();
      },
    );
    if (this.#step === 'ready') this.#channels.set(id, channel);
    else channel.linkLost(new LinkDown('the link is down'));
    return channel;
  }

  /** A link in use keeps the process alive, an idle one does not. */
  keepsProcessAlive(yes: boolean): void {
    if (yes) this.#socket.ref();
    else this.#socket.unref();
  }

  /** Ends every channel with LinkDown and closes the socket. */
  destroy(reason: string): void {
    this.#step = 'down';
    this.#socket.destroy();
    const lost = new LinkDown(reason);
    for (const channel of this.#channels.values()) channel.linkLost(lost);
    this.#channels.clear();
  }

  #write(frames: readonly Uint8Array[]): void {
    if (this.#step !== 'ready') return;
    this.#socket.cork();
    for (const frame of frames) this.#socket.write(frame);
    this.#socket.uncork();
  }

  #take(frame: Buffer): void {
    if (this.#step === 'ready') {
      const message = decodeMessage(frame);
      if (message !== undefined) this.#channels.get(message.channel)?.receive(message);
    } else if (this.#step === 'hello') {
      if (!isHello(frame)) throw new ProtocolError('the master speaks another version of the protocol');
      this.#step = 'proxy';
      this.#socket.write(encodeProxyRequest());
    } else if (this.#step === 'proxy') {
      if (!isProxyGranted(frame)) throw new ProtocolError('the master refused proxy mode');
      this.#step = 'ready';
      this.#ready.resolve();
    }
  }

  #down(reason: string): void {
    const step = this.#step;
    if (step === 'down') return;
    this.#step = 'down';
    this.#socket.destroy();
    if (step === 'ready') this.#events.down(reason);
    else this.#ready.reject(new MuxUnavailable(reason));
  }
}
