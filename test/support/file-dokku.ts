import { appendFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Command, CommandResult, DokkuClient, ExecuteOptions } from '../../src/application/ports.ts';

interface FileState {
  source: readonly [string, string];
  records: {
    id: string;
    source: string;
    status: string;
    pid: number;
    exit_code?: number;
    output: string[];
  }[];
}

/**
 * A host whose state is a file, for tests with several processes: a deploy prints a line every few milliseconds and
 * dies with the process that carries its channel, as a real one does; its record then shows as abandoned.
 */
export class FileDokku implements DokkuClient {
  readonly host = 'main';
  readonly #path: string;
  readonly #lines: readonly string[];

  constructor(path: string, lines: readonly string[]) {
    this.#path = path;
    this.#lines = lines;
  }

  static create(path: string): void {
    writeFileSync(path, JSON.stringify({ source: ['docker-image', 'demo/web:1'], records: [] }));
    writeFileSync(`${path}.sent`, '');
  }

  /** Changes that were sent, over all processes. */
  static sent(path: string): string[] {
    return readFileSync(`${path}.sent`, 'utf8').split('\n').filter(Boolean);
  }

  async execute(command: Command, options: ExecuteOptions = {}): Promise<CommandResult> {
    const state = this.#state();
    switch (command.name) {
      case 'builds:list':
        return answer(
          JSON.stringify(
            state.records.map(({ id, source, status, pid, exit_code }) => ({
              id,
              source,
              status,
              kind: 'build',
              started_at: '2026-11-23T17:47:40Z',
              display_status: status === 'running' && !alive(pid) ? 'abandoned' : status,
              ...(exit_code === undefined ? {} : { exit_code }),
            })),
          ),
        );
      case 'builds:output':
        return answer(state.records.find(({ id }) => id === command.args[1])?.output.join('\n') ?? '');
      case 'apps:report':
        return answer(
          JSON.stringify({ 'deploy-source': state.source[0], 'deploy-source-metadata': state.source[1] }),
        );
      case 'ps:report':
        return answer(JSON.stringify({ running: 'true', processes: '1' }));
      default:
        return await this.#deploy(command, options);
    }
  }

  about(): Promise<never> {
    return Promise.reject(new Error('not needed here'));
  }

  async close(): Promise<void> {}

  async #deploy(command: Command, options: ExecuteOptions): Promise<CommandResult> {
    appendFileSync(`${this.#path}.sent`, `${command.name} ${command.args.join(' ')}\n`);
    const id = `build${Date.now().toString(36)}`;
    this.#change((state) => {
      state.records.unshift({ id, source: command.name, status: 'running', pid: process.pid, output: [] });
    });
    for (const text of this.#lines) {
      await delay(5);
      this.#change((state) => state.records.find((record) => record.id === id)?.output.push(text));
      await options.onLine?.({ stream: 'stdout', text });
    }
    this.#change((state) => {
      state.source = ['docker-image', command.args[1] ?? ''];
      Object.assign(state.records.find((record) => record.id === id) ?? {}, {
        status: 'succeeded',
        exit_code: 0,
      });
    });
    return answer('');
  }

  #state(): FileState {
    return JSON.parse(readFileSync(this.#path, 'utf8')) as FileState;
  }

  #change(change: (state: FileState) => void): void {
    const state = this.#state();
    change(state);
    writeFileSync(`${this.#path}.new`, JSON.stringify(state));
    renameSync(`${this.#path}.new`, this.#path);
  }
}

function answer(stdout: string): CommandResult {
  return { exit: 0, stdout, stderr: '', truncated: false, durationMs: 1 };
}

function alive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return !/\) [ZX] /.test(stat);
  } catch {
    return false;
  }
}
