import { setTimeout as sleep } from 'node:timers/promises';
import { DomainError } from '../../domain/errors.ts';
import { type Job, type JobEnd, LinkDown, orAborted } from './carrier.ts';
import { type Channel, ExecRefused, OpenRefused } from './channel.ts';
import { reasonOfLoss } from './diagnose.ts';
import { type Master, MasterFailed } from './master.ts';
import { MuxLink } from './mux-link.ts';

/** Channels the host has not ended although nobody waits for them; with 6 in use that stays below sshd's 10. */
const mostLingering = 3;
const openRetries = 3;
const spareIdleMs = 30_000;
const lastWordsMs = 1000;

/**
 * One login: a master and the channels over it. Between commands it keeps one channel open in advance, which saves a
 * round trip (measured at 30 ms: 65 to 34 ms per command); it is given up after 30 s without use.
 */
export class Connection {
  readonly #host: string;
  readonly #master: Master;
  readonly #limit: number;
  readonly #onLost: (reason: string) => void;
  #link: MuxLink | undefined;
  #spare: Channel | undefined;
  #spareTimer: NodeJS.Timeout | undefined;
  #refused = false;
  #spareRefused = false;
  #awaited = 0;
  #state: 'up' | 'retired' | 'down' = 'up';

  private constructor(host: string, master: Master, limit: number, onLost: (reason: string) => void) {
    this.#host = host;
    this.#master = master;
    this.#limit = limit;
    this.#onLost = onLost;
  }

