import { setMaxListeners } from 'node:events';
import { DomainError } from '../../domain/errors.ts';
import type { ExecRequest } from '../transport.ts';

/**
 * How long one call is waited for, and why it ends early: the caller's signal, the deadline, or the closing of the
 * transport. Until the command is sent the time runs for the way to the host, and then anew for the command itself;
 * the failure always says whether the host may still be at work.
 */
export class Wait {
  readonly #request: ExecRequest;
  readonly #host: string;
  readonly #over = new AbortController();
  #timer: NodeJS.Timeout;
  #sent = false;

  constructor(request: ExecRequest, host: string) {
    this.#request = request;
    this.#host = host;
    this.#timer = setTimeout(() => this.#expired(), timerMs(request));
    if (request.signal?.aborted === true) this.cancel();
    else if (request.signal !== undefined) this.#heed(request.signal);
  }

  /** Aborted, with the DomainError as its reason, when the caller is no longer to wait. */
  get signal(): AbortSignal {
    return this.#over.signal;
  }

  get sent(): boolean {
    return this.#sent;
  }

  /** The command is on its way: its own time begins. A repeated read goes on with the time it has. */
  readonly markSent = (): void => {
    if (this.#sent) return;
    this.#sent = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#expired(), timerMs(this.#request));
  };

  /** Ends the waiting on behalf of the caller or of a transport that closes. */
  readonly cancel = (): void => {
    this.#end(new DomainError('CANCELLED', { command: this.#request.label, sent: this.#sent }));
  };

  dispose(): void {
    clearTimeout(this.#timer);
    this.#request.signal?.removeEventListener('abort', this.cancel);
  }

  /** One signal often ends many calls; Node takes more than ten listeners for a leak and warns on stderr. */
  #heed(signal: AbortSignal): void {
    setMaxListeners(0, signal);
    signal.addEventListener('abort', this.cancel, { once: true });
  }

  #expired(): void {
    const { label, deadlineMs } = this.#request;
    const reason = `no connection with a free channel within ${Math.round(deadlineMs / 1000)} s`;
    this.#end(
      this.#sent
        ? new DomainError('TIMEOUT', { command: label, ms: deadlineMs })
        : new DomainError('HOST_UNREACHABLE', { host: this.#host, reason }),
    );
  }

  #end(reason: DomainError): void {
    this.#over.abort(reason);
    this.dispose();
  }
}

/** Node's timers end at 2^31 - 1 ms; a longer one would fire at once. */
function timerMs({ deadlineMs }: ExecRequest): number {
  return Math.min(deadlineMs, 2 ** 31 - 1);
}
