import { setTimeout as sleep } from 'node:timers/promises';
import { DomainError } from '../../domain/errors.ts';
import { Backoff, refusalPauseMs } from './backoff.ts';
import { orAborted, type SshEvent } from './carrier.ts';
import { Connection } from './connection.ts';
import { isTransient } from './diagnose.ts';
import { explain } from './host-key.ts';
import { Master, MasterFailed } from './master.ts';
import type { SshTarget } from './ssh-arguments.ts';

const longestWaitMs = 1000;
const loginAttempts = 3;
const mostRetired = 4;

/**
 * Owns the login to one host: the first caller makes it, the others wait for the same one, and a lost one is made anew
 * at the next command. A host that does not answer is left alone for 0.25 to 30 s, a refused key or an untrusted host
 * for 5 s (a loop of logins gets an address banned); meanwhile callers get the last failure at once.
 */
export class Connector {
  readonly #target: SshTarget;
  readonly #baseDir: string;
  readonly #maxChannels: number;
  readonly #onEvent: (event: SshEvent) => void;
  readonly #backoff = new Backoff();
  #current: Connection | undefined;
  readonly #retired = new Set<Connection>();
  #connecting: Promise<Connection> | undefined;
  #lastFailure: DomainError | undefined;
  readonly #closing = new AbortController();

  constructor(target: SshTarget, baseDir: string, maxChannels: number, onEvent: (event: SshEvent) => void) {
    this.#target = target;
    this.#baseDir = baseDir;
    this.#maxChannels = maxChannels;
    this.#onEvent = onEvent;
  }

  /**
   * A connection that takes commands. Rejects with the DomainError of the failed login, with MuxUnavailable, or with
   * the signal's reason; a login that others wait for goes on.
   */
  connection(signal: AbortSignal): Promise<Connection> {
    const current = this.#current;
    if (current?.usable === true && !this.#setAside(current)) return Promise.resolve(current);
    this.#connecting ??= this.#connect().finally(() => {
      this.#connecting = undefined;
    });
    return orAborted(this.#connecting, signal);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#connecting?.catch(() => undefined);
    const all = [...this.#retired, ...(this.#current === undefined ? [] : [this.#current])];
    await Promise.all(all.map((connection) => connection.close()));
  }

  /**
   * Leaves a crowded connection to the commands it still carries; true when a new one is to be made. It is never ended
   * by us before they have ended: that would kill a deploy.
   */
  #setAside(connection: Connection): boolean {
    for (const old of this.#retired) if (old.down) this.#retired.delete(old);
    if (!connection.crowded || this.#retired.size >= mostRetired) return false;
    this.#retired.add(connection);
    connection.retire();
    return true;
  }

  async #connect(): Promise<Connection> {
    await this.#waitForTurn();
    const startedAt = performance.now();
    const connection = await this.#login();
    if (this.#closing.signal.aborted) {
      await connection.close();
      throw new DomainError('HOST_UNREACHABLE', { host: this.#target.name, reason: 'the server is closing' });
    }
    this.#backoff.succeeded();
    this.#lastFailure = undefined;
    this.#current = connection;
    const ms = Math.round(performance.now() - startedAt);
    this.#onEvent({ kind: 'connected', host: this.#target.name, ms });
    return connection;
  }

  /** A short pause is waited out; for a long one the caller is told at once what went wrong last time. */
  async #waitForTurn(): Promise<void> {
    const wait = this.#backoff.remainingMs;
    if (wait === 0) return;
    if (wait > longestWaitMs && this.#lastFailure !== undefined) throw this.#lastFailure;
    await this.#pause(wait);
  }

  async #login(): Promise<Connection> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const master = await Master.start(this.#target, this.#baseDir, this.#closing.signal);
        return await this.#over(master);
      } catch (error) {
        if (!(error instanceof MasterFailed)) throw error;
        if (attempt === loginAttempts || this.#closing.signal.aborted || !isTransient(error.stderr)) {
          throw await this.#failed(error.stderr);
        }
        this.#backoff.failed();
        await this.#pause(this.#backoff.remainingMs);
      }
    }
  }

  async #pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#closing.signal }).catch(() => undefined);
  }

  #over(master: Master): Promise<Connection> {
    const { name } = this.#target;
    return Connection.over(name, master, this.#maxChannels, (reason) => {
      this.#onEvent({ kind: 'disconnected', host: name, reason });
    });
  }

  async #failed(stderr: string): Promise<DomainError> {
    const failure = await explain(stderr, this.#target);
    if (failure.code === 'HOST_UNREACHABLE') this.#backoff.failed();
    else this.#backoff.holdFor(refusalPauseMs);
    this.#lastFailure = failure;
    return failure;
  }
}
