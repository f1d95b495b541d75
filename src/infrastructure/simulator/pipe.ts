import { BrokenPipe } from './invocation.ts';

type Stream = 'stdout' | 'stderr';
type Reader = (stream: Stream, text: string | Buffer) => void | Promise<void>;

/**
 * Standard output and error of one session. The reader gets every text in order, one at a time: while its promise
 * is pending nothing more is handed over. With a terminal both streams are one and lines end in CR LF.
 */
export class Pipe {
  readonly #signal: AbortSignal;
  readonly #tty: boolean;
  readonly #reader: Reader | undefined;
  readonly #keeps: boolean;
  readonly #kept: Record<Stream, Buffer[]> = { stdout: [], stderr: [] };
  #merged = false;
  #delivery: Promise<void> | undefined;

  constructor(signal: AbortSignal, tty: boolean, keeps: boolean, reader: Reader | undefined) {
    this.#signal = signal;
    this.#tty = tty;
    this.#keeps = keeps;
    this.#reader = reader;
  }

  /** Throws BrokenPipe when the client has gone. */
  write(stream: Stream, text: string | Buffer): void {
    if (this.#signal.aborted) throw new BrokenPipe();
    if (text.length === 0) return;
    const target: Stream = this.#merged || this.#tty ? 'stdout' : stream;
    const shown = this.#tty && typeof text === 'string' ? text.replace(/\r?\n/g, '\r\n') : text;
    if (this.#keeps) this.#kept[target].push(Buffer.from(shown));
    this.#deliver(target, shown);
  }

  merge(): void {
    this.#merged = true;
  }

  text(): { stdout: string; stderr: string } {
    const joined = (stream: Stream): string => Buffer.concat(this.#kept[stream]).toString('utf8');
    return { stdout: joined('stdout'), stderr: joined('stderr') };
  }

  /** Resolves when the reader has taken everything that was written; rejects with the reader's fault. */
  async drained(): Promise<void> {
    await this.#delivery;
  }

  #deliver(stream: Stream, text: string | Buffer): void {
    const reader = this.#reader;
    if (reader === undefined) return;
    if (this.#delivery === undefined) {
      const pending = reader(stream, text);
      if (pending !== undefined) this.#follow(pending);
    } else {
      this.#follow(this.#delivery.then(() => reader(stream, text)));
    }
  }

  #follow(delivery: Promise<void>): void {
    this.#delivery = delivery;
    delivery.then(
      () => {
        if (this.#delivery === delivery) this.#delivery = undefined;
      },
      () => undefined,
    );
  }
}
