import { open, stat } from 'node:fs/promises';
import { appendText, isMissing, readText } from '../state/files.ts';

/** A log that grows beyond this keeps its beginning; a whole deploy is rarely above some hundred kB. */
const MOST_BYTES = 32 * 1024 * 1024;

/** A deploy's output: one line of text a line of the file, so that line numbers are cursors. */
export class OutputLog {
  readonly path: string;
  #written: number | undefined;

  constructor(path: string) {
    this.path = path;
  }

  /** Appends lines in order; the file ends with a note when it reached its limit of 32 MiB. */
  async append(lines: readonly string[]): Promise<void> {
    this.#written ??= await sizeOf(this.path);
    if (lines.length === 0 || this.#written >= MOST_BYTES) return;
    const text = lines.map((line) => `${line.replaceAll('\n', ' ')}\n`).join('');
    this.#written += Buffer.byteLength(text);
    const note = this.#written >= MOST_BYTES ? '[The output is longer; what follows was not kept.]\n' : '';
    await appendText(this.path, text + note);
  }

  /** All whole lines so far. */
  async lines(): Promise<string[]> {
    const text = (await readText(this.path)) ?? '';
    return text.split('\n').slice(0, -1);
  }

  /** A reader that gives, call by call, the lines that were added since; it begins at the log's present end or start. */
  follow(from: 'start' | 'end'): () => Promise<string[]> {
    let offset = from === 'start' ? 0 : undefined;
    let rest = Buffer.alloc(0);
    return async () => {
      const size = await sizeOf(this.path);
      offset ??= size;
      if (size <= offset) return [];
      const file = await open(this.path, 'r');
      try {
        const { buffer, bytesRead } = await file.read(Buffer.alloc(size - offset), 0, size - offset, offset);
        offset += bytesRead;
        rest = Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
      } finally {
        await file.close();
      }
      const end = rest.lastIndexOf(0x0a);
      if (end === -1) return [];
      const lines = rest.subarray(0, end).toString('utf8').split('\n');
      rest = rest.subarray(end + 1);
      return lines;
    };
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (isMissing(error)) return 0;
    throw error;
  }
}
