import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { DomainError } from '../../domain/errors.ts';
import type { OutputStream } from '../transport.ts';
import { Backoff, refusalPauseMs } from './backoff.ts';
import { type Carrier, type Job, type JobEnd, LinkDown } from './carrier.ts';
import { reasonOfLoss } from './diagnose.ts';
import { explain } from './host-key.ts';
import { KeptOutput } from './kept-output.ts';
import { OutputFeed } from './output-feed.ts';
import { type SshTarget, sshOptions } from './ssh-arguments.ts';

/** What ssh itself exits with when it failed; a command of the host may do so too. */
const sshFailed = 255;

/** This one line ssh writes to stderr whatever its log is (measured, OpenSSH 9.2). */
const hungUp = /Connection to \S+ closed by remote host\.(?=\r?\n?$)/;
const lastWordsBytes = 1024;

/**
 * Starts one ssh per command: slow (measured 65 times a channel of the mux), but it works wherever ssh does, Windows
 * included. ssh writes its own words to a log file in a private directory, so the command's stderr stays clean and a
 * failed login can be told from a failed command: until the log says "Authenticated to" nothing was run.
 *
 * Limits of ssh's own exit status: a command ended by a signal is reported as exit 255, as ssh does. The ssh of a
 * command that is running when this process is killed ends when it next has output to write, or with the command.
 */
export class SpawnCarrier implements Carrier {
  readonly #target: SshTarget;
  readonly #baseDir: string;
  readonly #running = new Set<ChildProcess>();
  readonly #pause = new Backoff();
  #refusal: DomainError | undefined;
  #directory: Promise<string> | undefined;
  #next = 0;
  #closed = false;

  constructor(target: SshTarget, baseDir: string) {
    this.#target = target;
    this.#baseDir = baseDir;
  }

  async run(job: Job): Promise<JobEnd> {
    if (this.#refusal !== undefined && this.#pause.remainingMs > 0) throw this.#refusal;
    const log = join(await this.#logDirectory(), `${this.#next++}.log`);
    try {
      if (job.dropped.aborted) throw job.dropped.reason;
      const said = new KeptOutput(lastWordsBytes);
      const sink: Job['sink'] = (stream, chunk) => {
        if (stream === 'stderr') said.add(chunk);
        return job.sink(stream, chunk);
      };
      const status = await this.#spawn({ ...job, sink }, log);
      if (status.code !== null && status.code !== sshFailed) return { exit: status.code };
      return await this.#told(await readLog(log), hungUp.exec(said.kept().data.toString())?.[0], status);
    } finally {
      await rm(log, { force: true });
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const child of this.#running) child.kill('SIGKILL');
    const directory = await this.#directory?.catch(() => undefined);
    if (directory !== undefined) await rm(directory, { recursive: true, force: true });
  }

  async #logDirectory(): Promise<string> {
    this.#directory ??= mkdtemp(join(this.#baseDir, 'dk-'));
    try {
      return await this.#directory;
    } catch (cause) {
      this.#directory = undefined;
      const reason = `no private directory could be made in ${this.#baseDir}`;
      throw new DomainError('HOST_UNREACHABLE', { host: this.#target.name, reason }, { cause });
    }
  }

  #spawn(job: Job, log: string): Promise<{ code: number | null; error?: Error }> {
    const args = [...sshOptions(this.#target, 'VERBOSE'), '-S', 'none', '-o', 'ControlMaster=no', '-E', log];
    const child = spawn('ssh', [...args, '--', this.#target.destination, job.line], {
      stdio: [job.stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      windowsHide: true,
      // A group of its own, so that Ctrl-C in our terminal does not end a deploy which we are about to see through.
      detached: process.platform !== 'win32',
    });
    job.onSent();
    this.#running.add(child);
    // A command need not read its input; that the pipe broke is then no failure.
    child.stdin?.on('error', () => undefined);
    return new Promise((resolve, reject) => {
      feed(child, job, (error) => {
        child.kill('SIGTERM');
        reject(error);
      });
      const drop = (): void => {
        if (job.repeatable) child.kill('SIGTERM');
      };
      const failed = (error: unknown): void => {
        drop();
        reject(error);
      };
      job.dropped.addEventListener('abort', drop, { once: true });
      const output = inOrder(child, job, failed);
      const over = (code: number | null, error?: Error): void => {
        this.#running.delete(child);
        job.dropped.removeEventListener('abort', drop);
        output.then(() => resolve(error === undefined ? { code } : { code, error }), reject);
      };
      child.once('error', (error) => over(null, error));
      child.once('close', (code) => over(code));
    });
  }

  /** What an ssh that exited with 255, or was ended by a signal, has to say. */
  async #told(
    log: string,
    lastLine: string | undefined,
    status: { code: number | null; error?: Error },
  ): Promise<JobEnd> {
    if (status.error !== undefined || !/Authenticated to /.test(log)) {
      throw this.#closed ? new LinkDown('the transport was closed') : await this.#notSent(log, status.error);
    }
    const reason = reasonOfLoss(log.replace(/^[\s\S]*Authenticated to .*$/m, ''), lastLine ?? '');
    if (status.code === sshFailed && reason === '') return { exit: sshFailed };
    throw new LinkDown(reason === '' ? 'ssh was ended' : reason);
  }

  async #notSent(log: string, error: Error | undefined): Promise<DomainError> {
    const failure = await explain(error === undefined ? log : error.message, this.#target);
    if (failure.code !== 'HOST_UNREACHABLE') {
      this.#refusal = failure;
      this.#pause.holdFor(refusalPauseMs);
    }
    return failure;
  }
}

/** Writes standard input as fast as ssh takes it; `failed` is told when the source breaks off. */
function feed({ stdin }: ChildProcess, job: Job, failed: (error: unknown) => void): void {
  if (job.stdin === undefined || stdin === null) return;
  if (job.stdin instanceof Uint8Array) {
    stdin.end(job.stdin);
    return;
  }
  const source = Readable.from(job.stdin);
  let broken: unknown;
  source.once('error', (error) => {
    broken = error;
  });
  pipeline(source, stdin).catch(() => {
    if (broken !== undefined) failed(broken);
  });
}

/**
 * Hands both streams to the sink; nothing more is read while the sink has a chunk in hand. Resolves when the process
 * has ended and everything has been taken.
 */
function inOrder(child: ChildProcess, job: Job, failed: (error: unknown) => void): Promise<void> {
  const streams: [OutputStream, Readable | null][] = [
    ['stdout', child.stdout],
    ['stderr', child.stderr],
  ];
  return new Promise((resolve) => {
    let ended = false;
    const finish = (): void => {
      if (ended && feed.idle) resolve();
    };
    const feed = new OutputFeed(job.sink, {
      taken: () => undefined,
      failed: (error) => {
        feed.discard();
        failed(error);
      },
      idle: () => {
        for (const [, stream] of streams) stream?.resume();
        finish();
      },
    });
    job.dropped.addEventListener('abort', () => feed.discard(), { once: true });
    for (const [name, stream] of streams) {
      stream?.on('data', (chunk: Buffer) => {
        feed.push(name, chunk);
        if (!feed.idle) for (const [, other] of streams) other?.pause();
      });
    }
    child.once('close', () => {
      ended = true;
      finish();
    });
  });
}

async function readLog(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return '';
  }
}
