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
    this.#timer = setTimeout(() => this.#expired(), request.deadlineMs);
    if (request.signal?.aborted === true) this.cancel();
    else request.signal?.addEventListener('abort', this.cancel, { once: true });
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
    this.#timer = setTimeout(() => this.#expired(), this.#request.deadlineMs);
  };

  /** Ends the waiting on behalf of the caller or of a transport that closes. */
  readonly cancel = (): void => {
    this.#end(new DomainError('CANCELLED', { command: this.#request.label, sent: this.#sent }));
  };

  dispose(): void {
    clearTimeout(this.#timer);
    this.#request.signal?.removeEventListener('abort', this.cancel);
  }

  #expired(): void {
    const { label, deadlineMs } = this.#request;
    const reason = `no channel to it was free within ${Math.round(deadlineMs / 1000)} s`;
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
