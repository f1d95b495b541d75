import { chmod, readdir, rm } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import type { StateStore } from '../../application/ports.ts';
import { appendText, isMissing, privateFolder, readText, replaceFile } from './files.ts';
import { filesOf, turnOver } from './generations.ts';
import { keyOf, pathOf } from './keys.ts';

/**
 * State as files under one private folder (0700, files 0600): `logs/KEY.jsonl` for append-only logs (and `logs/KEY~N.jsonl`
 * for the older part of those that are bound), `docs/KEY.json` for documents. Several processes may share the folder: an append is one write, a put replaces the file as a whole.
 * A line that a crash left torn is left out when a log is read.
 */
export class FileStore implements StateStore {
  readonly #root: string;
  #ready: Promise<void> | undefined;

  constructor(root: string) {
    this.#root = root;
  }

  async append(
    log: string,
    record: unknown,
    { bound, ...options }: { sync?: boolean; bound?: number } = {},
  ): Promise<void> {
    await this.#prepare();
    const path = this.#log(log);
    await appendText(path, `${encode(record)}\n`, options);
    if (bound !== undefined) await turnOver(path, bound);
  }

  async read(log: string): Promise<unknown[]> {
    const path = this.#log(log);
    const files = await filesOf(path);
    const texts = await Promise.all(files.map(async (file) => (await readText(file)) ?? ''));
    // It was begun anew between the two looks: what stood in it has another name now.
    if ((await filesOf(path)).join() !== files.join()) return await this.read(log);
    return texts
      .join('\n')
      .split('\n')
      .flatMap((line) => {
        const record = decode(line);
        return record === undefined ? [] : [record];
      });
  }

  async put(key: string, value: unknown): Promise<void> {
    await this.#prepare();
    await replaceFile(this.#document(key), encode(value));
  }

  async get(key: string): Promise<unknown> {
    const text = await readText(this.#document(key));
    return text === undefined ? undefined : JSON.parse(text);
  }

  /** Keys of documents that begin with `prefix`, sorted. */
  async list(prefix: string): Promise<string[]> {
    const folder = join(this.#root, 'docs');
    const within = prefix.includes('/') ? join(folder, dirname(pathOf(`${prefix}x`))) : folder;
    try {
      const entries = await readdir(within, { recursive: true, withFileTypes: true });
      return entries
        .filter((entry) => entry.isFile() && entry.name.endsWith('.json') && !entry.name.startsWith('.'))
        .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
        .map((path) => keyOf(path.slice(0, -'.json'.length)))
        .filter((key) => key.startsWith(prefix))
        .sort();
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  }

  async delete(key: string): Promise<void> {
    await rm(this.#document(key), { force: true });
  }

  #log(log: string): string {
    return join(this.#root, 'logs', `${pathOf(log)}.jsonl`);
  }

  #document(key: string): string {
    return join(this.#root, 'docs', `${pathOf(key)}.json`);
  }

  /** Nothing is made before the first write; a folder that was there with wider access is narrowed. */
  #prepare(): Promise<void> {
    this.#ready ??= privateFolder(this.#root).then(() => chmod(this.#root, 0o700));
    return this.#ready;
  }
}

function encode(value: unknown): string {
  const text: string | undefined = JSON.stringify(value);
  if (text === undefined) throw new TypeError('a state record must be a JSON value');
  return text;
}

/** Undefined for a line that is not whole. */
function decode(line: string): unknown {
  if (line === '') return undefined;
  try {
    return JSON.parse(line);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
