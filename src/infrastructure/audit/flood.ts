import type { AuditNote } from '../../application/ports.ts';

/** So many notes a window are written each; a flood beyond them is counted. */
const MOST = 30;
const WINDOW_MS = 60_000;
/** Whoever floods may vary what it asks for; beyond so many kinds the rest counts as one. */
const MOST_KINDS = 50;

export interface Counted {
  readonly note: AuditNote;
  readonly count: number;
}

/** Keeps refusals from filling the disk: lets the first ones of a minute through and counts the others by kind. */
export class Flood {
  #begun = Number.NEGATIVE_INFINITY;
  #written = 0;
  readonly #counted = new Map<string, { note: AuditNote; count: number }>();

  /** What is to be written now that this one came: counts of a window that is over, and the note itself unless it only counts. */
  take(note: AuditNote, now: number): { readonly over: readonly Counted[]; readonly alone: boolean } {
    const isOver = now - this.#begun >= WINDOW_MS;
    const over = isOver ? this.flush() : [];
    if (isOver) this.#begun = now;
    if (this.#written < MOST) {
      this.#written += 1;
      return { over, alone: true };
    }
    this.#count(note);
    return { over, alone: false };
  }

  /** The counts so far; a new window begins. */
  flush(): readonly Counted[] {
    const counted = [...this.#counted.values()];
    this.#counted.clear();
    this.#written = 0;
    return counted;
  }

  #count(note: AuditNote): void {
    const { phase, code = '', actor, host, operation } = note;
    const own = JSON.stringify([phase, code, actor, host, operation]);
    const key = this.#counted.has(own) || this.#counted.size < MOST_KINDS ? own : phase;
    const known = this.#counted.get(key);
    if (known !== undefined) known.count += 1;
    else
      this.#counted.set(key, {
        note: key === own ? note : { ...note, actor: '*', operation: '*' },
        count: 1,
      });
  }
}
