import { connect, createServer, type Server, type Socket } from 'node:net';

interface Pair {
  readonly client: Socket;
  readonly host: Socket;
}

/**
 * A TCP proxy on 127.0.0.1 that can make a network misbehave: delay, swallow everything in silence, reset, or cut or
 * hold up after so many bytes of the host's answer. Switches take effect at once, on open connections too.
 */
export class FaultProxy {
  readonly port: number;
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
  #latencyMs = 0;
  #silent = false;
  #bytesUntilCut = Number.POSITIVE_INFINITY;
  #sentUntilCut = Number.POSITIVE_INFINITY;
  #bytesUntilHold = Number.POSITIVE_INFINITY;
  readonly #held = new Set<Socket>();
  #connections = 0;

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.port = port;
  }

  static start(targetPort: number): Promise<FaultProxy> {
    return new Promise((resolve, reject) => {
      const server = createServer({ noDelay: true });
      server.once('error', reject);
      server.listen(0, '127.0.0.1', () => {
        const address = server.address();
        if (address === null || typeof address === 'string') {
          reject(new Error('the proxy has no port'));
          return;
        }
        const proxy = new FaultProxy(server, address.port);
        server.on('connection', (client) => proxy.#accept(client, targetPort));
        resolve(proxy);
      });
    });
  }

  /** How many connections were made to the proxy so far. */
  get connections(): number {
    return this.#connections;
  }

  /** Delays every chunk in each direction by this much. */
  latency(ms: number): void {
    this.#latencyMs = ms;
  }

  /** From now on bytes are taken and never delivered; connections stay open, as behind a dead router. */
  blackhole(): void {
    this.#silent = true;
  }

  /** Ends every open connection with a TCP reset. */
  reset(): void {
    for (const { client, host } of this.#pairs) {
      client.resetAndDestroy();
      host.resetAndDestroy();
    }
  }

  /** Lets so many more bytes of the host through and then resets the connection they belong to. */
  cutAfter(bytes: number): void {
    this.#bytesUntilCut = bytes;
  }

  /** Lets so many more bytes of the client through and then resets the connection they belong to. */
  cutAfterSent(bytes: number): void {
    this.#sentUntilCut = bytes;
  }

  /** Lets so many more bytes of the host through; then the connection they belong to stands still until it is healed. */
  holdAfter(bytes: number): void {
    this.#bytesUntilHold = bytes;
  }

  /** True while a connection is held up. */
  get holds(): boolean {
    return this.#held.size > 0;
  }

  /** Undoes every switch for what comes from now on. */
  heal(): void {
    this.#latencyMs = 0;
    this.#silent = false;
    this.#bytesUntilCut = Number.POSITIVE_INFINITY;
    this.#sentUntilCut = Number.POSITIVE_INFINITY;
    this.#bytesUntilHold = Number.POSITIVE_INFINITY;
    for (const host of this.#held) host.resume();
    this.#held.clear();
  }

  async close(): Promise<void> {
    this.reset();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #accept(client: Socket, targetPort: number): void {
    this.#connections += 1;
    const host = connect({ port: targetPort, host: '127.0.0.1', noDelay: true });
    const pair = { client, host };
    this.#pairs.add(pair);
    for (const socket of [client, host]) {
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.#pairs.delete(pair);
        this.#held.delete(host);
        if (!this.#silent) this.#later(() => (socket === client ? host : client).destroy());
      });
    }
    client.on('data', (chunk) => this.#passFromClient(pair, chunk));
    host.on('data', (chunk) => this.#passFromHost(pair, chunk));
  }

  #passFromClient(pair: Pair, chunk: Buffer): void {
    const passed = chunk.subarray(0, Math.max(0, this.#sentUntilCut));
    this.#sentUntilCut -= chunk.length;
    this.#pass(pair.host, passed);
    if (this.#sentUntilCut > 0) return;
    this.#sentUntilCut = Number.POSITIVE_INFINITY;
    // What was let through has to leave before the reset, or the host would never see it.
    this.#later(() => pair.host.end(() => pair.host.resetAndDestroy()));
    pair.client.resetAndDestroy();
  }

  #passFromHost(pair: Pair, chunk: Buffer): void {
    const passed = chunk.subarray(0, Math.max(0, this.#bytesUntilCut));
    this.#bytesUntilCut -= chunk.length;
    this.#pass(pair.client, passed);
    this.#bytesUntilHold -= chunk.length;
    if (this.#bytesUntilHold <= 0) {
      this.#bytesUntilHold = Number.POSITIVE_INFINITY;
      this.#held.add(pair.host);
      pair.host.pause();
    }
    if (this.#bytesUntilCut > 0) return;
    this.#bytesUntilCut = Number.POSITIVE_INFINITY;
    pair.client.resetAndDestroy();
    pair.host.resetAndDestroy();
  }

  #pass(to: Socket, chunk: Buffer): void {
    if (this.#silent || chunk.length === 0) return;
    this.#later(() => {
      if (!to.destroyed) to.write(chunk);
    });
  }

  /** Equal delays keep their order, so chunks stay in theirs. */
  #later(action: () => void): void {
    if (this.#latencyMs === 0) action();
    else setTimeout(action, this.#latencyMs);
  }
}
