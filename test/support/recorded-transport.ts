import { readdirSync, readFileSync } from 'node:fs';
import { DomainError } from '../../src/domain/errors.ts';
import type { ExecOutcome, ExecRequest, Kept, Transport } from '../../src/infrastructure/transport.ts';

/** One command of a story in test/transcripts: what was sent to a real Dokku and what came back, byte for byte. */
export interface TranscriptRecord {
  readonly line: string;
  readonly stdin?: string;
  readonly exit: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

const folder = new URL('../transcripts/', import.meta.url);

/** The commands of one story in order; `name` is the file's name or its number (`03`). */
export function story(name: string): readonly TranscriptRecord[] {
  const file = readdirSync(folder).find((entry) => entry.startsWith(name));
  if (file === undefined) throw new Error(`There is no story ${name}`);
  return readFileSync(new URL(file, folder), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as TranscriptRecord)
    .filter((record) => record.line !== undefined);
}

/** The record of a story that was sent as `line`; the first one, or the `nth` (from 1). */
export function record(name: string, line: string, nth = 1): TranscriptRecord {
  const found = story(name).filter((candidate) => candidate.line === line)[nth - 1];
  if (found === undefined) throw new Error(`Story ${name} has no command ${JSON.stringify(line)} (${nth})`);
  return found;
}

export interface Answer {
  readonly exit?: number | undefined;
  readonly stdout?: string | Buffer;
  readonly stderr?: string | Buffer;
  readonly signal?: string;
  readonly truncated?: boolean;
}

/** An answer, or what makes one: may fail, wait, or look at the request. */
export type Answering = Answer | Error | ((request: ExecRequest) => Answer | Promise<Answer>);

/**
 * A transport that answers with recorded or given bytes, by the exact line that was sent, and remembers every request.
 * A line that nobody taught it is answered as Dokku answers an unknown command.
 */
export class RecordedTransport implements Transport {
  readonly sent: ExecRequest[] = [];
  readonly #answers = new Map<string, Answering>();
  closed = false;

  /** Teaches the records of a story; later ones with the same line win. */
  play(records: readonly TranscriptRecord[]): this {
    for (const { line, exit, stdout, stderr } of records) {
      this.#answers.set(line, { exit: Number(exit), stdout, stderr });
    }
    return this;
  }

  /** Teaches one answer; replaces an earlier one. */
  answer(line: string, answer: Answering): this {
    this.#answers.set(line, answer);
    return this;
  }

  /** How often a line was sent. */
  count(line: string): number {
    return this.sent.filter((request) => request.line === line).length;
  }

  async exec(request: ExecRequest): Promise<ExecOutcome> {
    this.sent.push(request);
    await Promise.resolve();
    if (request.signal?.aborted === true) {
      throw new DomainError('CANCELLED', { command: request.label, sent: false });
    }
    const answering = this.#answers.get(request.line);
    if (answering instanceof Error) throw answering;
    const answer = typeof answering === 'function' ? await answering(request) : answering;
    const { exit, signal, stdout, stderr, truncated } = answer ?? unknown(request.line);
    const out = Buffer.from(stdout ?? '');
    const err = Buffer.from(stderr ?? '');
    if (out.length > 0) await request.onOutput?.('stdout', out);
    if (err.length > 0) await request.onOutput?.('stderr', err);
    return {
      exit: signal === undefined ? (exit ?? 0) : undefined,
      ...(signal === undefined ? {} : { signal }),
      stdout: kept(out, truncated),
      stderr: kept(err, truncated),
      durationMs: 1,
    };
  }

  async close(): Promise<void> {
    this.closed = true;
  }
}

function kept(data: Buffer, truncated = false): Kept {
  return { data, bytes: data.length, truncated };
}

function unknown(line: string): Answer {
  const stderr = ` !     \`${line}\` is not a dokku command.\n !     See \`dokku help\` for a list of available commands.\n`;
  return { exit: 1, stderr };
}
