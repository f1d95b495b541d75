import type { FileHandle } from 'node:fs/promises';
import { type AuditRecord, type Body, GENESIS, type Head, parseLine, seal } from './record.ts';
import type { Segment } from './segments.ts';

/** What a writer that was cut off left behind the last whole record. */
export interface Torn {
  readonly from: number;
  readonly bytes: Buffer;
}

type Intent = Partial<AuditRecord>;

/**
 * What the next append has to know: the head of the chain and the intents without outcome. Follows the newest segment
 * from where it stopped reading, so that what other processes appended meanwhile is taken in.
 */
export class Tail {
  #segment: Segment | undefined;
  #size = 0;
  #head: Head = { seq: 0, hash: GENESIS };
  #carried = 0;
  #begun: string | undefined;
  readonly #open = new Map<string, Intent>();

  get head(): Head {
    return this.#head;
  }

  /** How far the segment was read. */
  get size(): number {
    return this.#size;
  }

  /** Bytes of it that only carry over what was open: they are no reason to begin another one. */
  get carried(): number {
    return this.#carried;
  }

  /** Time of the segment's first record; undefined while it holds none. */
  get begun(): string | undefined {
    return this.#begun;
  }

  /** Intents without outcome by id, oldest first. */
  get open(): ReadonlyMap<string, Intent> {
    return this.#open;
  }

  /** Forgets everything: the next {@link follow} reads its segment from the beginning. */
  reset(): void {
    this.moveTo(undefined);
    this.#head = { seq: 0, hash: GENESIS };
    this.#open.clear();
  }

  /** Goes on at the beginning of another segment; head and open intents stay. */
  moveTo(segment: Segment | undefined): void {
    this.#segment = segment;
    this.#size = 0;
    this.#carried = 0;
    this.#begun = undefined;
  }

  /** Reads what the segment holds beyond what was read. */
  async follow(segment: Segment, file: FileHandle): Promise<Torn | undefined> {
    const { size } = await file.stat();
    if (this.#segment?.first !== segment.first || size < this.#size) {
      this.reset();
      this.moveTo(segment);
    }
    if (size === this.#size) return undefined;
    const bytes = Buffer.alloc(size - this.#size);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, this.#size);
    const rest = this.take(bytes.subarray(0, bytesRead));
    return rest.length === 0 ? undefined : { from: this.#size, bytes: rest };
  }

  /**
   * Takes in the whole records of these bytes and returns what stands after the last of them. A line that is no record
   * counts as torn at the end (a power cut can leave zeros) and is passed over in the middle, where `verify` names it.
   */
  take(bytes: Buffer): Buffer {
    let begin = 0;
    let whole = 0;
    for (let end = bytes.indexOf(0x0a); end !== -1; end = bytes.indexOf(0x0a, begin)) {
      const record = parseLine(bytes.toString('utf8', begin, end));
      const length = end + 1 - begin;
      begin = end + 1;
      if (record === undefined) continue;
      this.#fold(record, { seq: record.seq, hash: record.hash }, length);
      whole = begin;
    }
    this.#size += whole;
    return bytes.subarray(whole);
  }

  /** The next line of the chain with its line break; from here on it counts as appended. */
  add(at: string, body: Body): string {
    const { line, head } = seal(this.#head, at, body);
    const length = Buffer.byteLength(line) + 1;
    this.#fold({ ...body, at }, head, length);
    this.#size += length;
    return `${line}\n`;
  }

  #fold(record: Intent, head: Head, length: number): void {
    this.#head = head;
    this.#begun ??= record.at;
    if (record.open !== undefined) {
      this.#carried = length;
      this.#open.clear();
      for (const intent of record.open as readonly Intent[]) this.#note(intent);
    }
    if (record.phase === 'intent') this.#note(record);
    if (record.phase === 'outcome' && record.id !== undefined) this.#open.delete(record.id);
  }

  #note(intent: Intent): void {
    if (intent.id !== undefined) this.#open.set(intent.id, intent);
  }
}
