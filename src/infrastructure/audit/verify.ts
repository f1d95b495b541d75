import { vouchedBy } from './prune.ts';
import { GENESIS, type Head, isIntact, parseLine } from './record.ts';
import { listSegments, readSegment, segmentOf } from './segments.ts';

/** The first place where the chain does not hold. */
export interface Break {
  readonly reason: string;
  /** Absent where something is missing at the end. */
  readonly file?: string;
  /** Counted from 1 in the (decompressed) file. */
  readonly line?: number;
}

export interface Verdict {
  readonly records: number;
  readonly segments: number;
  /** Note it elsewhere: with it as anchor, a later `verify` sees whether anything up to here was cut off or rewritten. */
  readonly head: Head;
  readonly broken?: Break;
  /** Intents whose outcome is not on record. */
  readonly open: number;
  /** Torn tails that were moved aside, as the system records tell. */
  readonly mended: readonly { readonly seq: number; readonly at: string; readonly aside: string }[];
  /** Where the log goes on from, when files before that were put away by `security.audit.keep_days`. */
  readonly pruned?: Head;
  /** Bytes after the last whole line: a writer is at it, or was cut off; the next append moves them aside. */
  readonly torn: number;
}

/**
 * Checks every line of every segment: its own hash, its link to the line before, its number, and that each intent has at
 * most one outcome and each outcome an intent. With an anchor (the head that an earlier verify gave) it also sees a log that was cut off or written
 * anew. A log that begins later goes on from a head that a record of it says was pruned. Stops at the first break.
 */
export async function verifyAudit(folder: string, anchor?: Head): Promise<Verdict> {
  const check = new Check(anchor);
  const segments = await listSegments(folder);
  for (const [index, segment] of segments.entries()) {
    const isLast = index === segments.length - 1;
    let text: Buffer;
    try {
      text = await readSegment(folder, segment);
    } catch (error) {
      check.fail(
        segment.name,
        1,
        `cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      );
      break;
    }
    if (!check.segment(segment.name, text, isLast)) break;
  }
  return check.end(segments.length);
}

class Check {
  readonly #anchor: Head | undefined;
  #head: Head = { seq: 0, hash: GENESIS };
  #records = 0;
  #torn = 0;
  #broken: Break | undefined;
  #anchored = false;
  /** False where the log begins after an anchor. */
  #isWhole = true;
  /** What is missing at the beginning, and what is said of it unless a later record vouches for it. */
  #pruned: { readonly head: Head; readonly reason: string; readonly file: string } | undefined;
  #vouched = false;
  readonly #open = new Set<string>();
  readonly #mended: { seq: number; at: string; aside: string }[] = [];

  constructor(anchor: Head | undefined) {
    this.#anchor = anchor;
    this.#anchored = anchor === undefined;
  }

  fail(file: string, line: number, reason: string): false {
    this.#broken ??= { file, line, reason };
    return false;
  }

  segment(file: string, bytes: Buffer, isLast: boolean): boolean {
    let begin = 0;
    let number = 0;
    for (let end = bytes.indexOf(0x0a); end !== -1; end = bytes.indexOf(0x0a, begin)) {
      number += 1;
      const reason = this.#line(bytes.toString('utf8', begin, end), number === 1 ? file : undefined);
      if (reason !== undefined) return this.fail(file, number, reason);
      begin = end + 1;
    }
    const rest = bytes.length - begin;
    if (rest > 0 && !isLast) return this.fail(file, number + 1, 'the line is not whole');
    this.#torn = rest;
    return true;
  }

  /** Why the line breaks the chain; undefined when it holds. */
  #line(line: string, startOf: string | undefined): string | undefined {
    const record = parseLine(line);
    if (record === undefined) return 'the line is no audit record';
    if (!isIntact(line, record.hash)) return 'the line was changed: its hash does not fit its content';
    const { seq, hash, prev } = record;
    const before = { seq: seq - 1, hash: prev };
    if (this.#records === 0 && seq > 1) {
      const reason = `records 1 to ${seq - 1} are missing before it`;
      if (!this.#isAnchor(before)) this.#pruned = { head: before, reason, file: startOf ?? '' };
      this.#head = before;
      this.#isWhole = false;
    }
    if (seq !== this.#head.seq + 1) {
      return seq > this.#head.seq
        ? `records ${this.#head.seq + 1} to ${seq - 1} are missing before it`
        : `record ${seq} stands where ${this.#head.seq + 1} belongs`;
    }
    if (prev !== this.#head.hash) return 'the line does not follow the one before: that one was replaced';
    if (startOf !== undefined && segmentOf(seq).name !== startOf)
      return this.#pruned?.reason ?? `the file is not named after its first record (${seq})`;
    this.#head = { seq, hash };
    this.#records += 1;
    this.#vouched ||= vouchedBy(record).some((head) => isSame(head, this.#pruned?.head));
    if (this.#anchor?.seq === seq && !this.#isAnchor(this.#head))
      return 'the line is not the one of the anchor: the log was rewritten';
    return this.#act(record);
  }

  #isAnchor({ seq, hash }: Head): boolean {
    const is = this.#anchor?.seq === seq && this.#anchor.hash === hash;
    this.#anchored ||= is;
    return is;
  }

  #act({
    phase,
    id,
    seq,
    at,
    event,
    ...rest
  }: NonNullable<ReturnType<typeof parseLine>>): string | undefined {
    if (phase === 'system' && event === 'mended') {
      this.#mended.push({ seq, at, aside: typeof rest.aside === 'string' ? rest.aside : '' });
    }
    if (id === undefined) return undefined;
    if (phase === 'intent' && this.#open.has(id)) return `the act ${id} is begun while it is under way`;
    if (phase === 'intent') this.#open.add(id);
    // Where older files were put away an intent may have gone with them.
    if (phase === 'outcome' && !this.#open.delete(id) && this.#isWhole)
      return `a second outcome of the act ${id}`;
    return undefined;
  }

  end(segments: number): Verdict {
    if (this.#pruned !== undefined && !this.#vouched) {
      const { file, reason } = this.#pruned;
      this.#broken ??= { file, line: 1, reason };
    }
    if (!this.#anchored && this.#anchor !== undefined) {
      const { seq } = this.#anchor;
      const begin = this.#pruned?.head.seq ?? 0;
      const reason =
        seq <= begin
          ? `the anchor is record ${seq}, which was pruned: the log begins at record ${begin + 1} and cannot be held against it any more`
          : `the log ends at record ${this.#head.seq}, the anchor is record ${seq}: what came after was cut off`;
      this.#broken ??= { reason };
    }
    return {
      records: this.#records,
      segments,
      head: this.#head,
      open: this.#open.size,
      mended: this.#mended,
      ...(this.#pruned === undefined || !this.#vouched ? {} : { pruned: this.#pruned.head }),
      torn: this.#torn,
      ...(this.#broken === undefined ? {} : { broken: this.#broken }),
    };
  }
}

function isSame(a: Head, b: Head | undefined): boolean {
  return a.seq === b?.seq && a.hash === b.hash;
}
