import type { OutputStream } from '../transport.ts';

/** One command as a carrier sees it: what to send, where the output goes, and when nobody waits any longer. */
export interface Job {
  readonly line: string;
  readonly stdin: Uint8Array | AsyncIterable<Uint8Array> | undefined;
  /** True for a read. Only a read may be ended early on the host's side; a change is left to finish. */
  readonly repeatable: boolean;
  /** Sees every chunk in order, one at a time. The chunk may be reused as soon as the call has returned. */
  readonly sink: (stream: OutputStream, chunk: Buffer) => undefined | Promise<void>;
  /** Called once, just before the command can reach the host. */
  readonly onSent: () => void;
  /** Aborted when the caller stopped waiting; before the sending it means that nothing may be sent. */
  readonly dropped: AbortSignal;
}

/** How the host ended a command: exactly one of the two is there. */
export interface JobEnd {
  readonly exit: number | undefined;
  readonly signal?: string;
}

/** One way to bring commands to a host. */
export interface Carrier {
  /**
   * Rejects with a DomainError when the host cannot be reached (nothing was sent), with LinkDown when the link broke,
   * with MuxUnavailable when this way is not to be had here, and with the error of a failing sink.
   */
  run(job: Job): Promise<JobEnd>;
  close(): Promise<void>;
}

/** The link to the host broke. Whether the command had been sent is known from `Job.onSent`. */
export class LinkDown extends Error {
  override readonly name = 'LinkDown';
}

/** The control socket or its proxy mode is not to be had on this machine; nothing was sent. */
export class MuxUnavailable extends Error {
  override readonly name = 'MuxUnavailable';
}

/** What a transport tells its log. None of it carries arguments or output of a command. */
export type SshEvent =
  | { readonly kind: 'connected'; readonly host: string; readonly ms: number }
  | { readonly kind: 'disconnected'; readonly host: string; readonly reason: string }
  | { readonly kind: 'fallback'; readonly host: string; readonly reason: string };

/** Waits for the promise, but no longer than until the signal is aborted: then rejects with its reason. */
export function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abandon = (): void => reject(signal.reason);
    if (signal.aborted) abandon();
    else signal.addEventListener('abort', abandon, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abandon));
  });
}
