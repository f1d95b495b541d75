import { setMaxListeners } from 'node:events';
import { DomainError } from '../../domain/errors.ts';
import { KeptOutput } from '../ssh/kept-output.ts';
import type { ExecOutcome, ExecRequest, OutputStream, Transport } from '../transport.ts';
import type { SimulatedHost } from './host.ts';
import { runSession } from './session.ts';

const DEFAULT_KEEP_BYTES = 1024 * 1024;

/**
 * Carries commands to a simulated host in the same process. Deadlines count the host's time, or real time where a
 * slow reader holds the command up. As over SSH, a read that nobody waits for any longer is hung up on, while a
 * change runs on to its end with its output thrown away.
 */
export class SimulatorTransport implements Transport {
  readonly #host: SimulatedHost;
  readonly #closing = new AbortController();

  constructor(host: SimulatedHost) {
    this.#host = host;
    // Every command under way listens to it; Node warns of a leak above ten.
    setMaxListeners(0, this.#closing.signal);
  }

  async exec(request: ExecRequest): Promise<ExecOutcome> {
    const stdin = await collected(request.stdin);
    if (this.#closing.signal.aborted) throw this.#lost(request);
    if (request.signal?.aborted === true) {
      throw new DomainError('CANCELLED', { command: request.label, sent: false });
    }
    return await new Promise<ExecOutcome>((resolve, reject) => this.#carry(request, stdin, resolve, reject));
  }

  /** Commands under way are lost, as when a link breaks. */
  async close(): Promise<void> {
    this.#closing.abort();
  }

  #carry(
    request: ExecRequest,
    stdin: Buffer | undefined,
    resolve: (outcome: ExecOutcome) => void,
    reject: (error: unknown) => void,
  ): void {
    const limit = request.keepBytes ?? DEFAULT_KEEP_BYTES;
    const kept = { stdout: new KeptOutput(limit), stderr: new KeptOutput(limit) };
    const began = this.#host.now();
    const hangUp = new AbortController();
    let waiting = true;
    const stop = (error: unknown): void => {
      if (!waiting) return;
      settle();
      if (request.repeatable || this.#closing.signal.aborted) hangUp.abort();
      reject(error);
    };
    const cancelled = (): void => stop(new DomainError('CANCELLED', { command: request.label, sent: true }));
    const closed = (): void => stop(this.#lost(request));
    const late = (): void =>
      stop(new DomainError('TIMEOUT', { command: request.label, ms: request.deadlineMs }));
    const timer = setTimeout(late, request.deadlineMs);
    const settle = (): void => {
      waiting = false;
      clearTimeout(timer);
      request.signal?.removeEventListener('abort', cancelled);
      this.#closing.signal.removeEventListener('abort', closed);
    };
    request.signal?.addEventListener('abort', cancelled, { once: true });
    this.#closing.signal.addEventListener('abort', closed, { once: true });
    const onOutput = (stream: OutputStream, text: string | Buffer): void | Promise<void> => {
      if (!waiting) return undefined;
      const chunk = Buffer.from(text);
      kept[stream].add(chunk);
      return request.onOutput?.(stream, chunk);
    };
    runSession(this.#host, {
      line: request.line,
      keepOutput: false,
      onOutput,
      signal: hangUp.signal,
      deadline: { ms: request.deadlineMs, passed: late },
      ...(stdin === undefined ? {} : { stdin }),
    }).then(({ exit }) => {
      if (!waiting) return;
      settle();
      const durationMs = this.#host.now() - began;
      resolve({ exit, stdout: kept.stdout.kept(), stderr: kept.stderr.kept(), durationMs });
    }, stop);
  }

  #lost(request: ExecRequest): DomainError {
    return new DomainError('LINK_LOST', {
      command: request.label,
      host: this.#host.name,
      reason: 'the transport was closed',
    });
  }
}

/** A simulated command sees its whole input at once. */
async function collected(stdin: ExecRequest['stdin']): Promise<Buffer | undefined> {
  if (stdin === undefined || stdin instanceof Uint8Array) return stdin && Buffer.from(stdin);
  const pieces: Buffer[] = [];
  for await (const piece of stdin) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}
