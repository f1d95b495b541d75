import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Order, Said } from './entry.ts';

/** A process that writes to an audit log. */
export class Writer {
  readonly said: Said[] = [];
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  readonly #waiting = new Set<() => void>();

  /** `limit` (in blocks of 512 or 1024 bytes) is the most that any file it writes may hold: a disk that is full. */
  constructor(entry: string, limit?: number) {
    const [command, args]: [string, string[]] =
      limit === undefined
        ? [process.execPath, [entry]]
        : ['sh', ['-c', `ulimit -f ${limit}; exec "$0" "$1"`, process.execPath, entry]];
    this.#child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    const { stdout } = this.#child;
    if (stdout === null) throw new Error('no output');
    createInterface({ input: stdout }).on('line', (line) => {
      this.said.push(JSON.parse(line) as Said);
      for (const wake of this.#waiting) wake();
    });
    this.#ended = new Promise((resolve) => this.#child.once('close', () => resolve()));
    this.#child.stdin?.on('error', () => undefined);
  }

  order(order: Order): void {
    this.#child.stdin?.write(`${JSON.stringify(order)}\n`);
  }

  /** Resolves when it has said that many things (or has ended). */
  async until(enough: (said: readonly Said[]) => boolean): Promise<void> {
    let ended = false;
    while (!ended && !enough(this.said)) {
      await Promise.race([
        new Promise<void>((resolve) => this.#waiting.add(resolve)),
        this.#ended.then(() => {
          ended = true;
        }),
      ]);
      this.#waiting.clear();
    }
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
  }
}

/** How many orders were carried out. */
export function done(said: readonly Said[]): number {
  return said.filter((one) => one.done === true).length;
}
