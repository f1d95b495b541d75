import type { AuditNote } from '../../application/ports.ts';

/** So many notes of a kind are written each in a window; a flood beyond them is counted. */
const MOST = 10;
const WINDOW_MS = 60_000;
/** Whoever floods may vary what it asks for; beyond so many kinds the rest counts as one. */
const MOST_KINDS = 50;

export interface Counted {
  readonly note: AuditNote;
  readonly count: number;
}

interface Kind {
  written: number;
  counted: number;
  readonly about: AuditNote;
  /** The app that all of the counted ones were about. */
  app: string | undefined;
}

/**
 * Keeps refusals from filling the disk: lets the first ones of a kind (who, what, why) through each minute and counts the
 * others, so that a flood of one kind does not hide another.
 */
export class Flood {
  #begun = Number.NEGATIVE_INFINITY;
  readonly #kinds = new Map<string, Kind>();

  /** What is to be written now that this one came: counts of a window that is over, and the note itself unless it only counts. */
  take(note: AuditNote, now: number): { readonly over: readonly Counted[]; readonly alone: boolean } {
    const isOver = now - this.#begun >= WINDOW_MS;
    const over = isOver ? this.flush() : [];
    if (isOver) this.#begun = now;
    const kind = this.#kindOf(note);
    if (kind.written < MOST) {
      kind.written += 1;
      return { over, alone: true };
    }
    kind.app = kind.counted === 0 || kind.app === note.app ? note.app : undefined;
    kind.counted += 1;
    return { over, alone: false };
  }

  /** The counts so far; a new window begins. */
  flush(): readonly Counted[] {
    const kinds = [...this.#kinds.values()];
    this.#kinds.clear();
    return kinds
      .filter(({ counted }) => counted > 0)
      .map(({ about, app, counted }) => ({
        note: app === undefined ? about : { ...about, app },
        count: counted,
      }));
  }

  #kindOf(note: AuditNote): Kind {
    const { phase, code = '', actor, host, operation } = note;
    const own = JSON.stringify([phase, code, actor, host, operation]);
    const isOwn = this.#kinds.has(own) || this.#kinds.size < MOST_KINDS;
    const key = isOwn ? own : phase;
    const known = this.#kinds.get(key);
    if (known !== undefined) return known;
    const { app, ...rest } = note;
    const about = isOwn ? rest : { phase, host: '*', operation: '*', actor: '*' };
    const kind = { written: isOwn ? 0 : MOST, counted: 0, about, app };
    this.#kinds.set(key, kind);
    return kind;
  }
}
