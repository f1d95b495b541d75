import { tmpdir } from 'node:os';
import { DomainError, ValidationError } from '../../domain/errors.ts';
import type { ExecOutcome, ExecRequest, OutputStream, Transport } from '../transport.ts';
import { type Carrier, LinkDown, MuxUnavailable, orAborted, type SshEvent } from './carrier.ts';
import { KeptOutput } from './kept-output.ts';
import { MuxCarrier } from './mux-carrier.ts';
import { FairQueue } from './queue.ts';
import { SpawnCarrier } from './spawn-carrier.ts';
import { checkTarget, type SshTarget } from './ssh-arguments.ts';
import { Wait } from './wait.ts';

export interface SshOptions extends SshTarget {
  /**
   * Where private directories (0700) for sockets and logs are made; it has to exist. Default: the system's directory
   * for temporary files. Sockets need a short path: about 60 characters are left for this.
   */
  readonly runtimeDir?: string;
  /** Commands in flight at once, default 6: with sshd's default MaxSessions of 10, a seventh may fail (measured). */
  readonly maxChannels?: number;
  /** `auto` uses the mux and falls back to one ssh per command where it is not to be had. Default `auto`. */
  readonly mode?: 'auto' | 'mux' | 'spawn';
  readonly onEvent?: (event: SshEvent) => void;
}

const defaultKeepBytes = 1024 * 1024;
const defaultMaxChannels = 6;

/** A command of 131,072 bytes fails on the host, and one of 300 kB makes sshd end the whole connection (measured). */
const longestLine = 128 * 1024 - 1024;

/**
 * Commands to one host over the system's OpenSSH. Throws a ValidationError for a destination ssh could misread;
 * connects at the first `exec`. Close it: the ssh it supervises ends then, or when this process dies.
 */
export function createSshTransport(options: SshOptions): Transport {
  checkTarget(options);
  return new SshTransport(options);
}

class SshTransport implements Transport {
  readonly #options: SshOptions;
  readonly #queue: FairQueue;
  readonly #waits = new Set<Wait>();
  readonly #onEvent: (event: SshEvent) => void;
  #carrier: Carrier;
  /** The mux after a fallback: it may still carry commands sent before. */
  #former: Carrier | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: SshOptions) {
    this.#options = options;
    this.#onEvent = options.onEvent ?? (() => undefined);
    const maxChannels = options.maxChannels ?? defaultMaxChannels;
    this.#queue = new FairQueue(maxChannels);
    const mode = options.mode ?? 'auto';
    // OpenSSH for Windows has no control sockets (PowerShell/Win32-OpenSSH#405).
    this.#carrier =
      mode === 'spawn' || (mode === 'auto' && process.platform === 'win32')
        ? this.#spawnCarrier()
        : new MuxCarrier(options, this.#baseDir(), maxChannels, this.#onEvent);
  }

  async exec(request: ExecRequest): Promise<ExecOutcome> {
    checkLine(request.line);
    const wait = new Wait(request, this.#options.name);
    if (this.#closing !== undefined) wait.cancel();
    this.#waits.add(wait);
    try {
      const release = await this.#queue.acquire(request.repeatable ? 'read' : 'change', wait.signal);
      try {
        return await this.#carry(request, wait);
      } finally {
        release();
      }
    } finally {
      this.#waits.delete(wait);
      wait.dispose();
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    for (const wait of this.#waits) wait.cancel();
    await Promise.all([this.#carrier.close(), this.#former?.close()]);
  }

  /** Sends the request, once more if the link was lost and nothing was sent or a read has shown nothing yet. */
  async #carry(request: ExecRequest, wait: Wait): Promise<ExecOutcome> {
    let lost = false;
    for (;;) {
      const attempt = new Attempt(request);
      try {
        return await this.#attempt(request, attempt, wait);
      } catch (error) {
        if (error instanceof MuxUnavailable) {
          this.#fallBack(error);
          continue;
        }
        if (!(error instanceof LinkDown)) throw error;
        const again = request.repeatable && request.once !== true;
        const safe = !wait.sent || (again && !attempt.shown);
        if (!safe || lost) throw this.#linkLost(request, wait, error);
        lost = true;
      }
    }
  }

  async #attempt(request: ExecRequest, attempt: Attempt, wait: Wait): Promise<ExecOutcome> {
    const job = {
      line: request.line,
      stdin: request.stdin,
      repeatable: request.repeatable,
      sink: attempt.sink,
      onSent: () => {
        wait.markSent();
        attempt.begin();
      },
      dropped: wait.signal,
    };
    const end = await orAborted(this.#carrier.run(job), wait.signal);
    return attempt.outcome(end);
  }

  #fallBack(cause: MuxUnavailable): void {
    const { name } = this.#options;
    if (this.#options.mode === 'mux') {
      throw new DomainError('HOST_UNREACHABLE', { host: name, reason: cause.message }, { cause });
    }
    // Calls that waited for the same login all come here; the first of them changes the carrier.
    if (!(this.#carrier instanceof MuxCarrier)) return;
    this.#former = this.#carrier;
    this.#carrier = this.#spawnCarrier();
    this.#onEvent({ kind: 'fallback', host: name, reason: cause.message });
  }

  #linkLost(request: ExecRequest, wait: Wait, cause: LinkDown): DomainError {
    const { name } = this.#options;
    return wait.sent
      ? new DomainError('LINK_LOST', { command: request.label, host: name, reason: cause.message }, { cause })
      : new DomainError('HOST_UNREACHABLE', { host: name, reason: cause.message }, { cause });
  }

  #baseDir(): string {
    return this.#options.runtimeDir ?? tmpdir();
  }

  #spawnCarrier(): Carrier {
    return new SpawnCarrier(this.#options, this.#baseDir());
  }
}

/** What one sending of a request has brought so far. */
class Attempt {
  readonly #onOutput: ExecRequest['onOutput'];
  readonly #kept: Record<OutputStream, KeptOutput>;
  #startedAt = performance.now();
  #shown = false;

  constructor(request: ExecRequest) {
    const keepBytes = request.keepBytes ?? defaultKeepBytes;
    this.#onOutput = request.onOutput;
    this.#kept = { stdout: new KeptOutput(keepBytes), stderr: new KeptOutput(keepBytes) };
  }

  /** True when the caller has seen output: then a repetition would show it twice. */
  get shown(): boolean {
    return this.#shown;
  }

  begin(): void {
    this.#startedAt = performance.now();
  }

  readonly sink = (stream: OutputStream, chunk: Buffer): undefined | Promise<void> => {
    this.#kept[stream].add(chunk);
    if (this.#onOutput === undefined) return undefined;
    this.#shown = true;
    return this.#onOutput(stream, chunk) ?? undefined;
  };

  outcome(end: { exit: number | undefined; signal?: string }): ExecOutcome {
    const durationMs = performance.now() - this.#startedAt;
    return { ...end, stdout: this.#kept.stdout.kept(), stderr: this.#kept.stderr.kept(), durationMs };
  }
}

function checkLine(line: string): void {
  const bytes = Buffer.byteLength(line);
  if (bytes > longestLine) {
    throw new ValidationError(
      'command',
      `is ${bytes} bytes long, and the host takes ${longestLine} at most`,
      {
        wayOut: 'Send less in one call; nothing was sent to the host.',
      },
    );
  }
}
