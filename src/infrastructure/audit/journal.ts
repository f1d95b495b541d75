import { randomUUID } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Clock } from '../../application/ports.ts';
import { syncFolder } from '../state/files.ts';
import { type Claim, takeClaim } from './claim.ts';
import { prunable, prunedBody, removePruned } from './prune.ts';
import { type AuditRecord, type Body, sha256 } from './record.ts';
import {
  compressClosed,
  openSegment,
  readSegment,
  type Segment,
  segmentOf,
  segmentsAmong,
} from './segments.ts';
import { Tail, type Torn } from './tail.ts';

/** When a new segment is begun. */
export interface Rotation {
  readonly bytes: number;
  readonly ageMs: number;
  /** How long records are kept; absent: for ever. */
  readonly keepMs?: number;
}

/** What one caller adds, decided while nobody else can append: records, and a fault for this caller alone. */
export interface Addition {
  readonly bodies: readonly Body[];
  readonly fault?: Error;
}

type Decide = (open: ReadonlyMap<string, Partial<AuditRecord>>) => Addition;

interface Waiting {
  readonly decide: Decide;
  readonly sync: boolean;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

const MOST_AT_ONCE = 256;

/**
 * The hash-chained log as files in one folder, appended to by any number of processes, one at a time. What several
 * callers of a process add while the disk is busy goes there in one write and one sync. A tail that a crash left torn is
 * moved aside before the next record, and a system record says so. A write that fails leaves the log as it was.
 */
export class Journal {
  readonly #folder: string;
  readonly #clock: Clock;
  readonly #rotation: Rotation;
  readonly #tail = new Tail();
  readonly #queue: Waiting[] = [];
  #draining: Promise<void> | undefined;
  /** There may be files that are too old: on the first record, after a rotation, and until none is found. */
  #mayPrune = true;
  #compressing: Promise<void> = Promise.resolve();

  constructor(folder: string, clock: Clock, rotation: Rotation) {
    this.#folder = folder;
    this.#clock = clock;
    this.#rotation = rotation;
  }

  /** Resolves when the records stand in the log, with `sync` on disk. */
  append(decide: Decide, sync: boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ decide, sync, resolve, reject });
      this.#draining ??= this.#drain();
    });
  }

  /** Waits for what is under way. */
  async close(): Promise<void> {
    await this.#draining;
    await this.#compressing;
  }

  async #drain(): Promise<void> {
    while (this.#queue.length > 0) {
      const batch = this.#queue.splice(0, MOST_AT_ONCE);
      try {
        const faults = await this.#commit(batch);
        for (const [index, { resolve, reject }] of batch.entries()) {
          if (faults[index] === undefined) resolve();
          else reject(faults[index]);
        }
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#draining = undefined;
  }

  async #commit(batch: readonly Waiting[]): Promise<readonly (Error | undefined)[]> {
    const claim = await takeClaim(this.#folder);
    try {
      return await this.#write(batch, claim);
    } catch (error) {
      this.#tail.reset();
      throw error;
    } finally {
      await claim.release();
    }
  }

  async #write(batch: readonly Waiting[], claim: Claim): Promise<readonly (Error | undefined)[]> {
    const segments = segmentsAmong(claim.names);
    let segment = segments.at(-1) ?? segmentOf(1);
    let file = await openSegment(this.#folder, segment);
    try {
      const torn = await this.#tail.follow(segment, file);
      const news: Body[] = torn === undefined ? [] : [await this.#mend(file, torn)];
      const previous = segments.at(-2);
      if (this.#tail.begun === undefined && previous !== undefined) {
        // Its maker was cut off before the first record.
        this.#tail.moveTo(previous);
        this.#tail.take(await readSegment(this.#folder, previous));
        news.unshift(this.#turn(segment, previous));
      } else if (this.#isDue()) {
        await file.datasync();
        await file.close();
        const old = segment;
        segment = segmentOf(this.#tail.head.seq + 1);
        file = await openSegment(this.#folder, segment);
        news.unshift(this.#turn(segment, old));
        this.#mayPrune = true;
      }
      const pruned = await this.#prunable(segments);
      const said = pruned.length === 0 ? news : [...news, prunedBody(pruned)];
      const faults = await this.#extend(file, said, batch, claim);
      await removePruned(this.#folder, pruned);
      return faults;
    } finally {
      await file.close();
      if (segment.first !== segments.at(-1)?.first && segment.first > 1) {
        // Not on time (a full disk, say): the plain segment stays and the next rotation compresses it.
        this.#compressing = compressClosed(this.#folder).catch(() => undefined);
      }
    }
  }

  /** Never what holds the intent of an act that is still open: whoever closes it has to find it. */
  async #prunable(segments: readonly Segment[]) {
    const { keepMs } = this.#rotation;
    if (keepMs === undefined || !this.#mayPrune) return [];
    const open = [...this.#tail.open.values()].map(({ at = '' }) => Date.parse(at));
    const found = await prunable(
      this.#folder,
      segments,
      Math.min(this.#clock.now() - keepMs, ...open.filter((at) => !Number.isNaN(at))),
    );
    this.#mayPrune = found.length > 0;
    return found;
  }

  async #extend(
    file: FileHandle,
    news: readonly Body[],
    batch: readonly Waiting[],
    claim: Claim,
  ): Promise<readonly (Error | undefined)[]> {
    const before = this.#tail.size;
    const isNew = before === 0;
    const at = new Date(this.#clock.now()).toISOString();
    const lines = news.map((body) => this.#tail.add(at, body));
    const faults = batch.map(({ decide }) => {
      const { bodies, fault } = decide(this.#tail.open);
      lines.push(...bodies.map((body) => this.#tail.add(at, body)));
      return fault;
    });
    if (!claim.isFresh()) throw new Error('this process stood still while it held the audit log');
    try {
      await file.appendFile(lines.join(''));
      if (news.length > 0 || batch.some(({ sync }) => sync)) await file.datasync();
      if (isNew) await this.#syncFolders();
      return faults;
    } catch (error) {
      // Where even this fails the next append finds a torn tail, or an intent that nothing was sent for.
      if (claim.isFresh()) await file.truncate(before).catch(() => undefined);
      throw error;
    }
  }

  async #syncFolders(): Promise<void> {
    await syncFolder(this.#folder);
    await syncFolder(dirname(this.#folder));
  }

  #isDue(): boolean {
    const { begun, size, carried } = this.#tail;
    if (begun === undefined) return false;
    return (
      size - carried >= this.#rotation.bytes || this.#clock.now() - Date.parse(begun) >= this.#rotation.ageMs
    );
  }

  /** The first record of a segment. */
  #turn(segment: Segment, previous: Segment): Body {
    this.#tail.moveTo(segment);
    return {
      phase: 'system',
      event: 'rotated',
      previous: previous.name,
      open: [...this.#tail.open.values()],
    };
  }

  /** Takes the torn bytes off the log, kept in a file of their own. */
  async #mend(file: FileHandle, { from, bytes }: Torn): Promise<Body> {
    const aside = `torn-after-${this.#tail.head.seq}-${randomUUID().slice(0, 8)}.bin`;
    const kept = await open(join(this.#folder, aside), 'wx', 0o600);
    try {
      await kept.writeFile(bytes);
      await kept.datasync();
    } finally {
      await kept.close();
    }
    await file.truncate(from);
    return { phase: 'system', event: 'mended', aside, bytes: bytes.length, sha256: sha256(bytes) };
  }
}
