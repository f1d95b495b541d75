import type { Command, CommandResult, DokkuClient, ExecuteOptions } from '../../src/application/ports.ts';
import { DomainError } from '../../src/domain/errors.ts';

/** What a deploying command does on a fake host. */
export interface FakeDeploy {
  readonly lines: readonly string[];
  readonly exit: number;
  /** What apps:report says afterwards; absent: as before. */
  readonly serves?: readonly [kind: string, metadata: string];
  /** What the record says in the end; default by the exit code. */
  readonly record?: { status: string; exit_code?: number };
  /** The link breaks after this many lines: the client sees LINK_LOST. */
  readonly loseAfter?: number;
  /** A promise that holds the command up after the first line. */
  readonly until?: Promise<unknown>;
  /** The record stays `running` for this many reads after the link was lost. */
  readonly runsOn?: number;
}

interface FakeRecord {
  id: string;
  source: string;
  status: string;
  exit_code?: number;
  output: string[];
  reads: number;
  later?: { status: string; exit_code?: number };
}

/** A Dokku of a few commands in memory, for tests of what talks to a client: one app, its builds, its report. */
export class FakeDokku implements DokkuClient {
  readonly host = 'main';
  readonly sent: Command[] = [];
  readonly records: FakeRecord[] = [];
  running = 'true';
  processes = '1';
  source: readonly [string, string] = ['docker-image', 'demo/web:1'];
  /** False: a host below 0.38. */
  keepsRecords = true;
  /** Reads fail with this while it is set. */
  broken: DomainError | undefined;
  next: FakeDeploy = { lines: [], exit: 0 };

  execute(command: Command, options: ExecuteOptions = {}): Promise<CommandResult> {
    this.sent.push(command);
    switch (command.name) {
      case 'builds:list':
        return this.#read(() => this.#list());
      case 'builds:output':
        return this.#read(
          () => this.records.find(({ id }) => id === command.args[1])?.output.join('\n') ?? '',
        );
      case 'apps:report':
        return this.#read(() =>
          JSON.stringify({ 'deploy-source': this.source[0], 'deploy-source-metadata': this.source[1] }),
        );
      case 'ps:report':
        return this.#read(() =>
          JSON.stringify({ running: this.running, processes: this.processes, deployed: 'true' }),
        );
      default:
        return this.#deploy(command, options);
    }
  }

  /** Commands that change something, in the order in which they came. */
  get changes(): string[] {
    return this.sent
      .filter(({ name }) => !/^(builds:(list|output)|apps:report|ps:report)$/.test(name))
      .map(({ name, args }) => [name, ...args].join(' '));
  }

  about(): Promise<never> {
    return Promise.reject(new Error('not needed here'));
  }

  async close(): Promise<void> {}

  async #read(answer: () => string): Promise<CommandResult> {
    if (this.broken !== undefined) throw this.broken;
    return { exit: 0, stdout: answer(), stderr: '', truncated: false, durationMs: 1 };
  }

  #list(): string {
    if (!this.keepsRecords)
      throw new DomainError('UNSUPPORTED', { what: 'builds:list', needs: 'Dokku 0.38.0' });
    for (const record of this.records) {
      if (record.later === undefined) continue;
      record.reads -= 1;
      if (record.reads < 0) {
        Object.assign(record, record.later);
        delete record.later;
      }
    }
    return JSON.stringify(
      this.records.map(({ id, source, status, exit_code }) => ({
        id,
        app: 'web',
        kind: 'build',
        pid: 1,
        started_at: '2026-11-23T17:47:40.238038497Z',
        status: status === 'abandoned' ? 'running' : status,
        display_status: status,
        source,
        ...(exit_code === undefined ? {} : { exit_code }),
      })),
    );
  }

  async #deploy(command: Command, options: ExecuteOptions): Promise<CommandResult> {
    const { lines, exit, serves, loseAfter, until, runsOn = 0, record: end } = this.next;
    const record: FakeRecord = {
      id: `build${this.records.length}aaaaaaaa`,
      source: command.name,
      status: 'running',
      output: [],
      reads: 0,
    };
    if (this.keepsRecords && loseAfter !== 0) this.records.unshift(record);
    for (const [index, text] of lines.entries()) {
      if (index === loseAfter) break;
      record.output.push(text);
      await options.onLine?.({ stream: 'stdout', text });
      if (index === 0) await until;
    }
    const canceled = record.status === 'canceled';
    const ended = end ?? { status: exit === 0 ? 'succeeded' : 'failed', exit_code: exit };
    if (loseAfter === undefined) {
      if (!canceled) Object.assign(record, ended);
    } else {
      if (ended.status === 'succeeded') record.output = [...lines];
      record.reads = runsOn;
      record.later = ended;
    }
    if (serves !== undefined && !canceled) this.source = serves;
    if (loseAfter !== undefined) {
      throw new DomainError('LINK_LOST', { command: command.name, host: this.host, reason: 'reset' });
    }
    return { exit: canceled ? 1 : exit, stdout: '', stderr: '', truncated: false, durationMs: 1 };
  }
}