  /** Takes over a running master. Rejects with MuxUnavailable, or with MasterFailed when it ended. */
  static async over(
    host: string,
    master: Master,
    limit: number,
    onLost: (reason: string) => void,
  ): Promise<Connection> {
    const connection = new Connection(host, master, limit, onLost);
    try {
      connection.#link = await MuxLink.connect(master.socketPath, {
        down: (reason) => void connection.#lost(reason),
        channelClosed: () => connection.#stopWhenEmpty(),
      });
    } catch (error) {
      const stderr = await lastWords(master);
      await master.stop();
      // A login that was lost in this very moment says nothing about the socket.
      throw stderr === undefined ? error : new MasterFailed(stderr);
    }
    connection.#link.keepsProcessAlive(false);
    void master.ended.then(() => connection.#lost('the ssh process ended'));
    return connection;
  }

  /** True while it takes commands. */
  get usable(): boolean {
    return this.#state === 'up';
  }

  /** True when so many abandoned commands hold on to it that a new login is better. */
  get crowded(): boolean {
    return this.#lingering >= (this.#refused ? 1 : mostLingering);
  }

  /** True once nothing goes over it any more. */
  get down(): boolean {
    return this.#state === 'down';
  }

  /** Commands of the host that nobody waits for any longer. */
  get #lingering(): number {
    const spare = this.#spare === undefined ? 0 : 1;
    return (this.#link?.channelCount ?? 0) - this.#awaited - spare;
  }

  /** Carries one command. Rejects with LinkDown, with a DomainError before anything was sent, or as the job's sink. */
  async run(job: Job): Promise<JobEnd> {
    this.#awaited += 1;
    this.#link?.keepsProcessAlive(true);
    let released = false;
    const release = (): void => {
      if (released) return;
      released = true;
      this.#awaited -= 1;
      if (this.#awaited === 0) this.#link?.keepsProcessAlive(false);
      this.#openSpare();
    };
    let channel: Channel | undefined;
    const drop = (): void => {
      channel?.drop();
      release();
    };
    try {
      channel = await this.#channel(job);
      if (job.dropped.aborted) {
        channel.close();
        throw job.dropped.reason;
      }
      job.dropped.addEventListener('abort', drop, { once: true });
      const end = channel.run(job);
      // Opened meanwhile, so that the next command of a series costs one round trip as well.
      this.#openSpare();
      return await end;
    } catch (error) {
      if (error instanceof ExecRefused) throw this.#unreachable(error.message, error);
      throw error;
    } finally {
      job.dropped.removeEventListener('abort', drop);
      release();
      this.#stopWhenEmpty();
    }
  }

  /** Takes no more commands; ends when the last one it carries has ended. */
  retire(): void {
    if (this.#state !== 'up') return;
    this.#state = 'retired';
    this.#dropSpare();
    this.#stopWhenEmpty();
  }

  /** Ends the login at once; whatever it carries fails with LinkDown. */
  async close(): Promise<void> {
    this.#state = 'down';
    this.#dropSpare();
    this.#link?.destroy('the connection was closed');
    await this.#master.stop();
  }

  /**
   * An opened channel; a refusal is tried again, since nothing ran. A read takes the spare one. A change opens its own:
   * the host's answer proves that the link is alive, so no change goes into a dead one and leaves its outcome unknown.
   */
  async #channel({ dropped: signal, repeatable }: Job): Promise<Channel> {
    if (!repeatable && this.#awaited + 1 > this.#limit) this.#dropSpare();
    const spare = repeatable ? this.#takeSpare() : undefined;
    if (spare !== undefined) {
      try {
        await orAborted(spare.opened, signal);
        if (spare.usable) return spare;
      } catch (error) {
        if (!(error instanceof OpenRefused)) throw this.#abandon(spare, error);
      }
    }
    for (let tries = 0; ; tries += 1) {
      const channel = this.#open();
      try {
        await orAborted(channel.opened, signal);
        return channel;
      } catch (error) {
        if (!(error instanceof OpenRefused)) throw this.#abandon(channel, error);
        if (tries === openRetries) throw this.#noSession(error);
      }
      await sleep(5 + Math.random() * 45, undefined, { signal }).catch(() => {
        throw signal.reason;
      });
    }
  }

  #open(): Channel {
    if (this.#link === undefined) throw new LinkDown('the link is down');
    return this.#link.open();
  }

  #abandon(channel: Channel, error: unknown): unknown {
    channel.close();
    return error;
  }

  /** Beyond MaxSessions: with abandoned commands in the way a new login helps, otherwise only patience does. */
  #noSession(cause: OpenRefused): Error {
    this.#refused = true;
    if (this.crowded) return new LinkDown('it opened no further session', { cause });
    return this.#unreachable('it opened no further session (MaxSessions in its sshd_config)', cause);
  }

  #unreachable(reason: string, cause: Error): DomainError {
    return new DomainError('HOST_UNREACHABLE', { host: this.#host, reason }, { cause });
  }

  #takeSpare(): Channel | undefined {
    const spare = this.#spare;
    clearTimeout(this.#spareTimer);
    this.#spare = undefined;
    return spare?.usable === true ? spare : undefined;
  }

  #openSpare(): void {
    const inUse = this.#link?.channelCount ?? 0;
    if (this.#state !== 'up' || this.#spareRefused || this.#spare !== undefined) return;
    if (this.#awaited + 1 > this.#limit || inUse + 1 > this.#limit) return;
    const spare = this.#open();
    this.#spare = spare;
    this.#spareTimer = setTimeout(() => this.#dropSpare(), spareIdleMs);
    this.#spareTimer.unref();
    spare.opened.catch((error: unknown) => {
      if (this.#spare === spare) this.#takeSpare();
      if (error instanceof OpenRefused) this.#spareRefused = true;
    });
  }

  #dropSpare(): void {
    this.#takeSpare()?.close();
  }

  #stopWhenEmpty(): void {
    if (this.#state === 'retired' && this.#awaited === 0 && this.#link?.channelCount === 0) void this.close();
  }

  async #lost(what: string): Promise<void> {
    if (this.#state === 'down') return;
    this.#state = 'down';
    this.#dropSpare();
    const reason = reasonOfLoss((await lastWords(this.#master)) ?? '', what);
    this.#link?.destroy(reason);
    this.#onLost(reason);
    await this.#master.stop();
  }
}

/** What ssh said, if it ends within a moment: the socket closes before ssh has said why. */
async function lastWords(master: Master): Promise<string | undefined> {
  const limit = new AbortController();
  const silence = sleep(lastWordsMs, undefined, { signal: limit.signal }).catch(() => undefined);
  const stderr = await Promise.race([master.ended, silence]);
  limit.abort();
  return stderr;
}
