/** What one command on a host needs and gives back, whoever carries it: OpenSSH, the local machine or the simulator. */
export interface ExecRequest {
  /** The exact SSH command string; the encoder made it and has proved that it decodes to the intended argv. */
  readonly line: string;
  /** The command's name for messages (`apps:list`); never its arguments, which may be secret. */
  readonly label: string;
  /**
   * Written to the command's standard input, which is closed afterwards. Absent: standard input is empty. Pieces are
   * asked for as fast as the host takes them; when the source fails the command is hung up on.
   */
  readonly stdin?: Uint8Array | AsyncIterable<Uint8Array>;
  /**
   * Sees every chunk in order. While the returned promise is pending no more is read from this command:
   * a slow reader stalls only its own call. The chunk's memory is used again as soon as the call has returned (not:
   * when the promise settles), so what is to be kept has to be copied; a long stream then costs no memory (measured).
   */
  readonly onOutput?: (stream: OutputStream, chunk: Buffer) => void | Promise<void>;
  /** How much of each stream is kept: the first and the last part. 0 keeps nothing. Default 1 MiB. */
  readonly keepBytes?: number;
  /** Milliseconds from the sending until the caller stops waiting. */
  readonly deadlineMs: number;
  readonly signal?: AbortSignal;
  /** True for a read: when the link is lost it may be sent once more. A change is sent at most once. */
  readonly repeatable: boolean;
  /** A read that is sent at most once all the same, for the host does not bear it twice in a row. */
  readonly once?: boolean;
}

export type OutputStream = 'stdout' | 'stderr';

export interface ExecOutcome {
  /** The exit status; undefined when a signal ended the command. */
  readonly exit: number | undefined;
  readonly signal?: string;
  readonly stdout: Kept;
  readonly stderr: Kept;
  readonly durationMs: number;
}

/** A stream as far as it was kept. `bytes` counts all of it; `data` holds head and tail when `truncated`. */
export interface Kept {
  readonly data: Buffer;
  readonly bytes: number;
  readonly truncated: boolean;
}

/**
 * Carries commands to one host. Nothing connects before the first `exec`.
 *
 * `exec` rejects with a DomainError: HOST_UNREACHABLE, HOST_KEY_UNKNOWN, HOST_KEY_CHANGED, AUTH_REFUSED (nothing was
 * sent), LINK_LOST (sent, no exit status came back: for a change the outcome is unknown), TIMEOUT and CANCELLED
 * (waiting ended; `details.sent` or the message says whether the host may still carry it out).
 */
export interface Transport {
  exec(request: ExecRequest): Promise<ExecOutcome>;
  close(): Promise<void>;
}
