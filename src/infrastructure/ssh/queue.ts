/** Reads and changes wait in lines of their own, so neither can keep the other out. */
export type TurnKind = 'read' | 'change';

interface Waiting {
  readonly admit: () => void;
}

/**
 * Lets at most `limit` calls run at once. Within a kind the first to come is the first to go; while both kinds wait
 * they take turns, so a flood of reads delays a change by one place, not by the whole flood.
 */
export class FairQueue {
  readonly #limit: number;
  readonly #lines: Record<TurnKind, Set<Waiting>> = { read: new Set(), change: new Set() };
  #running = 0;
  #last: TurnKind = 'read';

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** How many calls wait for their turn. */
  get waiting(): number {
    return this.#lines.read.size + this.#lines.change.size;
  }

  /** How many calls have a turn now. */
  get running(): number {
    return this.#running;
  }

  /**
   * Resolves when it is this call's turn, with the function that gives the turn back (calling it twice is
   * harmless). Rejects with the signal's reason when it is aborted while waiting.
   */
  acquire(kind: TurnKind, signal: AbortSignal): Promise<() => void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const abandon = (): void => {
        this.#lines[kind].delete(waiting);
        reject(signal.reason);
      };
      const waiting: Waiting = {
        admit: () => {
          signal.removeEventListener('abort', abandon);
          resolve(this.#turn());
        },
      };
      signal.addEventListener('abort', abandon, { once: true });
      this.#lines[kind].add(waiting);
      this.#admitNext();
    });
  }

  #turn(): () => void {
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#running -= 1;
      this.#admitNext();
    };
  }

  #admitNext(): void {
    if (this.#running >= this.#limit) return;
    const other: TurnKind = this.#last === 'read' ? 'change' : 'read';
    const kind = this.#lines[other].size > 0 ? other : this.#last;
    const [next] = this.#lines[kind];
    if (next === undefined) return;
    this.#lines[kind].delete(next);
    this.#last = kind;
    this.#running += 1;
    next.admit();
  }
}
